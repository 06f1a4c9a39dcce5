// Decoding of values, slowly and plainly: timestamps, decimals, hashes. Texts are "binary" strings:
// one character a byte. Null stands for a value that does not parse.

import { localToUtc } from "../../src/shared/model/bucket.ts";

export const months = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];
const offset = String.raw`(Z|z|[+-]\d\d(?::?\d\d)?)`;
const isoPattern = new RegExp(
  String.raw`^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?${offset}?)?$`,
);
const apachePattern = new RegExp(
  String.raw`^(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?: ${offset})?$`,
);

/** Nanoseconds of the second of a time that `referenceTimestamp` reads. */
export function referenceNanos(text: string): bigint {
  const digits = /[.,](\d+)/.exec(text)?.[1] ?? "";
  return BigInt(digits.slice(0, 9).padEnd(9, "0"));
}

/** Seconds since the epoch. */
export function referenceTimestamp(text: string, timezone: string): number | null {
  const iso = isoPattern.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour = "0", minute = "0", second = "0", zone] = iso;
    const date = [year, month, day].map(Number);
    return instant(date, [hour, minute, second].map(Number), zone, timezone);
  }
  const apache = apachePattern.exec(text);
  if (apache === null) return null;
  const [, day, monthName, year, hour, minute, second, zone] = apache;
  const date = [Number(year), months.indexOf(monthName!) + 1, Number(day)];
  return instant(date, [hour, minute, second].map(Number), zone, timezone);
}

export function instant(
  [year, month, day]: readonly number[],
  [hour, minute, second]: readonly number[],
  zone: string | undefined,
  timezone: string,
): number | null {
  if (year! < 1970 || year! > 2261) return null;
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return null;
  if (hour! > 23 || minute! > 59 || second! > 60) return null;
  const local = date.getTime() / 1000 + hour! * 3600 + minute! * 60 + Math.min(second!, 59);
  if (zone === undefined) return localToUtc(timezone, local);
  if (/^z$/i.test(zone)) return local;
  const digits = zone.replace(":", "");
  const hours = Number(digits.slice(1, 3));
  const minutes = Number(digits.slice(3, 5));
  if (hours > 23 || minutes > 59) return null;
  const east = hours * 3600 + minutes * 60;
  return zone.startsWith("-") ? local + east : local - east;
}

const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The number times 10^scale; null also where digits are left below the scale. */
export function referenceDecimal(text: string, scale: number): bigint | null {
  const match = decimalPattern.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  if (digits === "") return null;
  if (!/[^0]/.test(digits)) return 0n;
  const shift = scale + Number(exponent) - fraction.length;
  // Far beyond 64 bits, or far below any scale.
  if (shift > 100 || shift < -digits.length) return null;
  if (shift < 0 && /[^0]/.test(digits.slice(shift))) return null;
  const units = shift < 0 ? BigInt(digits.slice(0, shift)) : BigInt(digits) * 10n ** BigInt(shift);
  return sign === "-" ? -units : units;
}

const mask64 = (1n << 64n) - 1n;
const multiply = (a: bigint, b: bigint): bigint => (a * b) & mask64;
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & mask64;
const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

function finalMix(x: bigint): bigint {
  let k = x;
  k = multiply(k ^ (k >> 33n), 0xff51afd7ed558ccdn);
  k = multiply(k ^ (k >> 33n), 0xc4ceb9fe1a85ec53n);
  return k ^ (k >> 33n);
}

/** First word of MurmurHash3_x64_128 with seed 0, as its author wrote it. */
export function referenceHash(text: string): bigint {
  const bytes = Buffer.from(text, "latin1");
  const blocks = Math.floor(bytes.length / 16);
  let h1 = 0n;
  let h2 = 0n;
  for (let block = 0; block < blocks; block += 1) {
    const k1 = bytes.readBigUInt64LE(block * 16);
    const k2 = bytes.readBigUInt64LE(block * 16 + 8);
    h1 ^= multiply(rotate(multiply(k1, c1), 31n), c2);
    h1 = (multiply((rotate(h1, 27n) + h2) & mask64, 5n) + 0x52dce729n) & mask64;
    h2 ^= multiply(rotate(multiply(k2, c2), 33n), c1);
    h2 = (multiply((rotate(h2, 31n) + h1) & mask64, 5n) + 0x38495ab5n) & mask64;
  }
  let k1 = 0n;
  let k2 = 0n;
  for (let at = bytes.length - 1; at >= blocks * 16; at -= 1) {
    if (at % 16 >= 8) k2 = (k2 << 8n) | BigInt(bytes[at]!);
    else k1 = (k1 << 8n) | BigInt(bytes[at]!);
  }
  h2 ^= multiply(rotate(multiply(k2, c2), 33n), c1);
  h1 ^= multiply(rotate(multiply(k1, c1), 31n), c2);
  const length = BigInt(bytes.length);
  h1 = ((h1 ^ length) + (h2 ^ length)) & mask64;
  h2 = (h1 + (h2 ^ length)) & mask64;
  h1 = finalMix(h1);
  h2 = finalMix(h2);
  return (h1 + h2) & mask64;
}
