import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
import * as layout from "../../src/shared/kernel/assembly/parse-layout.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { referenceCondition } from "../reference/condition.ts";
import {
  referenceDecimal,
  referenceHash,
  referenceNanos,
  referenceTimestamp,
} from "../reference/values.ts";
import { bytesAt, column, glue, spans, wordsAt } from "../support/kernel-columns.ts";
import { anyBytes, oddNumber, oddTimestamp } from "../support/summarise-cases.ts";

const kernel = loadKernel(3);
const { exports } = kernel;
const runs = { numRuns: 1000 };
const statusOf = (reason: (typeof rejectReasons)[number]): number =>
  rejectReasons.indexOf(reason) + 1;

beforeEach(() => kernel.reset());

const digit = fc.nat(9).map(String);
const digits = fc.string({ unit: digit, maxLength: 24 });
const sign = fc.constantFrom("", "", "", "-", "+");
const point = fc.constantFrom("", ".", ".");
const power = fc
  .tuple(fc.constantFrom("e", "E"), sign, fc.oneof(fc.nat(30), fc.nat(3)))
  .map((parts) => parts.join(""));
const exponent = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: power },
  {
    weight: 1,
    arbitrary: fc.constantFrom("e", "e+", "E-x", "e1.5", "e 1", "e-000000000002", "ee1"),
  },
);
const decimal = fc.tuple(sign, digits, point, digits, exponent).map((parts) => parts.join(""));
const numberText = fc.oneof({ weight: 3, arbitrary: decimal }, { weight: 1, arbitrary: oddNumber });

describe("decodeDecimals", () => {
  it("agrees with big integers on decimals of any length, and on what is none", () => {
    const scales = fc.integer({ min: 0, max: 18 });
    fc.assert(
      fc.property(fc.array(numberText), scales, (texts, scale) => {
        kernel.reset();
        const n = texts.length;
        const values = column(kernel, n, 8);
        const valid = column(kernel, n, 1);
        const status = column(kernel, n, 1);
        const column8 = spans(kernel, texts);
        const empty = exports.decodeDecimals(column8, n, scale, values, valid, status);
        const greatest = 2n ** 63n - 1n;
        const expected = texts.map((text) => {
          const units = text === "" ? null : referenceDecimal(text, scale);
          const outside = units === null || units > greatest || units < -greatest;
          return {
            units: outside ? 0n : units,
            valid: outside ? 0 : 1,
            bad: outside && text !== "",
          };
        });
        expect(wordsAt(kernel, values, n)).toEqual(expected.map(({ units }) => units));
        expect(bytesAt(kernel, valid, n)).toEqual(expected.map((value) => value.valid));
        expect(bytesAt(kernel, status, n)).toEqual(
          expected.map(({ bad }) => (bad ? statusOf("bad_number") : 0)),
        );
        expect(empty).toBe(texts.filter((text) => text === "").length);
        const flags = column(kernel, n, 1);
        const atTop = expected.map(({ units }) => Number(units === greatest));
        expect(exports.flagGreatest(values, n, flags)).toBe(atTop.filter(Boolean).length);
        expect(bytesAt(kernel, flags, n).map((flag) => Number(flag > 0))).toEqual(atTop);
      }),
      runs,
    );
  });
});

const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
const anyOffset = fc
  .tuple(fc.constantFrom("+", "-"), two(25), fc.constantFrom("", ":"), two(61), fc.boolean())
  .map(([east, hours, colon, minutes, short]) => east + hours + (short ? "" : colon + minutes));
const zone = fc.oneof(anyOffset, fc.constantFrom("Z", "z", "", "-07:00"));
const isoTimestamp = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, "0")),
    fc.tuple(two(13), two(32)),
    fc.constantFrom("T", " ", "t"),
    fc.tuple(two(24), two(60), two(61)),
    fc.constantFrom("", "", ".5", ",123456789", "."),
    zone,
  )
  .map(
    ([year, [month, day], separator, time, fraction, offset]) =>
      `${year}-${month}-${day}${separator}${time.join(":")}${fraction}${offset}`,
  );
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec jan Juli".split(" ");
const apacheTimestamp = fc
  .tuple(two(32), fc.constantFrom(...months), two(24), two(60), two(61), zone)
  .map(
    ([day, month, hour, minute, second, offset]) =>
      `${day}/${month}/2012:${hour}:${minute}:${second}${offset === "" ? "" : ` ${offset}`}`,
  );
