// Databases of addresses as their makers write them, and files that are none or are damaged.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import {
  compileAddressDatabase,
  expectAddressDatabase,
} from "../../../../src/shared/lookup/address-database.ts";
import { TableFault } from "../../../../src/shared/lookup/table-fault.ts";
import { addressFields, type AddressField } from "../../../../src/shared/model/address-fields.ts";
import { writeDatabase } from "../../../reference/mmdb-writer.ts";
import { spans, textsOf } from "../../../support/kernel-columns.ts";

const kernel = loadKernel(1);

function found(database: Buffer, field: AddressField, address: string): string {
  const table = kernel.reserve(compileAddressDatabase(database, field));
  const column = spans(kernel, [address]);
  const out = kernel.alloc(24);
  kernel.exports.lookUpAddresses(table, column, 1, out);
  return textsOf(kernel, out, 1)[0]!;
}

const databaseOf = (record: unknown): Buffer =>
  writeDatabase([{ bits: "1", record }], { ipVersion: 4, recordSize: 24 });

describe("a database", () => {
  it.each<[string, AddressField, unknown, string]>([
    ["MaxMind", "country", { country: { iso_code: "DE", names: { en: "Germany" } } }, "DE"],
    ["MaxMind", "city", { city: { names: { de: "Köln", en: "Cologne" } } }, "Cologne"],
    [
      "MaxMind",
      "region",
      { subdivisions: [{ iso_code: "NW", names: { en: "North Rhine-Westphalia" } }] },
      "North Rhine-Westphalia",
    ],
    ["MaxMind", "asn", { autonomous_system_number: 64_496 }, "AS64496"],
    ["ip-location-db", "country", { country_code: "DE" }, "DE"],
    ["ip-location-db", "city", { city: "Cologne", state1: "NRW" }, "Cologne"],
    ["ip-location-db", "region", { city: "Cologne", state1: "NRW" }, "NRW"],
    ["IPinfo", "country", { country: "DE", asn: "AS64496" }, "DE"],
    ["IPinfo", "asn", { country: "DE", asn: "AS64496" }, "AS64496"],
    ["IPinfo", "region", { region: "NRW" }, "NRW"],
  ])("of %s has its %s", (_, field, record, text) => {
    const database = databaseOf(record);
    expect(found(database, field, "193.99.144.80")).toBe(text);
    expect(found(database, field, "8.8.8.8")).toBe("");
    expect(() => expectAddressDatabase(database, field)).not.toThrow();
  });

  it.each(addressFields)("that knows no %s is refused by name", (field) => {
    const database = databaseOf({ postal: "50667" });
    expect(() => compileAddressDatabase(database, field)).toThrow(
      new RegExp(`the database \\("logmill-test"\\) knows no ${field} of any address`),
    );
    expect(() => expectAddressDatabase(database, field)).toThrow(TableFault);
  });
});

const some = writeDatabase(
  ["0", "10", "1100", "11011"].map((bits, index) => ({
    bits,
    record: { country: { iso_code: `C${index}` } },
  })),
  { ipVersion: 6, recordSize: 28, aliases: ["0010000000000010"] },
);

/** What comes of a file: a table, or a fault in words; anything else fails the test. */
function outcome(bytes: Buffer): "table" | "fault" {
  try {
    expectAddressDatabase(bytes, "country");
    compileAddressDatabase(bytes, "country");
    return "table";
  } catch (error) {
    if (error instanceof TableFault) return "fault";
    throw error;
  }
}

describe("a file that is no database", () => {
  it("is refused, and so is one that is cut off", () => {
    expect(outcome(some)).toBe("table");
    expect(outcome(Buffer.from("id,name\na,b\n"))).toBe("fault");
    for (let length = 0; length < some.length - 60; length += 1) {
      expect([length, outcome(some.subarray(0, length))]).toEqual([length, "fault"]);
    }
  });

  it("never breaks who reads it, whatever bytes of it are changed", () => {
    const change = fc.tuple(fc.nat(some.length - 1), fc.nat(255));
    let faults = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(some);
        for (const [at, byte] of changes) bytes[at] = byte;
        if (outcome(bytes) === "fault") faults += 1;
      }),
      { numRuns: 400 },
    );
    expect(faults).toBeGreaterThan(0);
  });
});
