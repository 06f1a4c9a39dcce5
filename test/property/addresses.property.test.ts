// Addresses have one spelling, whichever a log has: the kernel beside a plain implementation, and what
// summaries then make of fields of type `ip`.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalAddress } from "../../src/shared/model/canonical-address.ts";
import * as layout from "../../src/shared/kernel/assembly/parse-layout.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { Expression, Plan } from "../../src/shared/model/plan.ts";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { referenceAddress } from "../reference/address.ts";
import { addressText } from "../support/address-spellings.ts";
import { partialOf, sideBySide } from "../support/agreement.ts";
import { bytesAt, column, spans } from "../support/kernel-columns.ts";

const kernel = loadKernel(5);
const badIp = rejectReasons.indexOf("bad_ip") + 1;

/** What the kernel makes of a column: the texts that its spans stand for afterwards, and the flags. */
function canonical(texts: readonly string[]) {
  kernel.reset();
  const pointer = spans(kernel, texts);
  const flags = column(kernel, texts.length, 1);
  const cursor = kernel.place(new Uint8Array(layout.cursorBytes));
  const bad = kernel.exports.canonicalAddresses(cursor, pointer, texts.length, flags);
  const values = texts.map((_, line) => {
    const [at, bytes] = kernel.u32.subarray(pointer / 4 + line * 2);
    return Buffer.from(kernel.u8.subarray(at, at! + bytes!)).toString("latin1");
  });
  return { values, flags: bytesAt(kernel, flags, texts.length), bad };
}

describe("an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:C000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:0.0.0.0", "0.0.0.0"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["::192.0.2.1", "::c000:201"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["FE80::1%Eth0", "fe80::1%Eth0"],
  ])("%s is written %s", (text, spelling) => {
    expect(canonical([text])).toEqual({ values: [spelling], flags: [0], bad: 0 });
    expect(canonicalAddress(text)).toBe(spelling);
  });

  it("has the spelling that a plain implementation gives it, and what is none is flagged", () => {
    const lists = fc.array(addressText, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lists, (texts) => {
        const spellings = texts.map((text) => (text === "" ? "" : referenceAddress(text)));
        const isBad = spellings.map((spelling) => spelling === null);
        expect(canonical(texts)).toEqual({
          values: texts.map((text, line) => spellings[line] ?? text),
          flags: isBad.map((bad) => (bad ? badIp : 0)),
          bad: isBad.filter(Boolean).length,
        });
        // The configuration has its own way there, and zones of its own.
        for (const text of texts.filter((each) => !each.includes("%"))) {
          expect(canonicalAddress(text)).toBe(referenceAddress(text));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

const field = (name: string): Expression => ({ op: "field", name });
const equals = (name: string, value: string): Expression => ({
  op: "==",
  left: field(name),
  right: { op: "string", value },
});
const isLocal: Expression = {
  op: "starts_with",
  left: field("via"),
  right: { op: "string", value: "192.0." },
};
const common = {
  from: ["ads"],
  timestamp: "timestamp",
  granularity: "day",
  timezone: "UTC",
} as const;
const users = { name: "users", type: "hll", log2m: 8, regwidth: 5 } as const;

const plan: Plan = {
  version: 1,
  timezone: "UTC",
  sources: [
    {
      name: "ads",
      maxLineBytes: 1000,
      format: {
        type: "rsyslog",
        payloads: [{ program: "E", type: "csv", fields: ["ip", "via", "plain"] }],
        fields: { ip: { type: "ip" }, via: { type: "ip" } },
      },
    },
  ],
  summaries: [
    {
      ...common,
      name: "by_ip",
      dimensions: ["ip"],
      metrics: [
        { name: "n", type: "count" },
        { ...users, field: "via", where: equals("ip", "192.0.2.1") },
      ],
    },
    {
      ...common,
      name: "distinct",
      dimensions: ["plain"],
      where: { op: "or", left: { op: "not", operand: isLocal }, right: equals("ip", "::1") },
      metrics: [
        { ...users, field: "ip" },
        { ...users, name: "plain", field: "plain" },
      ],
    },
    {
      ...common,
      name: "filtered",
      dimensions: [],
      where: equals("via", "192.0.2.1"),
      metrics: [{ name: "n", type: "count" }],
    },
  ],
};

/** A field of CSV, quoted where it is drawn so; the quotes are undone before the address is looked at. */
const csvField = fc
  .tuple(addressText, fc.boolean())
  .map(([text, isQuoted]) => (isQuoted ? `"${text}"` : text));
const line = fc
  .tuple(csvField, csvField, csvField, fc.integer({ min: 1, max: 3 }))
  .map((all) => `2024-01-01T00:00:00Z h E ${all.slice(0, all[3]).join(",")}\n`);

describe("fields of type ip", () => {
  it("are grouped, counted and compared by the address, beside fields that are text", () => {
    const contents = fc.array(line, { maxLength: 60 }).map((lines) => Buffer.from(lines.join("")));
    const vectors = fc.constantFrom(1, 7, 16, 4096);
    // Some of the summaries: a field may be used as a key, in a count, in a condition, or in several.
    const some = fc.subarray([...plan.summaries], { minLength: 1 });
    fc.assert(
      fc.property(contents, vectors, some, (content, vectorLines, summaries) => {
        const drawn = { ...plan, summaries };
        const partial = partialOf(compilePlan(kernel, drawn, { vectorLines }), drawn, content);
        const { expected, actual } = sideBySide(drawn, partial, content);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});
