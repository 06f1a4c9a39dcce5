// Whether bytes match a pattern, without a kernel: for the few values that a query looks at.

import * as layout from "../kernel/assembly/regex-layout.ts";
import { matcherTable } from "./matcher.ts";

/** As `matches` of the configuration says it: whether a part of the bytes matches. @throws PatternError */
export function bytesMatcher(pattern: string): (bytes: Uint8Array) => boolean {
  const table = matcherTable(pattern);
  const view = new DataView(table.buffer);
  const word = (at: number): number => view.getUint32(at, true);
  const [first, decided] = [word(layout.matcherFirst), word(layout.matcherDecided)];
  return (bytes) => {
    let row = first;
    for (let at = 0; at < bytes.length && row >= decided; at += 1) {
      row = word(row + 4 * (1 + table[layout.byteClass + bytes[at]!]!));
    }
    return word(row) === 1;
  };
}
