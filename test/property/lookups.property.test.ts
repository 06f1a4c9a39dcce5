// Laws of looking values up: what workers find is what a plain implementation finds, batch after batch; and a table of
// rows has what its file has.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compileAddressDatabase } from "../../src/shared/lookup/address-database.ts";
import { compileRows, RowTable } from "../../src/shared/lookup/row-table.ts";
import type { Plan, ValueExpression } from "../../src/shared/model/plan.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { countryNetworks, names } from "../reference/lookup-values.ts";
import { writeDatabase } from "../reference/mmdb-writer.ts";
import { partialOf, sideBySide } from "../support/agreement.ts";
import { addressText } from "../support/address-spellings.ts";

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const csvOf = (rows: Iterable<readonly [string, string]>, end = "\n"): Buffer =>
  Buffer.from(
    ["id,name", ...Array.from(rows, (row) => row.map(quoted).join(","))].join(end),
    "latin1",
  );

const tables = new Map([
  [
    "countries",
    compileAddressDatabase(
      writeDatabase(
        countryNetworks.map(([bits, code]) => ({ bits, record: { country_code: code } })),
        { ipVersion: 6, recordSize: 28 },
      ),
      "country",
    ),
  ],
  ["names", compileRows(csvOf(Object.entries(names)), "id", "name")],
]);

const field = (name: string): ValueExpression => ({ op: "field", name });
const text = (value: string): ValueExpression => ({ op: "string", value });
const number = (digits: string): ValueExpression => ({ op: "number", text: digits });
const call = (name: string, ...given: ValueExpression[]): ValueExpression => ({
  op: "call",
  name,
  arguments: given,
});

const common = {
  from: ["ads"],
  timestamp: "timestamp",
  granularity: "day",
  timezone: "UTC",
} as const;
const plan: Plan = {
  version: 1,
  timezone: "UTC",
  sources: [
    {
      name: "ads",
      maxLineBytes: 1000,
      format: {
        type: "rsyslog",
        payloads: [{ program: "E", type: "csv", fields: ["ip", "user"] }],
      },
      computed: [
        { name: "country", value: call("geoip", field("ip"), text("country"), text("countries")) },
        { name: "name", value: call("lookup", field("user"), text("names"), text("name")) },
        { name: "network", value: call("ip_prefix", field("ip"), number("20"), number("33")) },
      ],
    },
  ],
  summaries: [
    {
      ...common,
      name: "a",
      dimensions: ["country", "name"],
      metrics: [{ name: "n", type: "count" }],
    },
    {
      ...common,
      name: "b",
      dimensions: ["network"],
      where: { op: "!=", left: field("country"), right: text("US") },
      metrics: [{ name: "n", type: "count" }],
    },
  ],
};

const address = fc.oneof(
  addressText,
  fc.constantFrom(
    "192.0.2.0",
    "192.0.1.255",
    "192.0.2.255",
    "192.0.3.0",
    "192.0.2.1",
    "191.255.255.255",
  ),
  fc.constantFrom(
    "2001:db8::",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
    "::ffff:192.0.2.1",
  ),
);
const user = fc.constantFrom(...["u1", "u2", "u3", "U1", "", "gr\xfcn", "gr\xc3\xbcn", "u", "u22"]);
const line = fc
  .tuple(address, user, fc.integer({ min: 1, max: 2 }))
  .map(([ip, who, values]) => `2024-01-01T00:00:00Z h E ${[ip, who].slice(0, values).join(",")}\n`);
const content = fc
  .array(line, { maxLength: 60 })
  .map((lines) => Buffer.from(lines.join(""), "latin1"));

describe("values that are looked up", () => {
  it("are those of the tables, in every batch of a worker and whatever the size of vectors", () => {
    fc.assert(
      fc.property(
        fc.array(content, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1, 7, 16, 4096),
        (batches, vectorLines) => {
          const compiled = compilePlan(loadKernel(2), plan, { vectorLines, tables });
          for (const batch of batches) {
            const { expected, actual } = sideBySide(plan, partialOf(compiled, plan, batch), batch);
            expect(actual).toEqual(expected);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("need all tables of the plan", () => {
    expect(() => compilePlan(loadKernel(2), plan)).toThrow(/the plan has the table countries/);
  });
});

const piece = fc.constantFrom("a", "b", "\xff", "\0", '"', ",", "\n", "\r", " ", "");
const value = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const key = value.filter((each) => each !== "");

describe("a table of rows", () => {
  it("has the value of every key of its file, and of no other, whatever quotes and line ends there are", () => {
    const rows = fc.uniqueArray(fc.tuple(key, value), { selector: ([id]) => id, maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.array(value), fc.constantFrom("\n", "\r\n"), (all, others, end) => {
        const table = new RowTable(compileRows(csvOf(all, end), "id", "name"));
        const known = new Map(all);
        for (const asked of [...known.keys(), ...others]) {
          expect(table.get(asked)).toBe(known.get(asked) ?? null);
        }
      }),
      { numRuns: 500 },
    );
  });
});
