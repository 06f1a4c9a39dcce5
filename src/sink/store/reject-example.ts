// A rejected line as people see it: bytes as text, the value at fault marked, and words.

import type { SampledLine } from "../../shared/model/partial.ts";
import type { SummaryDefinition } from "../../shared/model/plan.ts";
import type { RejectExample, ValueMark } from "../../shared/model/sheet.ts";
import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import { explainReject } from "./explain-reject.ts";

/** A sample of a rejected line, and the file that it is from. */
export interface PlacedSample extends SampledLine {
  readonly path: string;
}

/** @param summary null where the format rejected the line */
export function exampleOf(
  { reason, field, path, offset, bytes, value }: PlacedSample,
  source: string,
  summary: SummaryDefinition | null,
): RejectExample {
  const isWhole = value !== null && value.length === value.bytes.length;
  const { problem, fix } = explainReject(reason, {
    field,
    value: isWhole ? textOfBytes(value.bytes) : null,
    metrics: summary?.metrics ?? [],
  });
  const isInLine = value !== null && value.at + value.length <= bytes.length;
  return {
    ...{ source, summary: summary?.name ?? null, reason, field, path, offset },
    line: textOfBytes(bytes),
    ...(value !== null && { value: textOfBytes(value.bytes) }),
    ...(isInLine && { mark: markOf(bytes, value.at, value.length) }),
    problem,
    ...(fix !== "" && { fix }),
  };
}

/** A place of the line's bytes in its text. */
function markOf(bytes: Uint8Array, at: number, length: number): ValueMark {
  return {
    from: textOfBytes(bytes.subarray(0, at)).length,
    length: textOfBytes(bytes.subarray(at, at + length)).length,
  };
}
