// Two columns of a CSV file as a table: from the text of the one, the key, to that of the other. Packed in the order of
// the keys' bytes, so that a look-up is a binary search where the bytes lie, and equal files make equal bytes:
//
//   u32                  how many there are
//   u32 for each         where its key ends in the keys
//   u32 for each         where its value ends in the values
//   the keys, the values
//
// Numbers are little-endian. Texts are binary strings, a character a byte.

import { nearest } from "../text/nearest-word.ts";
import { csvRecords, type CsvRecord } from "./csv-records.ts";
import { TableFault } from "./table-fault.ts";

const wordBytes = 4;

/**
 * @param key name of the column that is looked for
 * @throws TableFault where the file is not well-formed, lacks a column, or has a key twice.
 */
export function compileRows(bytes: Buffer, key: string, column: string): Uint8Array {
  const records = csvRecords(bytes);
  const header = headerOf(records);
  const [keyAt, valueAt] = [columnAt(header, key), columnAt(header, column)];
  const rows = new Map<string, { readonly line: number; readonly value: string }>();
  for (const { line, fields } of records) {
    if (fields.length !== header.length) {
      throw new TableFault(
        `line ${line} has ${fields.length} values, and the header ${header.length} columns`,
        "give every line a value for each column, an empty one where there is none",
      );
    }
    const text = fields[keyAt]!;
    if (text === "") throw new TableFault(`line ${line} has no ${key}`, "delete the line");
    const before = rows.get(text);
    if (before !== undefined) {
      throw new TableFault(
        `line ${line} has the ${key} ${JSON.stringify(text)} of line ${before.line} again`,
        "delete one of them: what is looked up has one answer",
      );
    }
    rows.set(text, { line, value: fields[valueAt]! });
  }
  // Binary strings are in the order of their bytes.
  const keys = [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
  return pack(
    keys,
    keys.map((text) => rows.get(text)!.value),
  );
}

/** @throws TableFault where the file lacks one of the columns. */
export function columnsOf(bytes: Buffer): readonly string[] {
  return headerOf(csvRecords(bytes));
}

function headerOf(records: Iterator<CsvRecord, void>): readonly string[] {
  const header = records.next().value?.fields.map((name) => Buffer.from(name, "latin1").toString());
  if (header === undefined) throw new TableFault("the file is empty", "begin it with a header");
  const twice = header.find((name, index) => header.indexOf(name) < index);
  if (twice !== undefined) {
    throw new TableFault(`the header has the column ${JSON.stringify(twice)} twice`, "rename one");
  }
  return header;
}

function columnAt(header: readonly string[], name: string): number {
  const at = header.indexOf(name);
  if (at >= 0) return at;
  const meant = nearest(name, header);
  throw new TableFault(
    `the file has no column ${name}; it has ${header.join(", ")}`,
    meant === null ? "" : `did you mean ${meant}?`,
  );
}

function pack(keys: readonly string[], values: readonly string[]): Uint8Array {
  const head = new Uint32Array(1 + 2 * keys.length);
  head[0] = keys.length;
  let [keyEnd, valueEnd] = [0, 0];
  for (const [index, key] of keys.entries()) {
    keyEnd += key.length;
    valueEnd += values[index]!.length;
    head[1 + index] = keyEnd;
    head[1 + keys.length + index] = valueEnd;
  }
  return Buffer.concat([
    new Uint8Array(head.buffer),
    Buffer.from(keys.join(""), "latin1"),
    Buffer.from(values.join(""), "latin1"),
  ]);
}

/** A packed table, to look values up in. */
export class RowTable {
  readonly #bytes: Buffer;
  readonly #count: number;
  readonly #keysAt: number;
  readonly #valuesAt: number;

  constructor(table: Uint8Array) {
    this.#bytes = Buffer.from(table.buffer, table.byteOffset, table.length);
    this.#count = this.#bytes.readUInt32LE(0);
    this.#keysAt = (1 + 2 * this.#count) * wordBytes;
    this.#valuesAt = this.#keysAt + this.#end(0, this.#count - 1);
  }

  /** The value of a key; null where the table has no such key. */
  get(key: string): string | null {
    const wanted = Buffer.from(key, "latin1");
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#bytes.compare(wanted, 0, wanted.length, ...this.#keyAt(middle));
      if (order === 0) return this.#valueAt(middle);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return null;
  }

  #keyAt(index: number): [from: number, to: number] {
    return [this.#keysAt + this.#end(0, index - 1), this.#keysAt + this.#end(0, index)];
  }

  #valueAt(index: number): string {
    const [from, to] = [this.#end(this.#count, index - 1), this.#end(this.#count, index)];
    return this.#bytes.toString("latin1", this.#valuesAt + from, this.#valuesAt + to);
  }

  /** @param skipped numbers before those of the column */
  #end(skipped: number, index: number): number {
    return index < 0 ? 0 : this.#bytes.readUInt32LE((1 + skipped + index) * wordBytes);
  }
}
