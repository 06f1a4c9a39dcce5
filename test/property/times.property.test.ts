// Times of the forms that a format may name: the kernel beside the plain implementation, on times as they are
// written, on their near misses, and on the numbers of other units.

import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { TimeReading } from "../../src/shared/model/format/time-form.ts";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { sourceTimes } from "../../src/worker/format/time-forms.ts";
import { referenceTime } from "../reference/time-forms.ts";
import { bytesAt, column, spans, wordsAt } from "../support/kernel-columns.ts";
import { written } from "../support/written-times.ts";

const kernel = loadKernel(7);
const bad = rejectReasons.indexOf("bad_timestamp") + 1;

beforeEach(() => kernel.reset());

/** Seconds of each text (null: it is no time), and which are local times. */
function decoded(
  reading: TimeReading,
  texts: readonly string[],
): { readonly seconds: readonly (bigint | null)[]; readonly local: readonly number[] } {
  kernel.reset();
  const n = texts.length;
  const [seconds, local] = [column(kernel, n, 8), column(kernel, n, 1)];
  const status = column(kernel, n, 1);
  const decode = sourceTimes({ type: "common", timestamp: reading }).place(kernel, "timestamp");
  const locals = decode(spans(kernel, texts), n, seconds, local, status, 0);
  const flags = bytesAt(kernel, local, n);
  expect(locals).toBe(flags.filter((flag) => flag === 1).length);
  const faults = bytesAt(kernel, status, n);
  return {
    seconds: wordsAt(kernel, seconds, n).map((second, line) =>
      faults[line] === bad ? null : second,
    ),
    local: flags,
  };
}

function expectAsPlain(reading: TimeReading, texts: readonly string[]): void {
  const expected = texts.map((text) => referenceTime(reading, text, "UTC"));
  const elsewhere = texts.map((text) => referenceTime(reading, text, "Asia/Kolkata"));
  expect(decoded(reading, texts)).toEqual({
    seconds: expected.map((second) => (second === null ? null : BigInt(second))),
    local: expected.map((second, line) => Number(second !== elsewhere[line])),
  });
}

const forms: readonly TimeReading[] = [
  { form: "rfc3164", year: 2015 },
  { form: "rfc3164", year: 2016 },
  { form: "yyyy/MM/dd HH:mm:ss" },
  { form: "EEE MMM dd HH:mm:ss[.ffffff] yyyy" },
  { form: "dd/MMM/yyyy HH:mm:ss" },
  { form: "MMdd HH:mm:ss.ffffff", year: 2024 },
  { form: "yy/MM/dd HH:mm:ss" },
  { form: "M/d/yyyy h:mm:ss a" },
  { form: "yyyyMMdd'T'HHmmss[.f]Z" },
  { form: "d.M.yyyy H:m:s[ z]" },
  { form: "yyyy-MM-dd'T'HH:mm:ss[Z]" },
  { form: "EEE, dd MMM yyyy HH:mm:ss Z" },
  { form: "yyyy-MM-dd HH:mm:ss,SSS[ X]" },
  { form: "'it''s' yyyyMMdd" },
  { form: "HH:mm '['dd.MM.yyyy']'" },
];

