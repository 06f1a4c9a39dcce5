// A table that values are looked up in, as the roles speak of it: made by the ventilator from a file that the
// configuration names, known by its checksum, and the same bytes wherever it is.

export interface TableInfo {
  /** What it is a table of; see `model/lookup.ts`. */
  readonly name: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}
