import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression } from "../../../../src/shared/model/plan.ts";
import { formatQuotient } from "../../../../src/shared/text/number-format.ts";
import { evaluateDerived } from "../../../../src/shared/metric/derived/evaluate.ts";
import { compareFractions, type Fraction } from "../../../../src/shared/metric/fraction.ts";

const field = (name: string): Expression => ({ op: "field", name });
const number = (text: string): Expression => ({ op: "number", text });
const binary = (op: "+" | "-" | "*" | "/", left: Expression, right: Expression): Expression => ({
  op,
  left,
  right,
});
const whole = (value: bigint): Fraction => ({ numerator: value, denominator: 1n });

function evaluate(
  expression: Expression,
  values: Readonly<Record<string, Fraction | null>> = {},
): string | null {
  const fraction = evaluateDerived(expression, (name) => values[name] ?? null);
  return fraction === null ? null : formatQuotient(fraction.numerator, fraction.denominator, 6);
}

describe("a derived metric", () => {
  it("is a ratio of counts", () => {
    const ctr = binary("/", field("clicks"), field("impressions"));
    expect(evaluate(ctr, { clicks: whole(2n), impressions: whole(3n) })).toBe("0.666667");
  });

  it("has no value where it would divide by zero", () => {
    const ctr = binary("/", field("clicks"), field("impressions"));
    expect(evaluate(ctr, { clicks: whole(2n), impressions: whole(0n) })).toBeNull();
    expect(
      evaluate(binary("+", ctr, number("1")), { clicks: whole(0n), impressions: whole(0n) }),
    ).toBe(null);
  });

  it("has no value where a metric has none", () => {
    expect(evaluate(binary("-", field("max"), field("min")), { max: whole(1n), min: null })).toBe(
      null,
    );
  });

  it("is exact where floats are not", () => {
    const sum = binary("+", number("0.1"), number("0.2"));
    expect(evaluate(binary("/", binary("-", sum, number("0.3")), number("0.000001")))).toBe("0");
    const big = { numerator: 2n ** 127n, denominator: 10n ** 6n };
    expect(evaluate(binary("-", field("big"), field("big")), { big })).toBe("0");
  });

  it("keeps the sign of a negative divisor", () => {
    expect(evaluate(binary("/", number("1"), binary("-", number("1"), number("5"))))).toBe("-0.25");
    expect(evaluate(binary("/", number("-1"), number("-.5")))).toBe("2");
  });

  it("agrees with floats on small numbers", () => {
    const operand = fc.integer({ min: -1000, max: 1000 });
    const op = fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const);
    fc.assert(
      fc.property(operand, operand, operand, op, op, (a, b, c, first, second) => {
        const expression = binary(second, binary(first, field("a"), field("b")), field("c"));
        const text = evaluate(expression, {
          a: whole(BigInt(a)),
          b: whole(BigInt(b)),
          c: whole(BigInt(c)),
        });
        const compute = (x: number, by: string, y: number): number =>
          by === "+" ? x + y : by === "-" ? x - y : by === "*" ? x * y : y === 0 ? NaN : x / y;
        const float = compute(compute(a, first, b), second, c);
        if (Number.isNaN(float)) expect(text).toBeNull();
        else expect(Number(text)).toBeCloseTo(float, 5);
      }),
    );
  });
});

describe("fractions", () => {
  it("compare exactly", () => {
    expect(
      compareFractions({ numerator: 1n, denominator: 3n }, { numerator: 2n, denominator: 6n }),
    ).toBe(0);
    const third = { numerator: 10n ** 30n, denominator: 3n * 10n ** 30n };
    const above = { numerator: 10n ** 30n + 1n, denominator: 3n * 10n ** 30n };
    expect(compareFractions(third, above)).toBe(-1);
    expect(compareFractions(above, third)).toBe(1);
    expect(compareFractions(whole(-1n), whole(1n))).toBe(-1);
  });
});
