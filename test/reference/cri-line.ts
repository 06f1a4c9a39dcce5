// Lines of container runtimes, read slowly and plainly. Texts are "binary" strings, one character a byte.

import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import type { Formats, InnerFormat } from "../../src/shared/model/plan.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import type { Fields } from "./line-format.ts";

const envelope = /^([^ ]{0,64}) (stdout|stderr) (P|F)(?=[ :])([^ ]*)(?: ([^]*))?$/;
const time = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/;
const blank = /^[ \t\r\v\f]*$/;

/** Which lines are parts of longer ones. */
export class ReferenceCriParts {
  readonly #pending = new Set<string>();

  /** Streams that are within a line, as a preamble has them. */
  get preamble(): string {
    return ["stdout", "stderr"].filter((stream) => this.#pending.has(stream)).join(" ");
  }

  /** Takes the next line; true if it is a part, the last one included. */
  take(line: string): boolean {
    const match = envelope.exec(line);
    if (match === null) return false;
    const [, , stream, tag] = match;
    const isLater = this.#pending.has(stream!);
    if (tag === "P") this.#pending.add(stream!);
    else this.#pending.delete(stream!);
    return isLater || tag === "P";
  }
}

/** The fields of a line that is no part, and of the line that is inside of it. */
export function criLine(
  { inner }: Formats["cri"],
  line: string,
  readInner: (inner: InnerFormat, text: string) => Fields | RejectReason,
): Fields | RejectReason {
  const match = envelope.exec(line);
  if (match === null) return "bad_envelope";
  const [, timestamp, stream, , , text] = match;
  if (text === undefined || !time.test(timestamp!)) return "bad_envelope";
  if (blank.test(text)) return "blank";
  const fields = inner === null ? new Map([["message", text]]) : readInner(inner, text);
  if (typeof fields === "string") return fields;
  const ofLine = inner === null ? ["message"] : fieldsOf(inner);
  const own = [
    ["timestamp", timestamp!],
    ["stream", stream!],
  ] as const;
  return new Map([...own.filter(([field]) => !ofLine.includes(field)), ...fields]);
}
