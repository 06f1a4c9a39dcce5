// Lines of Zeek's logs, read slowly and plainly. Texts are "binary" strings: one character a byte.

import { zeekField, zeekFields, type ZeekFormat } from "../../src/shared/model/format/zeek.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import type { Fields } from "./line-format.ts";

/** Reads the lines of a content in order: what directives say holds for the lines behind them. */
export function zeekReader(
  { more }: ZeekFormat,
  lineBytesMax: number,
): (line: string) => Fields | RejectReason {
  let [separator, empty, unset]: string[] = ["\\x09", "(empty)", "-"];
  let fields: string | null = null;
  return (line) => {
    if (line.startsWith("#")) {
      separator = /^#separator (.*)$/s.exec(line)?.[1] ?? separator;
      empty = /^#empty_field\t(.*)$/s.exec(line)?.[1] ?? empty;
      unset = /^#unset_field\t(.*)$/s.exec(line)?.[1] ?? unset;
      fields = /^#fields\t(.*)$/s.exec(line)?.[1] ?? fields;
      return line.length > lineBytesMax ? "line_too_long" : "comment";
    }
    if (line.length > lineBytesMax) return "line_too_long";
    if (/^[ \t\r\v\f]*$/.test(line)) return "blank";
    const isDefault = separator === "\\x09" && empty === "(empty)" && unset === "-";
    if (!isDefault || fields === null) return "no_header";
    const names = fields.split("\t").map(zeekField);
    const values = line.split("\t");
    if (values.length !== names.length) return "bad_envelope";
    const found = new Map<string, string | null>();
    for (const name of [...zeekFields, ...more]) {
      const at = names.indexOf(name);
      const value = at < 0 ? null : values[at]!;
      found.set(name, value === "-" || value === "(empty)" ? "" : value);
    }
    return found;
  };
}
