// Functions that give or take numbers.

import type { FunctionMember } from "./member.ts";

/** Digits that a number may have, written out: more are no number of a log. */
const digitsMax = 64;

export const length: FunctionMember = {
  name: "length",
  parameters: [{ name: "value", kind: "value" }],
  description: "How many bytes a value has.",
  examples: [{ call: "length(url)", fields: { url: "/grün" }, gives: "6" }],
  computing: { way: "text", make: () => (value) => String(value.length) },
};

export const bucket: FunctionMember = {
  name: "bucket",
  parameters: [
    { name: "number", kind: "value" },
    { name: "step", kind: "number" },
  ],
  description:
    "The greatest multiple of the step that is not above the number, exactly, with as many decimals as the step has. Empty for what is no decimal.",
  examples: [
    { call: "bucket(bytes, 1000)", fields: { bytes: "3999.5" }, gives: "3000" },
    { call: "bucket(seconds, 0.25)", fields: { seconds: "1.3" }, gives: "1.25" },
    { call: "bucket(change, 10)", fields: { change: "-1" }, gives: "-10" },
    { call: "bucket(bytes, 1000)", fields: { bytes: "-" }, gives: "" },
  ],
  check: ([step]) => (Number(step) > 0 ? null : "the step must be above 0"),
  computing: {
    way: "text",
    make: ([step]) => {
      const width = decimalOf(step!)!;
      const whole = width.places === 0 && smallInteger.test(step!) ? Number(step) : null;
      return (number) => {
        if (whole !== null && smallInteger.test(number)) return lowestOf(Number(number), whole);
        const value = decimalOf(number);
        return value === null ? "" : textOf(floorTo(value, width), width.places);
      };
    },
  },
};

/** A whole number that is exact as a double, as most are in logs. */
const smallInteger = /^-?\d{1,15}$/;

function lowestOf(number: number, step: number): string {
  const rest = number % step;
  return String(rest < 0 ? number - rest - step : number - rest);
}

/** `units` of 10^-`places`. */
interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

function decimalOf(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (whole + fraction === "") return null;
  if (digits === "") return { units: 0n, places: 0 };
  const places = fraction.length - Number(exponent);
  if (digits.length > digitsMax || Math.abs(places) > digitsMax) return null;
  const units = BigInt((sign === "-" ? "-" : "") + digits);
  return places < 0 ? { units: units * 10n ** BigInt(-places), places: 0 } : { units, places };
}

/** In units of the step's decimals. */
function floorTo(value: Decimal, step: Decimal): bigint {
  const places = Math.max(value.places, step.places);
  const scaled = ({ units, places: own }: Decimal): bigint => units * 10n ** BigInt(places - own);
  const [number, width] = [scaled(value), scaled(step)];
  const quotient = number / width;
  const floor = number % width < 0n ? quotient - 1n : quotient;
  return floor * step.units;
}

function textOf(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const sign = units < 0n ? "-" : "";
  return places === 0 ? sign + digits : `${sign}${whole}.${digits.slice(digits.length - places)}`;
}
