// The times of strftime, as Apache and goaccess are told them, in the words of the option `timestamp`.

import { timeFormOf } from "../model/format/time-form.ts";

const letters: Readonly<Record<string, string>> = {
  Y: "yyyy",
  y: "yy",
  m: "MM",
  d: "dd",
  e: "d",
  b: "MMM",
  h: "MMM",
  a: "EEE",
  H: "HH",
  I: "hh",
  M: "mm",
  S: "ss",
  p: "a",
  z: "Z",
  Z: "z",
  "%": "%",
};

const shorthands: Readonly<Record<string, string>> = {
  F: "%Y-%m-%d",
  T: "%H:%M:%S",
  R: "%H:%M",
  D: "%m/%d/%y",
};

/** Forms that are read without being told. */
const known = new Set(["dd/MMM/yyyy:HH:mm:ss Z", "yyyy-MM-dd'T'HH:mm:ssZ", "yyyy-MM-dd HH:mm:ss"]);

/** The form of times that are written by `format`; null if none of logmill's is it. */
export function timeFormOfStrftime(format: string): string | null {
  if (format === "%s") return "epoch_s";
  const long = format.replaceAll(/%([FTRD])/g, (_, letter: string) => shorthands[letter]!);
  const pieces = long.match(/%[^]|[A-Za-z]+|[^A-Za-z%]+|%/g) ?? [];
  const words = pieces.map((piece) => {
    if (piece.startsWith("%")) return letters[piece.slice(1)] ?? null;
    if (/^[A-Za-z]/.test(piece)) return `'${piece}'`;
    return piece.replaceAll("'", "''").replaceAll(/[[\]]/g, "'$&'");
  });
  if (words.includes(null)) return null;
  const form = words.join("");
  if (known.has(form)) return "auto";
  return timeFormOf({ form }).kind === "pattern" ? form : null;
}
