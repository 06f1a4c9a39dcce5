// What the fuzzer's texts of values between delimiters are made of.

import { blanks, filled, longBytes, time, two, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

/** A row but for its last value, the padding, which nobody asks for. */
function row(random: Random, event: string, amount: string, campaign = "c1"): string {
  const day = random.once(50) ? two(1 + random.below(28)) : "03";
  return (
    `2020-01-${day};${time(random)};h${random.below(3)};${event};${campaign};` +
    `user-${random.below(500)};${amount}`
  );
}

function plainRow(random: Random): string {
  return row(random, random.pick(["view", "click"]), `${random.below(90)}.25`);
}

/** A row of one campaign and one amount, whatever they are. */
function odd(campaign: string, amount = "7"): (random: Random) => string {
  return (random) => `${row(random, "view", amount, campaign)};pad`;
}

export const columnLines: LineKinds = {
  plain: (random, bytes) => filled(`${plainRow(random)};`, bytes),
  features: {
    ...blanks,
    "a quoted value with a delimiter": odd('"two; values"'),
    "a quoted value with doubled quotes": odd('"say ""yes"""'),
    "a long quoted value": (random) => odd(`"${"; ".repeat(random.pick(longBytes))}"`)(random),
    "doubled quotes in a long value": (random) =>
      odd(`"${'""x'.repeat(random.pick(longBytes) / 10)}"`)(random),
    "an open quote": odd('"open'),
    "a quote inside a value": odd('in"side'),
    "more behind a quote": odd('"x"y'),
    "a missing value": odd("-", "-"),
    "a quoted mark of a missing value": odd('"-"'),
    "empty values": odd("", ""),
    "a value too many": (random) => `${plainRow(random)};pad;more`,
    "a value too few": (random) => plainRow(random).split(";").slice(0, -1).join(";"),
    "a comment": () => "# a comment; with; values",
    "a long comment": (random) => `#${";".repeat(random.pick(longBytes))}`,
    "a comment behind a blank": (random) => ` #${plainRow(random)};pad`,
    "a time without its date": (random) => `${plainRow(random).replace(/^[^;]*/, "")};pad`,
    "a long line of delimiters": (random) => plainRow(random) + ";".repeat(random.pick(longBytes)),
    "a carriage return at the end": (random) => `${plainRow(random)};pad\r`,
    "bytes that are no UTF-8": odd("caf\xe9"),
    NULs: odd("a\0b"),
    "a bad number": odd("c1", "7a"),
    "part of a line": (random) => plainRow(random).slice(0, random.below(30)),
  },
  bursts: {
    "many quoted values": (random) =>
      Array.from({ length: 300 }, (_, n) => odd(`"n ""${n}"""`)(random)).join("\n"),
    "many comments": () => Array.from({ length: 700 }, (_, n) => `# ${n}`).join("\n"),
  },
};
