// Tables of lines that were put through the kernel, to be queried as those of a store are.

import { loadSeededKernel } from "../../shared/kernel/seeded-kernel.ts";
import { summaryKey } from "../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../shared/model/plan.ts";
import { schemaOf } from "../../shared/table/schema.ts";
import { Table } from "../../shared/table/table.ts";
import type { TableReader } from "../../sink/store/store.ts";
import type { SummaryInfo } from "../../sink/store/summary-info.ts";
import type { TriedTable } from "../recognise/plan-trial.ts";

const rowsPerFrame = 8192;

export class MemoryTables implements TableReader {
  readonly storeId = "0".repeat(32);
  readonly #definitions: readonly SummaryDefinition[];
  readonly #tables: readonly TriedTable[];

  /** @param tables to be merged, those of a summary and bucket in this order */
  constructor(definitions: readonly SummaryDefinition[], tables: readonly TriedTable[]) {
    this.#definitions = definitions;
    this.#tables = tables;
  }

  summaries(): Promise<readonly SummaryInfo[]> {
    return Promise.resolve(
      this.#definitions.map((definition): SummaryInfo => {
        const { name } = definition;
        const starts = new Set(this.#of(name).map(({ bucketStart }) => bucketStart));
        const buckets = [...starts]
          .sort((a, b) => a - b)
          .map((bucketStart) => ({ bucketStart, rows: 1, rowsLeast: 1, version: 1 }));
        return { key: summaryKey(definition), name, definition, adoptions: [], buckets };
      }),
    );
  }

  async *read(key: string, bucketStart: number): AsyncGenerator<Uint8Array, void, undefined> {
    const definition = this.#definitions.find((each) => summaryKey(each) === key);
    if (definition === undefined) return;
    const table = new Table(loadSeededKernel(), schemaOf(definition));
    for (const part of this.#of(definition.name)) {
      if (part.bucketStart === bucketStart) table.merge(part.table.frame);
    }
    yield* await Promise.resolve(table.encodeSorted(rowsPerFrame));
  }

  #of(name: string): readonly TriedTable[] {
    return this.#tables.filter(({ definition }) => definition.name === name);
  }
}
