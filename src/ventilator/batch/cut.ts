// A range of content that becomes one batch.

import type { Window } from "../../shared/model/read-range.ts";

/** A batch's bytes: `[from, to)` of the content. */
export interface Cut<Payload = Uint8Array> {
  readonly kind: "lines" | "oversize";
  readonly payload: Payload;
  readonly from: number;
  readonly to: number;
  /** Of the content `[from, to)`, and of its last `tailBytes`. */
  readonly crc32: number;
  readonly tailCrc32: number;
  readonly payloadCrc32: number;
  /** Packed; see `content-marks.ts`. */
  readonly marks: Uint8Array;
  /** Windows of the content that whoever reads the range later finds there, too. */
  readonly witnesses: readonly Window[];
  /** What precedes the range and says how its lines are read; absent where there is nothing. */
  readonly preamble?: Uint8Array;
  /** `measured`: the worker finds out `crc32`, which is 0 here, and whether `tailCrc32` still holds. */
  readonly checksums: "given" | "measured";
}
