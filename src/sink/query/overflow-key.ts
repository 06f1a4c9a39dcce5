// How the overflow row shows: `__overflow__` in its first dimension, the others empty. A real value
// that reads so is written with one more underscore in front, and so is one that reads like that, so
// that every text stands for one thing. Bytes that are no UTF-8 show as `\xHH`. Only what is shown is written like this; stored values and
// their order are not touched.

import { isUtf8 } from "node:buffer";
import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import type { Row } from "./row.ts";

const mark = Buffer.from("__overflow__");
const empty = Buffer.alloc(0);
const underscore = 0x5f;

/** The keys of a row as every format of text shows them, in UTF-8. */
export function shownKeys(row: Row): readonly Uint8Array[] {
  return markedKeys(row).map(asText);
}

/** The keys of a row with its other bytes as they are, for what takes any. */
export function markedKeys({ keys }: Row): readonly Uint8Array[] {
  const first = keys.indexOf(null);
  if (first >= 0) return keys.map((key, at) => key ?? (at === first ? mark : empty));
  return (keys as readonly Uint8Array[]).map(shownValue);
}

function asText(value: Uint8Array): Uint8Array {
  return isUtf8(value) ? value : Buffer.from(textOfBytes(value));
}

function shownValue(value: Uint8Array): Uint8Array {
  if (value[0] !== underscore || value.length < mark.length) return value;
  const end = value.length - mark.length;
  const isMark = mark.equals(value.subarray(end));
  const isMeant = isMark && value.subarray(0, end).every((byte) => byte === underscore);
  return isMeant ? Buffer.concat([Buffer.of(underscore), value]) : value;
}
