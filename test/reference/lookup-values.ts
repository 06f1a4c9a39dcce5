// What small tables have of values, slowly and plainly: by going through them.

import { addressBits } from "./address.ts";

const v4 = "0".repeat(96);

/** Networks by their bits in IPv6, and the country of each; a later one is within an earlier one. */
export const countryNetworks: readonly (readonly [bits: string, country: string])[] = [
  [`${v4}11000000`, "US"],
  [`${v4}110000000000000000000010`, "DE"],
  [`${v4}11000000000000000000001000000001`, "FR"],
  ["0010000000000001", "JP"],
  ["00100000000000010000110110111000", ""],
];

/** Empty for what is no address, for one of a single link, and for one in no network. */
export function countryOf(text: string): string {
  const bits = addressBits(text);
  if (bits === null) return "";
  const whole = bits.length === 32 ? v4 + bits : bits;
  return countryNetworks.findLast(([network]) => whole.startsWith(network))?.[1] ?? "";
}

export const names: Readonly<Record<string, string>> = {
  u1: "Anna",
  u2: 'Bert "the second", of two',
  "gr\xfcn": "no UTF-8 \xff",
  "two\nlines": "",
};

/** The bits of the network and zeros behind them, in the one spelling. */
export function networkOf(text: string, bits4: number, bits6: number): string {
  const bits = addressBits(text);
  if (bits === null) return "";
  const length = bits.length === 32 ? bits4 : bits6;
  const kept = bits.slice(0, length).padEnd(bits.length, "0");
  if (bits.length === 32) {
    const parts = kept.match(/.{8}/g)!.map((part) => Number.parseInt(part, 2));
    return `${parts.join(".")}/${length}`;
  }
  const groups = kept.match(/.{16}/g)!.map((part) => Number.parseInt(part, 2).toString(16));
  return `${shortest(groups)}/${length}`;
}

/** The first of the longest runs of zeros, of two or more, left out. */
function shortest(groups: readonly string[]): string {
  for (let run = 8; run > 1; run -= 1) {
    const at = groups.findIndex(
      (_, from) =>
        from + run <= 8 && groups.slice(from, from + run).every((group) => group === "0"),
    );
    if (at >= 0) return `${groups.slice(0, at).join(":")}::${groups.slice(at + run).join(":")}`;
  }
  return groups.join(":");
}
