// A database of addresses (MMDB: GeoLite2, DB-IP, IPinfo, ip-location-db and others) as a range table of one of its
// fields. The records are read by mmdb-lib; the tree of addresses, which that goes through for one address
// at a time, is gone through here once, in the order of the addresses.
//
// Such a database has IPv4 within the tree of IPv6, at ::/96, and leads other networks of IPv6 that embed an IPv4
// address there, too (6to4, Teredo): the table has one range for each of these, which says where in the address that
// of IPv4 is.

import { createRequire } from "node:module";
import type { Metadata } from "mmdb-lib/lib/metadata.js";
import type * as Mmdb from "mmdb-lib";
import type { AddressField } from "../model/address-fields.ts";
import { RangeTableBuilder } from "./range-table.ts";
import { TableFault } from "./table-fault.ts";

type Step = string | number;

/** Where databases have a field: the first that is there. */
const places: { readonly [Field in AddressField]: readonly (readonly Step[])[] } = {
  country: [["country", "iso_code"], ["country_code"], ["country"]],
  region: [["subdivisions", 0, "names", "en"], ["region"], ["state1"]],
  city: [["city", "names", "en"], ["city"]],
  asn: [["autonomous_system_number"], ["asn"]],
};

type Reader = Mmdb.Reader<Mmdb.Response>;

interface Database {
  readonly reader: Reader;
  readonly bytes: Buffer;
  /** Node of the tree at which IPv4 begins, or its record. */
  readonly root4: number;
}

/** Nodes that are visited of a tree, as a multiple of those it has: more are visited only where it leads back. */
const visitsMax = 16;

/** @throws TableFault where the file is no such database, or has nothing of the field. */
export function compileAddressDatabase(bytes: Buffer, field: AddressField): Uint8Array {
  const database = openDatabase(bytes);
  const builder = new RangeTableBuilder();
  const walk = new Walk(database, field, builder);
  try {
    walk.all4();
    if (database.reader.metadata.ipVersion === 6) walk.all6();
  } catch (cause) {
    throw cause instanceof TableFault ? cause : damaged("its tree ends too early", cause);
  }
  if (!builder.hasTexts) {
    const { databaseType } = database.reader.metadata;
    throw new TableFault(
      `the database (${JSON.stringify(databaseType)}) knows no ${field} of any address`,
      `take a database with ${field}, or another of its fields`,
    );
  }
  return builder.pack();
}

/** Addresses that are looked up before all of a database is gone through. */
const probes = 256;

/**
 * @param field that it must have of some address; without one, any content will do
 * @throws TableFault where the file is no such database, or has nothing of the field.
 */
export function expectAddressDatabase(bytes: Buffer, field?: AddressField): void {
  const { reader } = openDatabase(bytes);
  if (field === undefined) return;
  for (let probe = 0; probe < probes; probe += 1) {
    const address = Math.imul(probe, 0x9e37_79b1) >>> 0;
    if (textOf(recordAt(reader, [address]), field) !== "") return;
  }
  compileAddressDatabase(bytes, field);
}

function openDatabase(bytes: Buffer): Database {
  const require = createRequire(import.meta.url);
  const { Reader } = require("mmdb-lib") as typeof Mmdb;
  try {
    const reader: Reader = new Reader(bytes);
    expectTree(reader.metadata, bytes);
    return { reader, bytes, root4: root4Of(reader.metadata, bytes) };
  } catch (cause) {
    throw new TableFault(
      "the file is no database of addresses (MMDB), or is cut off",
      "get it anew from where it came from",
      cause,
    );
  }
}

function damaged(how: string, cause?: unknown): TableFault {
  return new TableFault(
    `the file is damaged: ${how}`,
    "get it anew from where it came from",
    cause,
  );
}

function expectTree({ ipVersion, nodeCount, searchTreeSize }: Metadata, bytes: Buffer): void {
  const isTree = Number.isSafeInteger(nodeCount) && nodeCount > 0 && searchTreeSize < bytes.length;
  if (!isTree || (ipVersion !== 4 && ipVersion !== 6)) throw new Error("it has no tree");
}

