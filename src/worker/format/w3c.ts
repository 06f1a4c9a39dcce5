// Logs in W3C's extended format: values between blanks, named by the last directive `#Fields:` before a line.

import { isFieldsDirective } from "../../shared/model/format/preamble.ts";
import { w3cNames } from "../../shared/model/format/w3c.ts";
import { quotesAround, reportsComments } from "../../shared/kernel/assembly/delimited-layout.ts";
import { Delimited, type DelimitedOptions } from "./delimited.ts";
import type { Tokeniser } from "./tokeniser.ts";

const options: DelimitedOptions = {
  delimiter: 0,
  quotes: quotesAround,
  comment: "#".charCodeAt(0),
  missing: ["-"],
  hasMore: true,
};

export function w3cTokeniser(): Tokeniser {
  return {
    place(kernel, columns, ignored, preamble) {
      const lines = new Delimited(kernel, options, columns, ignored);
      const read = (line: string): void => {
        if (isFieldsDirective(line)) lines.name(w3cNames(line));
      };
      lines.report(reportsComments);
      if (preamble.length > 0) read(Buffer.from(preamble).toString("latin1"));
      lines.onReport = read;
      return lines.cut;
    },
  };
}