const timestampText = fc.oneof(isoTimestamp, apacheTimestamp, oddTimestamp);

describe("decodeTimestamps", () => {
  it("agrees with the calendar on every form, offset and odd date", () => {
    fc.assert(
      fc.property(fc.array(timestampText, { maxLength: 20 }), (texts) => {
        kernel.reset();
        // Neighbours that share a date or an offset take the fast path; so may any of these.
        const lines = texts.flatMap((text) => [text, text.replace(/\d(?=[^:]*$)/, "1"), text]);
        const n = lines.length;
        const seconds = column(kernel, n, 8);
        const local = column(kernel, n, 1);
        const status = column(kernel, n, 1);
        const nanos = column(kernel, n, 4);
        const texts64 = spans(kernel, lines);
        const locals = exports.decodeTimestamps(texts64, n, seconds, local, status, nanos);
        const expected = lines.map((text) => referenceTimestamp(text, "UTC"));
        const isLocal = lines.map((text, line) => {
          const elsewhere = referenceTimestamp(text, "Asia/Kolkata");
          return elsewhere !== expected[line] ? 1 : 0;
        });
        expect(wordsAt(kernel, seconds, n)).toEqual(expected.map((value) => BigInt(value ?? 0)));
        const fractions = lines.map((text, line) =>
          expected[line] === null ? 0 : Number(referenceNanos(text)),
        );
        expect([...kernel.u32.subarray(nanos / 4, nanos / 4 + n)]).toEqual(fractions);
        expect(bytesAt(kernel, local, n)).toEqual(isLocal);
        expect(bytesAt(kernel, status, n)).toEqual(
          expected.map((value) => (value === null ? statusOf("bad_timestamp") : 0)),
        );
        expect(locals).toBe(isLocal.filter((flag) => flag === 1).length);
      }),
      runs,
    );
  });

  it("reads times that cannot be, next to some of the same date and offset that can", () => {
    const times = "00:00:00 23:59:59 24:00:00 23:60:00 23:59:61 0a:00:00 00:00:0: 00-00:00".split(
      " ",
    );
    const lines = ["2011-06-30T", "30/Jun/2011:"].flatMap((date) =>
      times.map((time) => `${date}${time}${date.includes("/") ? " " : ""}+01:00`),
    );
    const status = column(kernel, lines.length, 1);
    const [seconds, local] = [column(kernel, lines.length, 8), column(kernel, lines.length, 1)];
    exports.decodeTimestamps(spans(kernel, lines), lines.length, seconds, local, status, 0);
    const bad = statusOf("bad_timestamp");
    const expected = [0, 0, bad, bad, bad, bad, bad, bad];
    expect(bytesAt(kernel, status, lines.length)).toEqual([...expected, ...expected]);
  });

  it("takes a leap second as the second before it, in any offset", () => {
    const lines = [
      "2016-12-31T23:59:60Z",
      "2016-12-31T15:59:60-08:00",
      "2017-01-01T05:29:60+05:30",
    ];
    const seconds = column(kernel, 3, 8);
    const status = column(kernel, 3, 1);
    exports.decodeTimestamps(spans(kernel, lines), 3, seconds, column(kernel, 3, 1), status, 0);
    expect(wordsAt(kernel, seconds, 3)).toEqual(Array(3).fill(1_483_228_799n));
    expect(bytesAt(kernel, status, 3)).toEqual([0, 0, 0]);
  });
});