describe("the fraction of a second", () => {
  it.each<[TimeReading, readonly (readonly [string, number])[]]>([
    [
      { form: "epoch_s" },
      [
        ["1309392003.25", 250_000_000],
        ["1309392003", 0],
        ["1309392003,000000001999", 1],
      ],
    ],
    [{ form: "epoch_ms" }, [["1309392003250", 250_000_000]]],
    [{ form: "epoch_us" }, [["1309392003000001", 1000]]],
    [{ form: "epoch_ns" }, [["1309392003999999999", 999_999_999]]],
    [
      { form: "dd.MM.yyyy HH:mm:ss,SSS" },
      [
        ["30.06.2011 12:00:00,125", 125_000_000],
        ["30.06.2011 12:00:00", 0],
      ],
    ],
    [
      { form: "yyyyMMdd'T'HHmmss[.f]Z" },
      [
        ["20110630T120000.5Z", 500_000_000],
        ["20110630T120000Z", 0],
      ],
    ],
    [
      { form: "syslog", year: 2011 },
      [
        ["Jun 30 12:00:00", 0],
        ["2011-06-30T12:00:00.75Z", 750_000_000],
      ],
    ],
  ])("of the form %j is kept to the nanosecond, of what is a time", (reading, cases) => {
    const n = cases.length;
    const texts = spans(
      kernel,
      cases.map(([text]) => text),
    );
    const [seconds, local, status] = [8, 1, 1].map((width) => column(kernel, n, width as 1 | 8));
    const nanos = column(kernel, n, 4);
    const decode = sourceTimes({ type: "common", timestamp: reading }).place(kernel, "timestamp");
    decode(texts, n, seconds!, local!, status!, nanos);
    expect([...kernel.u32.subarray(nanos / 4, nanos / 4 + n)]).toEqual(
      cases.map(([, fraction]) => fraction),
    );
  });
});

describe.each(forms)("times of the form $form", (reading) => {
  const time = written(reading.form === "rfc3164" ? "MMM d HH:mm:ss" : reading.form);

  it("are what the calendar says, and what is almost one is none", () => {
    const change = fc.tuple(
      fc.nat(60),
      fc.constantFrom(..."0159 :/.,-+ZzTAPMJan[]\xe9".split(""), ""),
    );
    const texts = fc.oneof(
      { weight: 2, arbitrary: time },
      {
        weight: 2,
        arbitrary: fc
          .tuple(time, change, fc.nat(1))
          .map(([text, [at, byte], length]) => text.slice(0, at) + byte + text.slice(at + length)),
      },
      { weight: 1, arbitrary: fc.constantFrom("", " ", "0", "2015-06-30T00:00:00Z", "Jan") },
    );
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 20 }), (lines) => expectAsPlain(reading, lines)),
      { numRuns: 300 },
    );
  });

  it("are read wherever they are good", () => {
    const share = fc
      .sample(time, { numRuns: 300, seed: 1 })
      .filter((text) => referenceTime(reading, text, "UTC") !== null);
    expect(share.length).toBeGreaterThan(100);
    expectAsPlain(reading, share);
  });
});

describe("numbers since the epoch", () => {
  const epochs = ["epoch_s", "epoch_ms", "epoch_us", "epoch_ns"].map((form) => ({ form }));
  const near = (value: bigint): fc.Arbitrary<string> =>
    fc.integer({ min: -2, max: 2 }).map((by) => String(value + BigInt(by)));
  const end = 9_214_646_400n;
  const borders = [0n, 100_000_000n, end, 2n ** 63n, 2n ** 64n, 10n ** 19n, 10n ** 20n];
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
    fc.string({ unit: fc.constantFrom(..."0123456789".split("")), maxLength: 22 }),
    ...[1n, 1_000n, 1_000_000n, 1_000_000_000n].flatMap((unit) =>
      borders.map((border) => near(border * unit)),
    ),
  );
  const text = fc
    .tuple(
      fc.constantFrom("", "", "", "0", "000000000000", "-", "+", " "),
      number,
      fc.constantFrom("", "", "", ".5", ",123456", ".", ".0x", "e9", "Z", " "),
    )
    .map((parts) => parts.join(""));

  it.each(epochs)("of $form are exact, whatever their length", (reading) => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (lines) => expectAsPlain(reading, lines)),
      { numRuns: 500 },
    );
  });

  it("are times of one unit at most", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), (lines) => {
        const taken = epochs.map((reading) => decoded(reading, lines).seconds);
        for (const line of lines.keys()) {
          const units = taken.filter((seconds) => seconds[line] !== null);
          expect(units.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
