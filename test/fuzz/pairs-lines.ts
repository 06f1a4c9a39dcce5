// What the fuzzer's texts of pairs are made of.

import { blanks, filled, longBytes, time, two, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

function event(random: Random, pairs: string): string {
  const day = random.once(50) ? two(1 + random.below(28)) : "03";
  return (
    `time=2020-01-${day}T${time(random)}Z host=h${random.below(3)} x="1 2" ` +
    `user=user-${random.below(500)} campaign=t${random.below(4)} ${pairs}`
  );
}

function plainEvent(random: Random): string {
  const name = random.pick(["view", "click", '"a longer name of an event"']);
  return event(random, `amount=${random.below(90)}.25 event=${name}`);
}

/** A line with these pairs. */
function odd(pairs: string): (random: Random) => string {
  return (random) => event(random, pairs) + " ".repeat(random.below(80));
}

export const pairsEvents: LineKinds = {
  plain: (random, bytes) => filled(`${plainEvent(random)} pad=`, bytes),
  features: {
    ...blanks,
    "an escaped quote": odd('event="a \\"quoted\\" word" amount=1'),
    "escaped backslashes": odd('event="\\\\\\\\" amount=1'),
    "a backslash that escapes the last quote": odd('event="open\\" amount=1'),
    "escaped characters": odd('event="caf\\u00e9 \\U0001f600 \\t\\x22\\xc3\\xa9" amount=1'),
    "an escape that is none": odd('event="\\q" amount=1'),
    "a long escaped value": (random) =>
      odd(`event="${"\\n".repeat(random.pick(longBytes) / 10)}"`)(random),
    "a long value": (random) => odd(`event=${"y".repeat(random.pick(longBytes))}`)(random),
    "a long value that nobody asks for": (random) =>
      odd(`event=view pad="${"\\\\".repeat(random.pick(longBytes))}"`)(random),
    "a long key": (random) => odd(`${"k".repeat(random.pick(longBytes))}=1 event=view`)(random),
    "many blanks": (random) =>
      odd(`${" \t".repeat(random.pick(longBytes) / 10)}event=view`)(random),
    "a key twice": odd("event=view amount=1 event=click amount=2"),
    "a key twice, empty the second time": odd("event=view event="),
    "a key alone": odd("event amount=1"),
    "an empty value": odd('event="" amount='),
    "values that are missing": odd("y=1"),
    "an equals sign in a value": odd("event=a=b amount=1"),
    "a quote in a value": odd('event=a"b amount=1'),
    "more behind a quote": odd('event="a"b amount=1'),
    "an exponent": odd("event=view amount=1.5e1"),
    "a key that is none": odd("event=view 5=1"),
    "a sentence": () => "the server has been restarted",
    "no key": odd("=view"),
    "part of a line": (random) => plainEvent(random).slice(0, random.below(90)),
    "a tab in quotes": odd('event="a\tb"'),
    "a carriage return at the end": (random) => `${plainEvent(random)}\r`,
    "a carriage return inside": odd("event=a\rb"),
    "bytes that are no UTF-8": odd("event=caf\xe9"),
    "UTF-8": odd("event=caf\xc3\xa9"),
    NULs: odd("event=a\0b"),
    "a bad timestamp": (random) => plainEvent(random).replace("T", "x"),
    "a bad number": odd("event=view amount=1,5"),
  },
  bursts: {
    "many new values": (random) =>
      Array.from({ length: 3000 }, (_, n) => odd(`event="new value ${n}"`)(random)).join("\n"),
    "many escaped values": (random) =>
      Array.from({ length: 3000 }, (_, n) => odd(`event="\\u00e9 \\"${n % 40}\\""`)(random)).join(
        "\n",
      ),
  },
};