describe("hashSpans", () => {
  it("gives the first word of murmur3 x64 128 for texts of every length", () => {
    const texts = fc.array(
      fc.oneof(
        anyBytes,
        fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b).toString("latin1")),
      ),
    );
    fc.assert(
      fc.property(texts, (values) => {
        kernel.reset();
        const n = values.length;
        const hashes = column(kernel, n, 8);
        const valid = column(kernel, n, 1);
        const empty = exports.hashSpans(spans(kernel, values), n, hashes, valid);
        const expected = values.map((text) => BigInt.asIntN(64, referenceHash(text)));
        expect(wordsAt(kernel, hashes, n)).toEqual(expected);
        expect(bytesAt(kernel, valid, n)).toEqual(values.map((text) => (text === "" ? 0 : 1)));
        expect(empty).toBe(values.filter((text) => text === "").length);
      }),
      runs,
    );
  });
});

const comparisons = [
  ["==", layout.compareEqual],
  ["!=", layout.compareNotEqual],
  ["<", layout.compareLess],
  ["<=", layout.compareLessOrEqual],
  [">", layout.compareGreater],
  [">=", layout.compareGreaterOrEqual],
] as const;
const textComparisons = [
  ["==", layout.compareEqual],
  ["!=", layout.compareNotEqual],
  ["starts_with", layout.compareStartsWith],
  ["ends_with", layout.compareEndsWith],
  ["contains", layout.compareContains],
] as const;
const field = { op: "field", name: "x" } as const;

describe("compareText", () => {
  it("agrees with the oracle for every comparison", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "ü"), maxLength: 20 });
    const cases = fc.tuple(fc.array(letters), letters, fc.constantFrom(...textComparisons));
    // What stands around every value in memory must not help it to match.
    const around = fc.constantFrom("", glue.slice(0, 2));
    fc.assert(
      fc.property(cases, around, around, ([texts, middle, [op, comparison]], before, after) => {
        kernel.reset();
        const value = before + middle + after;
        const lines = [...texts, middle, value, `${value}a`, `b${value}`, `a${value}b`].map(
          (text) => Buffer.from(text).toString("latin1"),
        );
        const n = lines.length;
        const out = column(kernel, n, 1);
        const literal = Buffer.from(value);
        const pointer = kernel.place(literal);
        exports.compareText(spans(kernel, lines), n, comparison, pointer, literal.length, out);
        const condition = { op, left: field, right: { op: "string", value } } as const;
        const expected = lines.map((text) => referenceCondition(condition, new Map([["x", text]])));
        expect(bytesAt(kernel, out, n)).toEqual(expected.map(Number));
      }),
      runs,
    );
  });
});

describe("compareNumber", () => {
  const literals = fc
    .tuple(fc.constantFrom("", "-"), fc.nat(99), fc.nat(99))
    .map(([negative, whole, fraction]) => `${negative}${whole}.${fraction}`);

  it("orders decimals of any length exactly, and what is none in no way", () => {
    const cases = fc.tuple(fc.array(numberText), literals, fc.constantFrom(...comparisons));
    fc.assert(
      fc.property(cases, ([texts, value, [op, comparison]]) => {
        kernel.reset();
        const lines = [...texts, value, `0${value}0`, `${value}1`, `-${value}`, value.slice(1)];
        const n = lines.length;
        const out = column(kernel, n, 1);
        exports.compareNumber(spans(kernel, lines), n, comparison, placeLiteral(value), out);
        const condition = { op, left: field, right: { op: "number", text: value } } as const;
        const expected = lines.map((text) =>
          Number(referenceCondition(condition, new Map([["x", text]]))),
        );
        expect(bytesAt(kernel, out, n)).toEqual(expected);
      }),
      runs,
    );
  });

  function placeLiteral(text: string): number {
    const [whole, fraction] = text.replace("-", "").split(".");
    const wholeDigits = whole!.replace(/^0+/, "");
    const fractionDigits = fraction!.replace(/0+$/, "");
    const isZero = wholeDigits + fractionDigits === "";
    const literal = kernel.alloc(layout.numberBytes);
    const pointer = kernel.place(Buffer.from(wholeDigits + fractionDigits));
    kernel.u32[(literal + layout.numberNegative) / 4] = text.startsWith("-") && !isZero ? 1 : 0;
    kernel.u32[(literal + layout.numberDigits) / 4] = pointer;
    kernel.u32[(literal + layout.numberWholeLength) / 4] = wholeDigits.length;
    kernel.u32[(literal + layout.numberFractionLength) / 4] = fractionDigits.length;
    return literal;
  }
});

