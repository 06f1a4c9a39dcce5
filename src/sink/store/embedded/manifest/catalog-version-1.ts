// The catalog of a manifest of version 1, which had one sheet for all summaries; drawn in FORMAT.md.

import { atOnce } from "../../../../shared/base/steps.ts";
import type { ByteReader } from "../../../../shared/base/bytes.ts";
import type { RejectReason } from "../../../../shared/model/reasons.ts";
import type { SourceSheet } from "../../../../shared/model/sheet.ts";
import { readReason } from "../../../../shared/table/sheet-codec.ts";
import { Catalog, isPseudoKey } from "../ledger/catalog.ts";
import { catalogReader, encodeCatalog, readVersions } from "./catalog-codec.ts";
import { readLedger } from "./ledger-codec.ts";

/** Least bytes of a sheet, by which a reader bounds how many may follow. */
const leastSheet = 7;

/** The catalog of a manifest of version 1 as it is written now. @throws LogmillError `store_damaged` */
export function renewCatalog(bytes: Uint8Array): Uint8Array {
  const reader = catalogReader(bytes);
  const catalog = new Catalog();
  atOnce(readVersions(reader, catalog));
  readUnitedSheets(reader, catalog);
  atOnce(readLedger(reader, catalog));
  reader.end();
  noteBytesBefore(catalog);
  return encodeCatalog(catalog);
}

/**
 * The sheets of a manifest of version 1, which told parsed lines apart that no summary wanted, and
 * rejected those that any summary could not count.
 */
function readUnitedSheets(reader: ByteReader, catalog: Catalog): void {
  for (let rest = reader.count(leastSheet); rest > 0; rest -= 1) {
    const source = reader.text();
    const [lines, bytes] = [reader.varint(), reader.varint()];
    const parsed = reader.varint() + reader.varint();
    const deadLettered = reader.varint();
    const rejected: Partial<Record<RejectReason, number>> = {};
    for (let left = reader.count(2); left > 0; left -= 1) {
      rejected[readReason(reader)] = reader.varint();
    }
    const sheet: SourceSheet = { lines, bytes, parsed, deadLettered, rejected };
    catalog.sources.set(source, sheet);
  }
}

/** Everything that is in a ledger of version 1 was read before summaries had sheets. */
function noteBytesBefore(catalog: Catalog): void {
  for (const { name, shared } of catalog.ledger.entries) {
    for (const { keys, ranges } of shared) {
      const bytes = ranges.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
      for (const key of keys) if (!isPseudoKey(key)) catalog.addBytesBefore(key, name, bytes);
    }
  }
}
