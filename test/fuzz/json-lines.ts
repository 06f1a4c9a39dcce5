// What the fuzzer's texts of JSON are made of.

import { blanks, filled, longBytes, time, two, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

function event(random: Random, members: string): string {
  const day = random.once(50) ? two(1 + random.below(28)) : "03";
  return (
    `{"at":"2020-01-${day}T${time(random)}Z","host":"h${random.below(3)}","x":[{},null],` +
    `"user":{"id":"u${random.below(500)}","tags":[1,"t${random.below(4)}"]},${members}}`
  );
}

function plainEvent(random: Random): string {
  const name = random.pick(["view", "click"]);
  return event(random, `"amount":${random.below(90)}.25,"event":"${name}"`);
}

/** A line with these members. */
function odd(members: string): (random: Random) => string {
  return (random) => event(random, members) + " ".repeat(random.below(80));
}

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

export const jsonEvents: LineKinds = {
  plain: (random, bytes) => filled(`${plainEvent(random).slice(0, -1)},"p":"`, bytes - 2) + '"}',
  features: {
    ...blanks,
    "an escaped quote": odd('"event":"a \\"quoted\\" word","amount":1'),
    "escaped backslashes": odd('"event":"\\\\\\\\","amount":1'),
    "a backslash that escapes the last quote": odd('"event":"open\\","amount":1'),
    "escaped characters": odd('"event":"caf\\u00e9 \\uD83D\\uDE00 \\t\\/","amount":1'),
    "a lone surrogate": odd('"event":"\\ud83d","amount":1'),
    "an escape that is none": odd('"event":"\\u12g4","amount":1'),
    "an escape of nginx": odd('"event":"\\x22\\xC3\\xA9","amount":1'),
    "an escaped key": odd('"\\u0065vent":"view","amoun\\u0074":1'),
    "a long escaped value": (random) =>
      odd(`"event":"${"\\n".repeat(random.pick(longBytes) / 10)}"`)(random),
    "a long value": (random) => odd(`"event":"${"y".repeat(random.pick(longBytes))}"`)(random),
    "a long value that nobody asks for": (random) =>
      odd(`"event":"view","pad":"${"\\\\".repeat(random.pick(longBytes))}"`)(random),
    "a key twice": odd('"event":"view","amount":1,"event":"click","amount":2'),
    "a key twice, null the second time": odd('"event":"view","event":null'),
    "an object twice": odd('"event":"view","user":{"tags":["b"]}'),
    null: odd('"event":null,"amount":null'),
    "values that are missing": odd('"x":1'),
    "an object as a value": odd('"event":{"a":[1, "}"]},"amount":1'),
    "an exponent": odd('"event":"view","amount":1.5e1'),
    "a number that is none": odd('"event":"view","amount":01'),
    "a number as text": odd('"event":"view","amount":"7"'),
    "a literal that is none": odd('"event":tru'),
    "a comma too many": odd('"event":"view",'),
    "a deep value": odd(`"event":"view","deep":${nested("[", "]", 900)}`),
    "a value that is too deep": odd(`"event":"view","deep":${nested("[", "]", 1100)}`),
    "another bracket": odd('"event":"view","deep":[{]}'),
    "two objects": (random) => `${plainEvent(random)}{}`,
    "no object": () => '["event"]',
    "an open object": (random) => plainEvent(random).slice(0, -1),
    "part of a line": (random) => plainEvent(random).slice(0, random.below(90)),
    "a tab in a value": odd('"event":"a\tb"'),
    "blanks everywhere": (random) => plainEvent(random).replaceAll(/([,:{}])/g, " $1\t"),
    "a carriage return at the end": (random) => `${plainEvent(random)}\r`,
    "bytes that are no UTF-8": odd('"event":"caf\xe9"'),
    "UTF-8": odd('"event":"caf\xc3\xa9"'),
    NULs: odd('"event":"a\0b"'),
    "a bad timestamp": (random) => plainEvent(random).replace("T", "x"),
    "a bad number": odd('"event":"view","amount":true'),
  },
  bursts: {
    "many new values": (random) =>
      Array.from({ length: 3000 }, (_, n) => odd(`"event":"new value ${n}"`)(random)).join("\n"),
    "many escaped values": (random) =>
      Array.from({ length: 3000 }, (_, n) => odd(`"event":"\\u00e9 \\"${n % 40}\\""`)(random)).join(
        "\n",
      ),
  },
};
