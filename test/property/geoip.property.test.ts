// Look-ups of addresses in a range table beside two slow ones: a walk through the networks that a database was written
// from, and the reader of such databases, one address at a time.

import fc from "fast-check";
import { Reader, type Response } from "mmdb-lib";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compileAddressDatabase } from "../../src/shared/lookup/address-database.ts";
import { addressBits } from "../reference/address.ts";
import { writeDatabase, type DatabaseOptions, type Network } from "../reference/mmdb-writer.ts";
import { addressText } from "../support/address-spellings.ts";
import { spans, textsOf } from "../support/kernel-columns.ts";

const kernel = loadKernel(3);

const sixToFour = (0x2002).toString(2).padStart(16, "0");
const teredo = (0x2001_0000).toString(2).padStart(32, "0");
const mappedBits = "0".repeat(80) + "1".repeat(16);
const v4Bits = "0".repeat(96);

/** Countries that are few, so that neighbours are often of the same; the last is unknown to the database. */
const country = fc.constantFrom("DE", "FR", "US", "Ü", "");
const recordOf = (code: string): unknown => (code === "" ? {} : { country: { iso_code: code } });

const bits = (max: number) =>
  fc
    .oneof(
      fc.array(fc.constantFrom("0", "1"), { minLength: 1, maxLength: max }),
      // On the borders of the index, and far below them.
      fc
        .tuple(fc.constantFrom("0", "1"), fc.constantFrom(15, 16, 17, max - 1, max))
        .map(([bit, length]) => Array<string>(length).fill(bit)),
    )
    .map((list) => list.join(""));

const network4 = fc.record({ bits: bits(32), code: country });
const network6 = fc
  .record({ bits: bits(128), code: country })
  .filter((each) => !each.bits.startsWith("0".repeat(80)) && each.bits.includes("1"));

const database = fc.record({
  v4: fc.array(network4, { maxLength: 12 }),
  v6: fc.array(network6, { maxLength: 12 }),
  ipVersion: fc.constantFrom(4 as const, 6 as const),
  recordSize: fc.constantFrom(24 as const, 28 as const, 32 as const),
  aliases: fc.subarray([sixToFour, teredo, mappedBits]),
});

interface Drawn {
  readonly networks: readonly { readonly bits: string; readonly code: string }[];
  readonly bytes: Buffer;
  readonly options: DatabaseOptions;
}

function written({
  v4,
  v6,
  ipVersion,
  recordSize,
  aliases,
}: typeof database extends fc.Arbitrary<infer T> ? T : never): Drawn {
  const networks =
    ipVersion === 4 ? v4 : [...v6, ...v4.map((each) => ({ ...each, bits: v4Bits + each.bits }))];
  const options = { ipVersion, recordSize, ...(ipVersion === 6 && { aliases }) };
  // One that is known, so that there is something to look for.
  const all = [...networks, { bits: ipVersion === 4 ? "01" : v4Bits + "01", code: "XX" }];
  const list = all.map(({ bits: network, code }): Network => ({
    bits: network,
    record: recordOf(code),
  }));
  return { networks: all, bytes: writeDatabase(list, options), options };
}

/** By a walk through the networks: the last that holds the address counts. */
function slowly({ networks, options }: Drawn, text: string): string {
  const address = addressBits(text);
  if (address === null) return "";
  const { ipVersion, aliases = [] } = options;
  if (ipVersion === 4 && address.length === 128) return "";
  const within = (whole: string): string =>
    networks.findLast((each) => whole.startsWith(each.bits))?.code ?? "";
  if (ipVersion === 4) return within(address);
  if (address.length === 32) return within(v4Bits + address);
  const alias = aliases.find((each) => address.startsWith(each));
  return within(
    alias === undefined ? address : v4Bits + address.slice(alias.length, alias.length + 32),
  );
}

function addressesOf(whole: string): string {
  if (whole.length === 32)
    return (whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).join(".");
  return (whole.match(/.{16}/g) ?? [])
    .map((group) => Number.parseInt(group, 2).toString(16))
    .join(":");
}

/** The first and last address of a network, and those right before and behind. */
function bordersOf(network: string, width: number): string[] {
  const [first, last] = ["0", "1"].map((bit) => BigInt(`0b${network.padEnd(width, bit)}`));
  const all = 2n ** BigInt(width);
  return [first! - 1n, first!, first! + 1n, last! - 1n, last!, last! + 1n].map((address) =>
    addressesOf(((address + all) % all).toString(2).padStart(width, "0")),
  );
}

function lookedUp(table: number, texts: readonly string[]): string[] {
  kernel.reset();
  const column = spans(kernel, texts);
  const out = kernel.alloc(texts.length * 8 + 16);
  kernel.exports.lookUpAddresses(table, column, texts.length, out);
  return textsOf(kernel, out, texts.length).map((text) => Buffer.from(text, "latin1").toString());
}

/** Whether the reader has the same view: to it IPv4 within IPv6 is another address, and so is one of a single link. */
function isReaders({ options }: Drawn, text: string): boolean {
  const width = addressBits(text)?.length;
  if (width === 32) return !text.includes(":");
  return width === 128 && options.ipVersion === 6 && !text.includes(".");
}

function byReader(reader: Reader<Response>, text: string): string {
  const record = reader.get(text) as { readonly country?: { readonly iso_code?: string } } | null;
  return record?.country?.iso_code ?? "";
}

describe("an address in a range table", () => {
  it("has what the last network of the database that holds it has, at every border and in every spelling", () => {
    fc.assert(
      fc.property(
        database.map(written),
        fc.array(addressText, { maxLength: 20 }),
        (drawn, texts) => {
          const borders = drawn.networks.flatMap(({ bits: network }) => {
            const width = drawn.options.ipVersion === 4 ? 32 : 128;
            const own = bordersOf(network, width);
            if (width === 32) return [...own, ...own.map((address) => `::ffff:${address}`)];
            if (!network.startsWith(v4Bits) || network === v4Bits) return own;
            const inner = bordersOf(network.slice(96), 32);
            return [...own, ...inner, ...inner.map((address) => `::FFFF:${address}`)];
          });
          const embedded = drawn.networks.flatMap(({ bits: network }) =>
            [sixToFour, teredo].flatMap((alias) =>
              bordersOf((alias + network.slice(96)).slice(0, 128), 128),
            ),
          );
          const asked = [...borders, ...embedded, ...texts].filter((text) => text !== "");
          const table = kernel.reserve(compileAddressDatabase(drawn.bytes, "country"));
          const found = lookedUp(table, asked);
          expect(found).toEqual(asked.map((text) => slowly(drawn, text)));
          const reader = new Reader<Response>(drawn.bytes);
          for (const [index, text] of asked.entries()) {
            if (isReaders(drawn, text))
              expect([text, byReader(reader, text)]).toEqual([text, found[index]]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
