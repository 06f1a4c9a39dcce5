// Zeek's logs: values between tabs, named by the directives before a line.

import { quotesNone, reportsComments } from "../../shared/kernel/assembly/delimited-layout.ts";
import {
  isZeekDirective,
  withDirective,
  zeekMissing,
  zeekNames,
} from "../../shared/model/format/zeek.ts";
import { Delimited, type DelimitedOptions } from "./delimited.ts";
import type { Tokeniser } from "./tokeniser.ts";

const options: DelimitedOptions = {
  delimiter: "\t".charCodeAt(0),
  quotes: quotesNone,
  comment: "#".charCodeAt(0),
  missing: zeekMissing,
  hasMore: false,
};

export function zeekTokeniser(): Tokeniser {
  return {
    place(kernel, columns, ignored, preamble) {
      const lines = new Delimited(kernel, options, columns, ignored);
      let header = Buffer.from(preamble).toString("latin1");
      lines.report(reportsComments);
      lines.name(zeekNames(header));
      lines.onReport = (line) => {
        if (!isZeekDirective(line)) return;
        header = withDirective(header, line);
        lines.name(zeekNames(header));
      };
      return lines.cut;
    },
  };
}
