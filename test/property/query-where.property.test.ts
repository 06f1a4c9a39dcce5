// Conditions of queries: what they ask of dimensions beside a store of just the events for which they hold, what
// they ask of metrics beside the rows of the whole answer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCondition } from "../../src/cli/commands/where-option.ts";
import { bucketOf } from "../../src/shared/model/bucket.ts";
import { compareDecimals } from "../../src/shared/text/decimal-order.ts";
import { referenceCondition } from "../reference/condition.ts";
import { ask, storeOf } from "../support/ask-store.ts";
import { definitionOf } from "../support/stored-summary.ts";
import type { TableEvent } from "../support/table-events.ts";

const definition = definitionOf();
const metrics = definition.metrics.map(({ name }) => name);
const keys = ["", "a", "ab", "b", "7", "07.0", "-3", "1e2", "é", "😀", "\u{10ffff}"];

const anyEvent: fc.Arbitrary<TableEvent> = fc.record({
  bucketStart: fc
    .nat(3)
    .map((day) => bucketOf("America/New_York", "day", 1_320_000_000 + day * 86_400).start),
  keys: fc.tuple(fc.constantFrom(...keys), fc.constantFrom("", "CA", "NY")),
  revenue: fc.option(fc.bigInt({ min: -500n, max: 500n })),
  user: fc.nat(300),
});
const anyEvents = fc.array(anyEvent, { maxLength: 300 });
const anyGroupBy = fc.constantFrom([], ["campaign"], ["day"], ["month", "country"], undefined);

const literal = fc.constantFrom(...keys).map((text) => JSON.stringify(text));
const number = fc.constantFrom("7", "-3", "100", "0.5", "7.00");
const dimension = fc.constantFrom("campaign", "country");
const comparison = fc.oneof(
  fc.tuple(dimension, fc.constantFrom("==", "!="), literal).map((parts) => parts.join(" ")),
  fc.tuple(dimension, fc.constantFrom("==", "!=", "<", ">="), number).map((it) => it.join(" ")),
  fc
    .tuple(fc.constantFrom("starts_with", "ends_with", "contains"), dimension, literal)
    .map(([word, name, text]) => `${word}(${name}, ${text})`),
  fc
    .tuple(dimension, fc.constantFrom("^[a-z]", "\\d", "^.$", "(?i)ca|AB"))
    .map(([name, pattern]) => `matches(${name}, "${pattern}")`),
  fc.tuple(dimension, literal, literal).map(([name, a, b]) => `${name} in [${a}, ${b}]`),
);
const dimensionCondition = fc
  .array(fc.tuple(fc.constantFrom("and", "or"), fc.constantFrom("", "not "), comparison), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) =>
    parts.reduce((text, [word, not, part]) => {
      const operand = not === "" ? part : `!(${part})`;
      return text === "" ? operand : `(${text}) ${word} ${operand}`;
    }, ""),
  );

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

describe("a query with a condition", () => {
  it("on dimensions has the rows of a store of just the events that meet it", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        anyGroupBy,
        dimensionCondition,
        fc.constantFrom(1, 3, 50),
        async (events, groupBy, text, rowsPerFrame) => {
          const where = readCondition(text, definition.dimensions, metrics);
          const meeting = events.filter(({ keys: [campaign, country] }) =>
            referenceCondition(
              where,
              new Map([
                ["campaign", latin1(campaign!)],
                ["country", latin1(country!)],
              ]),
            ),
          );
          expect(await ask(storeOf(definition, events, rowsPerFrame), { groupBy, where })).toEqual(
            await ask(storeOf(definition, meeting, rowsPerFrame), { groupBy }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("on metrics has the rows of the whole answer that meet it, and the greatest of those", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        anyGroupBy,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: -3, max: 3 }),
        fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        async (events, groupBy, clicks, least, top) => {
          const text = `clicks >= ${clicks} and (least < ${least} or users == 1)`;
          const where = readCondition(text, definition.dimensions, metrics);
          const store = storeOf(definition, events, 7);
          const all = await ask(store, { groupBy, orderBy: "clicks" });
          const meeting = all.filter(({ values: [count, , minimum, users] }) => {
            const isLess = minimum?.type === "decimal" && minimum.units < BigInt(least) * 100n;
            const isOne = users?.type === "estimate" && users.estimate === 1;
            return count?.type === "count" && count.count >= BigInt(clicks) && (isLess || isOne);
          });
          expect(await ask(store, { groupBy, where, top, orderBy: "clicks" })).toEqual(
            meeting.slice(0, top),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("decimals as texts", () => {
  const digits = fc.stringMatching(/^\d{0,4}$/);
  const decimal = fc
    .tuple(fc.constantFrom("", "-", "+"), digits, digits, fc.integer({ min: -5, max: 5 }))
    .filter(([, whole, fraction]) => whole + fraction !== "")
    .map(([sign, whole, fraction, power]) => {
      const units = BigInt(whole + fraction) * 10n ** BigInt(20 + power - fraction.length);
      const point = fraction === "" ? "" : ".";
      return {
        text: `${sign}${whole}${point}${fraction}${power === 0 ? "" : `e${power}`}`,
        units: sign === "-" ? -units : units,
      };
    });

  it("compare as the numbers do", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const order = a.units < b.units ? -1 : a.units > b.units ? 1 : 0;
        expect(Math.sign(compareDecimals(a.text, b.text)!) + 0).toBe(order);
      }),
    );
  });

  it("compare at once whatever their exponents are", () => {
    expect(compareDecimals("1e999999999999999999", "9e99")).toBeGreaterThan(0);
    expect(compareDecimals("-1e999999999999999999", "-1e-99")).toBeLessThan(0);
    expect(compareDecimals("0e999999999", "-0.0")).toBe(0);
  });

  it.each(["", ".", "1.2.3", "0x10", "1e", "Infinity", " 1", "1,5"])(
    "%j is none, and compares with nothing",
    (text) => expect(compareDecimals(text, "1")).toBeNull(),
  );
});
