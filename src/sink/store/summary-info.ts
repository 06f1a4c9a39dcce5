// What a store tells about its summaries: definitions, buckets and how often each was added to.

import type { SummaryDefinition } from "../../shared/model/plan.ts";

/** One bucket of a summary, as far as it is durable and merged. */
export interface BucketInfo {
  /** First second of the bucket since the Unix epoch, UTC. */
  readonly bucketStart: number;
  /** Rows at most: a key that lies in several segments counts in each. */
  readonly rows: number;
  /** Rows at least, the overflow row included: those of the largest part. */
  readonly rowsLeast: number;
  /** Stands for the set of tables merged into the bucket; survives restarts. Equal versions mean equal rows. */
  readonly version: number;
}

/** A new meaning that rows of an older one were kept under, because somebody said so. */
export interface Adoption {
  /** Seconds since the Unix epoch. */
  readonly atSec: number;
  /** What had changed, a sentence each. */
  readonly changes: readonly string[];
  /** Key of the definition before, which may still be found in segments. */
  readonly key: string;
}

export interface SummaryInfo {
  /** `summaryKey` of the definition. */
  readonly key: string;
  readonly name: string;
  readonly definition: SummaryDefinition;
  readonly adoptions: readonly Adoption[];
  /** Ascending by start. */
  readonly buckets: readonly BucketInfo[];
}
