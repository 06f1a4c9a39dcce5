// What an output keeps: a file for each bucket of its summaries, or keys, with what decides their bytes. They are
// worked out once, and again for a bucket that has changed, since there may be a hundred thousand.

import { createHash } from "node:crypto";
import type { FileOutput } from "../../shared/config/config.ts";
import { bucketLabel } from "../../shared/model/bucket.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../shared/model/plan.ts";
import { TimeSlice } from "../../shared/runtime/time-slice.ts";
import { metricColumns, type KeyColumn, type ResultColumns } from "../query/columns.ts";
import { summaryNamed } from "../query/query.ts";
import type { Row } from "../query/row.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import { bucketPath } from "./path-template.ts";
import type { PublisherParts } from "./publisher.ts";

export interface TargetFormat {
  /** Stands for everything beside rows and columns that decides a target's bytes; changes with them. */
  readonly rendering: unknown;
  /** The columns that rows are told apart by. */
  keys(definition: SummaryDefinition): readonly KeyColumn[];
}

/** How rows become the bytes of a file. */
export interface FileFormat extends TargetFormat {
  chunks(columns: ResultColumns, rows: AsyncIterable<readonly Row[]>): AsyncIterable<Uint8Array>;
}

export interface FileTarget {
  readonly path: string;
  /** Stands for everything that decides the bytes of the file. */
  readonly content: string;
  readonly stored: SummaryInfo;
  readonly columns: ResultColumns;
  readonly bucketStart: number;
  /** Of the bucket. */
  readonly version: number;
}

/** What the files of a summary have in common, and the files by start of the bucket. */
interface OfSummary {
  readonly key: string;
  /** Stands for what they have in common. */
  readonly rendering: string;
  readonly columns: ResultColumns;
  readonly targets: Map<number, FileTarget>;
}

export class FileTargets {
  readonly #parts: PublisherParts;
  readonly #output: Pick<FileOutput, "summaries" | "path">;
  readonly #format: TargetFormat;
  /** By name. */
  readonly #summaries = new Map<string, OfSummary>();
  readonly #paths = new Set<string>();
  #all: readonly FileTarget[] = [];

  /** @param output its template of paths, or of the keys in their place. */
  constructor(
    parts: PublisherParts,
    output: Pick<FileOutput, "summaries" | "path">,
    format: TargetFormat,
  ) {
    this.#parts = parts;
    this.#output = output;
    this.#format = format;
  }

  /** In order of summary and bucket, as of the last update. */
  get all(): readonly FileTarget[] {
    return this.#all;
  }

  /** Takes over what the store has; returns the paths that there were not before. */
  async update(summaries: readonly SummaryInfo[]): Promise<readonly string[]> {
    const slice = new TimeSlice();
    const all: FileTarget[] = [];
    const added: string[] = [];
    for (const name of this.#output.summaries) {
      const stored = summaryNamed(summaries, name);
      const common = this.#common(stored);
      for (const bucket of stored.buckets) {
        if (slice.isOver) await slice.next();
        const target = this.#target(stored, common, bucket);
        all.push(target);
        if (this.#paths.has(target.path)) continue;
        this.#paths.add(target.path);
        added.push(target.path);
      }
    }
    this.#all = all;
    return added;
  }

  /** What is known of a summary, unless its files would have other bytes now. */
  #common({ name, key, definition, ...rest }: SummaryInfo): OfSummary {
    const configured = this.#parts.summaries.find((summary) => summary.name === name);
    const columns = {
      keys: this.#format.keys(definition),
      metrics: metricColumns({ name, key, definition, ...rest }, configured),
    };
    const { maxRows } = definition;
    const rendering = canonicalJson({ format: this.#format.rendering, columns, maxRows });
    const known = this.#summaries.get(name);
    if (known?.key === key && known.rendering === rendering) return known;
    const made = { key, rendering, columns, targets: new Map<number, FileTarget>() };
    this.#summaries.set(name, made);
    return made;
  }

  #target(
    stored: SummaryInfo,
    { rendering, columns, targets }: OfSummary,
    { bucketStart, version }: SummaryInfo["buckets"][number],
  ): FileTarget {
    const known = targets.get(bucketStart);
    if (known?.version === version) return known;
    const { name, key, definition } = stored;
    const bucket = bucketLabel(definition.timezone, definition.granularity, bucketStart);
    const path = known?.path ?? bucketPath(this.#output.path, { summary: name, bucket });
    const origin = `${this.#parts.store.storeId}/${key}/${bucketStart}/${version}/${rendering}`;
    const content = createHash("sha256").update(origin).digest("hex").slice(0, 32);
    const target = { path, content, stored, columns, bucketStart, version };
    targets.set(bucketStart, target);
    return target;
  }
}
