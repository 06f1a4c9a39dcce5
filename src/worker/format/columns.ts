// Lines of values between delimiters; how they are cut is told in the kernel's `delimited.ts`.

import { headerNames, missingColumns } from "../../shared/model/format/header-names.ts";
import { isUnnamed } from "../../shared/model/format-fields.ts";
import type { ColumnsFormat } from "../../shared/model/format/columns.ts";
import {
  quotesNone,
  quotesStrict,
  reportsNext,
  reportsNone,
} from "../../shared/kernel/assembly/delimited-layout.ts";
import { innerColumns } from "../../shared/kernel/assembly/inner-layout.ts";
import { Delimited, type DelimitedOptions } from "./delimited.ts";
import type { Tokeniser } from "./tokeniser.ts";

export function columnsTokeniser(format: ColumnsFormat): Tokeniser {
  const { columns: names, header, delimiter, quote, comments = "", missing } = format;
  const options: DelimitedOptions = {
    delimiter: delimiter.charCodeAt(0),
    quotes: quote === "none" ? quotesNone : quotesStrict,
    comment: comments === "" ? 0 : comments.charCodeAt(0),
    missing,
    hasMore: false,
  };
  const ownNames = names.map((name) => (isUnnamed(name) ? null : name));
  return {
    placeInner(kernel, columns, ignored) {
      const lines = new Delimited(kernel, options, columns, ignored);
      lines.name(ownNames);
      return { kind: innerColumns, program: lines.program };
    },
    place(kernel, columns, ignored, preamble) {
      const lines = new Delimited(kernel, options, columns, ignored);
      if (header === undefined) {
        lines.name(ownNames);
        return lines.cut;
      }
      const read = (line: string): void => {
        // The ventilator sends nothing of a file that lacks a column.
        const isWhole = missingColumns(format, line).length === 0;
        lines.name(isWhole ? headerNames(format, line) : []);
        lines.report(reportsNone);
      };
      lines.report(reportsNext);
      if (preamble.length > 0) read(Buffer.from(preamble).toString("latin1"));
      lines.onReport = read;
      return lines.cut;
    },
  };
}
