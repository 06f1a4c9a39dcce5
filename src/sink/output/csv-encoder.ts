// Rows as CSV after RFC 4180, with two decisions of its own: lines end with LF (RFC 4180 says CRLF,
// but every reader takes LF and most tools of the shell only that), and a record of one empty field
// is written `""`, because an empty line would be no record for many readers.
//
// Fields are quoted only when they must be (comma, quote, CR, LF). Bytes of dimensions are copied as
// `shownKeys` gives them, which are UTF-8.

import { assert } from "../../shared/base/assert.ts";
import { isEstimate } from "../../shared/metric/kinds.ts";
import { plainText } from "../../shared/metric/value.ts";
import type { ResultColumns } from "../query/columns.ts";
import { shownKeys } from "../query/overflow-key.ts";
import type { Row } from "../query/row.ts";

const comma = 0x2c;
const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const pieceBytes = 256 * 1024;

export interface CsvOptions {
  /** After each estimate, two more columns: the ends of its 95 % interval. */
  readonly bounds: boolean;
}

/** Encodes a header and rows into lines, which are taken out in pieces. */
export class CsvEncoder {
  readonly #columns: ResultColumns;
  /** By metric: whether two columns of bounds follow it. */
  readonly #bounded: readonly boolean[];
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  constructor(columns: ResultColumns, { bounds }: CsvOptions) {
    this.#columns = columns;
    this.#bounded = columns.metrics.map(
      (metric) => bounds && metric.kind === "stored" && isEstimate(metric.definition),
    );
  }

  /** Bytes of the lines that `take` would return. */
  get bytes(): number {
    return this.#length;
  }

  header(): void {
    const { keys, metrics } = this.#columns;
    const names = keys.map(({ name }) => name);
    metrics.forEach(({ name }, index) => {
      names.push(...(this.#bounded[index]! ? [name, `${name}_lo`, `${name}_hi`] : [name]));
    });
    for (const name of names) this.#field(Buffer.from(name));
    this.#endRecord();
  }

  rows(rows: readonly Row[]): void {
    for (const row of rows) {
      for (const key of shownKeys(row)) this.#field(key);
      row.values.forEach((value, index) => {
        this.#ascii(plainText(value));
        if (!this.#bounded[index]!) return;
        assert(value?.type === "estimate", "a column with bounds holds estimates");
        this.#ascii(value.lo.toString());
        this.#ascii(value.hi.toString());
      });
      this.#endRecord();
    }
  }

  /** The lines since the last call, in a buffer of their own. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  /** Writes a field and the comma behind it, which `#endRecord` makes the end of the line. */
  #field(bytes: Uint8Array): void {
    // A field at worst doubles (every byte a quote) and gains two quotes and a comma.
    this.#reserve(2 * bytes.length + 3);
    const target = this.#buffer;
    let at = this.#length;
    if (!mustQuote(bytes)) {
      target.set(bytes, at);
      at += bytes.length;
    } else {
      target[at++] = quote;
      for (const byte of bytes) {
        if (byte === quote) target[at++] = quote;
        target[at++] = byte;
      }
      target[at++] = quote;
    }
    target[at++] = comma;
    this.#length = at;
  }

  #ascii(text: string): void {
    this.#reserve(text.length + 1);
    this.#length += this.#buffer.write(text, this.#length, "latin1");
    this.#buffer[this.#length++] = comma;
  }

  #endRecord(): void {
    const single = this.#length === 1 || this.#buffer[this.#length - 2] === lineFeed;
    if (single) {
      this.#length -= 1;
      this.#reserve(3);
      this.#length += this.#buffer.write('"",', this.#length, "latin1");
    }
    this.#buffer[this.#length - 1] = lineFeed;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** A whole CSV document, in pieces that are worth a write. */
export async function* csvChunks(
  encoder: CsvEncoder,
  rows: AsyncIterable<readonly Row[]>,
): AsyncIterable<Buffer> {
  encoder.header();
  for await (const block of rows) {
    encoder.rows(block);
    if (encoder.bytes >= pieceBytes) yield encoder.take();
  }
  yield encoder.take();
}

function mustQuote(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === comma || byte === quote || byte === lineFeed || byte === carriageReturn) {
      return true;
    }
  }
  return false;
}
