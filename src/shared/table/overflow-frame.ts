// The overflow row of a table in bytes: what the rows beyond the bound add up to. It is a frame of
// its own kind, so that no key, whatever its bytes, can be taken for it; drawn in FORMAT.md.

import { LogmillError } from "../base/errors.ts";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { checkSeal, checksumBytes, seal } from "./checksum.ts";
import type { TableSchema } from "./schema.ts";

const magic = 0x564f4d4c; // "LMOV"
const version = 1;
const headBytes = 16;

export interface OverflowRow {
  /** The least bound that any of its parts was held to. */
  readonly maxRows: number;
  /** A table frame of no dimensions and one row: what was added up. */
  readonly frame: Uint8Array;
}

/** Whether the bytes begin like an overflow row rather than a table frame. */
export function isOverflowFrame(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === magic
  );
}

/** The schema of the frame inside: the same metrics, without dimensions. */
export function overflowSchema(schema: TableSchema): TableSchema {
  return { dimensions: 0, metrics: schema.metrics };
}

/** @param dimensions of the table. */
export function encodeOverflow(dimensions: number, { maxRows, frame }: OverflowRow): Uint8Array {
  const writer = new ByteWriter(headBytes + frame.length + checksumBytes);
  writer.u32(magic).u8(version).u8(dimensions).u16(0);
  writer.u32(1).u32(maxRows).bytes(frame).u32(0);
  return seal(writer.finish());
}

/**
 * What `encodeOverflow` wrote; the frame inside is checked by whoever reads it.
 * @throws LogmillError bad_table.
 */
export function decodeOverflow(bytes: Uint8Array, { dimensions }: TableSchema): OverflowRow {
  checkSeal(bytes, "overflow row");
  const body = bytes.subarray(0, bytes.length - checksumBytes);
  const reader = new ByteReader(body, "bad_table", "overflow row");
  if (reader.u32() !== magic) throw reader.fault("it does not begin like one");
  const found = reader.u8();
  if (found !== version) throw reader.fault(`its version is ${found}`);
  if (reader.u8() !== dimensions) throw reader.fault("its schema is not the one expected");
  if (reader.u16() !== 0) throw reader.fault("two bytes are not zero");
  if (reader.u32() !== 1) throw reader.fault("it is not one row");
  const maxRows = reader.u32();
  if (maxRows === 0) throw reader.fault("its bound is zero");
  const frame = reader.bytes(reader.remaining);
  if (frame.length < 12 || new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) !== 1) {
    throw new LogmillError("bad_table", "overflow row: the frame inside is not one row");
  }
  return { maxRows, frame };
}