function root4Of(metadata: Metadata, bytes: Buffer): number {
  let node = 0;
  const bits = metadata.ipVersion === 6 ? 96 : 0;
  for (let bit = 0; bit < bits && node < metadata.nodeCount; bit += 1) {
    node = recordOf(metadata, bytes, node, 0);
  }
  return node;
}

/** What a node has on the left (0) or right (1): another node, none (their number), or where a record is. */
function recordOf({ recordSize }: Metadata, bytes: Buffer, node: number, side: 0 | 1): number {
  const at = (node * recordSize) / 4;
  if (recordSize === 24) return bytes.readUIntBE(at + side * 3, 3);
  if (recordSize === 32) return bytes.readUInt32BE(at + side * 4);
  const middle = bytes[at + 3]!;
  const high = side === 0 ? middle >> 4 : middle & 15;
  return high * 2 ** 24 + bytes.readUIntBE(at + side * 4, 3);
}

class Walk {
  readonly #database: Database;
  readonly #field: AddressField;
  readonly #builder: RangeTableBuilder;
  readonly #texts = new Map<number, string>();
  /** Words of the address that the walk is at. */
  readonly #address: number[] = [];
  #visits = 0;

  constructor(database: Database, field: AddressField, builder: RangeTableBuilder) {
    this.#database = database;
    this.#field = field;
    this.#builder = builder;
  }

  all4(): void {
    this.#begin(1);
    this.#visit(this.#database.root4, 0);
  }

  all6(): void {
    this.#begin(4);
    this.#visit(0, 0);
  }

  #begin(words: number): void {
    this.#address.length = 0;
    for (let word = 0; word < words; word += 1) this.#address.push(0);
  }

  #visit(node: number, depth: number): void {
    const { reader, bytes, root4 } = this.#database;
    const { metadata } = reader;
    const { nodeCount } = metadata;
    const is6 = this.#address.length === 4;
    if (node >= nodeCount) {
      this.#builder.from(this.#range, node === nodeCount ? "" : this.#textAt(node));
      return;
    }
    if (is6 && node === root4 && depth <= 96) {
      this.#builder.embeds(this.#range, depth);
      return;
    }
    this.#visits += 1;
    if (depth === this.#address.length * 32 || this.#visits > visitsMax * nodeCount) {
      throw damaged("its tree of addresses leads back into itself");
    }
    const [word, bit] = [depth >>> 5, 2 ** (31 - (depth & 31))];
    this.#visit(recordOf(metadata, bytes, node, 0), depth + 1);
    this.#address[word]! += bit;
    this.#visit(recordOf(metadata, bytes, node, 1), depth + 1);
    this.#address[word]! -= bit;
  }

  get #range(): Parameters<RangeTableBuilder["from"]>[0] {
    return this.#address as [number] | [number, number, number, number];
  }

  /** What the record says that the address is in, which many addresses share. */
  #textAt(record: number): string {
    let text = this.#texts.get(record);
    if (text === undefined) {
      text = textOf(recordAt(this.#database.reader, this.#address), this.#field);
      this.#texts.set(record, text);
    }
    return text;
  }
}

/** @param words of the address */
function recordAt(reader: Reader, words: readonly number[]): unknown {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const text =
    groups.length === 2
      ? groups.flatMap((group) => [group >> 8, group & 255]).join(".")
      : groups.map((group) => group.toString(16)).join(":");
  try {
    return reader.get(text);
  } catch (cause) {
    throw damaged(`its record of ${text} cannot be read`, cause);
  }
}

function textOf(record: unknown, field: AddressField): string {
  for (const place of places[field]) {
    const value = memberAt(record, place);
    if (typeof value !== "string" && typeof value !== "number") continue;
    const text = String(value);
    return field === "asn" && text !== "" && !text.startsWith("AS") ? `AS${text}` : text;
  }
  return "";
}

function memberAt(record: unknown, place: readonly Step[]): unknown {
  let value = record;
  for (const step of place) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<Step, unknown>>)[step];
  }
  return value;
}
