// A catalog over real files, and the ledger that it is told: what it makes of them, step by step.

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import { tailBytes, tailCrc32 } from "../../src/shared/model/content-id.ts";
import type { LedgerSource } from "../../src/shared/protocol/messages.ts";
import { LedgerView, mergedOf } from "../../src/ventilator/ledger/core/ledger-view.ts";
import { Catalog } from "../../src/ventilator/source/file/catalog.ts";
import type { LedgerSnapshot } from "../../src/ventilator/source/file/content-owners.ts";
import { Problems } from "../../src/ventilator/source/problems.ts";
import type { TrackedFile } from "../../src/ventilator/source/file/tracked-file.ts";
import { Bench, hitsKey } from "./ventilator-fixture.ts";

/** What the ledger has of a file of which this much is merged. */
export function mergedSource({ identity, hint }: TrackedFile, content: string): LedgerSource {
  const bytes = Buffer.from(content);
  const tail = bytes.subarray(-tailBytes);
  const checks = { crc32: crc32(bytes), tailBytes: tail.length, tailCrc32: tailCrc32(bytes) };
  const range = { from: 0, to: bytes.length, ...checks };
  const merged = { [balanceKey]: [range], [hitsKey]: [range] };
  return { name: "ads", identity: identity!, hints: [hint], merged };
}

/** A ledger with these sources. @param now what it has by the time that files are settled */
export function ledgerOf(
  sources: readonly LedgerSource[],
  now: readonly LedgerSource[] = sources,
): LedgerSnapshot {
  const [view, later] = [new LedgerView(sources), new LedgerView(now)];
  return {
    ...{ view, known: () => view, held: (id) => mergedOf(later.find(id)), isVoid: false },
  };
}

/** A ledger with all of a file's content. */
export function mergedLedger(file: TrackedFile, content: string): LedgerSnapshot {
  return ledgerOf([mergedSource(file, content)]);
}

export class CatalogTrial {
  readonly bench = new Bench();
  readonly problems: Problems;
  readonly catalog: Catalog;
  ledger = ledgerOf([]);

  constructor(isOnce = false) {
    this.problems = new Problems(this.bench.logger, isOnce);
    this.catalog = new Catalog(this.bench.config, isOnce, this.problems, this.bench.logger);
  }

  /** Where a log of the name is. */
  at(name: string): string {
    return join(this.bench.logs, name);
  }

  /** Scans, and lets something happen before it is settled what was found. */
  async look(meanwhile = (): void => undefined): Promise<void> {
    await this.catalog.scan();
    meanwhile();
    await this.catalog.settle(this.ledger);
  }

  /** Files and those of them that wait to be read. */
  counts(): { readonly files: number; readonly waiting: number } {
    const { files, filesDone } = this.catalog.totals();
    return { files, waiting: files - filesDone };
  }
}