describe("masks and verdicts", () => {
  const bits = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })));

  it("and, or, not, count and gather are what they say for every line", () => {
    fc.assert(
      fc.property(bits, (pairs) => {
        kernel.reset();
        const n = pairs.length;
        const [a, b, out] = [column(kernel, n, 1), column(kernel, n, 1), column(kernel, n, 1)];
        kernel.u8.set(
          pairs.map(([bit]) => bit),
          a,
        );
        kernel.u8.set(
          pairs.map(([, bit]) => bit),
          b,
        );
        exports.maskAnd(a, b, out, n);
        expect(bytesAt(kernel, out, n)).toEqual(pairs.map(([x, y]) => x & y));
        exports.maskOr(a, b, out, n);
        expect(bytesAt(kernel, out, n)).toEqual(pairs.map(([x, y]) => x | y));
        exports.maskNot(a, out, n);
        expect(bytesAt(kernel, out, n)).toEqual(pairs.map(([x]) => 1 - x));
        expect(exports.maskCount(a, n)).toBe(pairs.filter(([x]) => x === 1).length);
        const ids = column(kernel, n, 4);
        kernel.u32.set(
          pairs.map((_, line) => n - 1 - line),
          ids / 4,
        );
        exports.maskGather(ids, a, n, out);
        expect(bytesAt(kernel, out, n)).toEqual(pairs.map(([x]) => x).reverse());
      }),
      runs,
    );
  });

  it("lines with a flag get a status once, by what the flag says, and count no more", () => {
    const missing = statusOf("missing_field");
    const line = fc.record({
      flag: fc.constantFrom(0, 0, 0, 0, 0, 0, missing, statusOf("bad_number")),
      before: fc.constantFrom(0, 0, 0, 9),
      wanted: fc.constantFrom(0, 1, 1),
    });
    const lists = fc.array(line, { maxLength: 100, size: "max" });
    fc.assert(
      fc.property(lists, fc.boolean(), (lines, isMasked) => {
        kernel.reset();
        const n = lines.length;
        const place = (values: readonly number[]): number => {
          const pointer = column(kernel, n, 1);
          kernel.u8.set(values, pointer);
          return pointer;
        };
        const flags = place(lines.map(({ flag }) => flag));
        const status = place(lines.map(({ before }) => before));
        const mask = isMasked ? place(lines.map(({ wanted }) => wanted)) : 0;
        const isWanted = (wanted: number): boolean => !isMasked || wanted === 1;
        const expected = lines.map(({ flag, before, wanted }) => {
          if (flag === 0 || before !== 0 || !isWanted(wanted)) return before;
          return flag === missing ? 3 : 4;
        });
        const judged = expected.filter((value, at) => value !== lines[at]!.before).length;
        expect(exports.judge(flags, mask, n, 3, 4, status)).toBe(judged);
        expect(bytesAt(kernel, status, n)).toEqual(expected);
        const out = column(kernel, n, 1);
        exports.maskCounted(mask, status, n, out);
        expect(bytesAt(kernel, out, n)).toEqual(
          lines.map(({ wanted }, at) => Number(isWanted(wanted) && expected[at] === 0)),
        );
      }),
      runs,
    );
  });

  it("fields that a line ends before are told from empty ones", () => {
    kernel.reset();
    const pointer = spans(kernel, ["", "a", "", ""]);
    kernel.u32.set([layout.missingSpan, 0], pointer / 4 + 2 * 2);
    const flags = column(kernel, 4, 1);
    expect(exports.flagMissing(pointer, 4, flags)).toBe(1);
    expect(bytesAt(kernel, flags, 4)).toEqual([0, 0, statusOf("missing_field"), 0]);
  });
});
