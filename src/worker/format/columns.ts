// Lines of values between delimiters; how they are cut is told in the kernel's `delimited.ts`.

import { isUnnamed } from "../../shared/model/format-fields.ts";
import type { ColumnsFormat } from "../../shared/model/format/columns.ts";
import { quotesNone, quotesStrict } from "../../shared/kernel/assembly/delimited-layout.ts";
import { placeDelimited, placeNames, type DelimitedOptions } from "./delimited.ts";
import type { Tokeniser } from "./tokeniser.ts";

export function columnsTokeniser(format: ColumnsFormat): Tokeniser {
  const { columns: names, delimiter, quote, comments = "", missing } = format;
  const options: DelimitedOptions = {
    delimiter: delimiter.charCodeAt(0),
    quotes: quote === "none" ? quotesNone : quotesStrict,
    comment: comments === "" ? 0 : comments.charCodeAt(0),
    missing,
  };
  return {
    place(kernel, columns, ignored) {
      const program = placeDelimited(kernel, options);
      const named = names.map((name) => (isUnnamed(name) ? null : name));
      placeNames(kernel, program, named, columns, ignored);
      return (cursor, capacity) => kernel.exports.tokeniseDelimited(cursor, program, 0, capacity);
    },
  };
}
