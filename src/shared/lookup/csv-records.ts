// The records of a well-formed CSV file (RFC 4180), which says what is wrong with one that is not, and in which line. Texts
// are binary strings, a character a byte, so that bytes that are no UTF-8 stay as they are.

import { TableFault } from "./table-fault.ts";

export interface CsvRecord {
  /** Of the file, from 1, in which it begins. */
  readonly line: number;
  readonly fields: readonly string[];
}

const byteOrderMark = "\xef\xbb\xbf";

/** @throws TableFault at the first record that is not well-formed. */
export function* csvRecords(bytes: Buffer): Generator<CsvRecord, void, undefined> {
  let text = bytes.toString("latin1");
  if (text.startsWith(byteOrderMark)) text = text.slice(byteOrderMark.length);
  const field = /"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)/y;
  let [at, line] = [0, 1];
  while (at < text.length) {
    const record = { line, fields: [] as string[] };
    for (;;) {
      field.lastIndex = at;
      const [written = "", quoted, plain = ""] = field.exec(text) ?? [];
      record.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += written.length;
      line += quoted === undefined ? 0 : quoted.split("\n").length - 1;
      if (text[at] !== ",") break;
      at += 1;
    }
    const end = /\r?\n|$/y;
    end.lastIndex = at;
    const lineEnd = end.exec(text);
    if (lineEnd === null) throw new TableFault(...strayQuote(text, at, line));
    at += lineEnd[0].length;
    line += 1;
    yield record;
  }
}

function strayQuote(text: string, at: number, line: number): [string, string] {
  return text[at] === '"'
    ? [
        `line ${line}: a quote stands where none may be, or is not closed`,
        'put all of the value in quotes, and write a quote within as ""',
      ]
    : [
        `line ${line}: something follows a value, such as a lone carriage return`,
        "write one record a line",
      ];
}
