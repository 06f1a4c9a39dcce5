// What the fuzzer's texts of Docker's records are made of: lines of pairs, and what Docker makes of them.

import { goString } from "../support/docker-lines.ts";
import { pairsEvents } from "./pairs-lines.ts";
import { filled, time, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

function record(line: string, end = "\n"): string {
  return `{"log":${goString(line + end)},"stream":"stdout"}`;
}

function inRecords(lines: LineKinds["features"]): LineKinds["features"] {
  return Object.fromEntries(
    Object.entries(lines).map(([name, make]) => [
      name,
      (random: Random) =>
        make(random)
          .split("\n")
          .map((line) => record(line))
          .join("\n"),
    ]),
  );
}

/** Features of a line that are others inside of a record. */
const inside = [
  "blank lines",
  "an escaped quote",
  "an escape that is none",
  "a long value",
  "a sentence",
  "a carriage return at the end",
  "bytes that are no UTF-8",
];
const lineFeatures = Object.fromEntries(inside.map((name) => [name, pairsEvents.features[name]!]));

/** Shorter than those of pairs, so that a record has room for it. */
function plainLine(random: Random): string {
  const [event, user] = [random.pick(["view", "click"]), random.below(500)];
  return (
    `time=2020-01-03T${time(random)}Z user=user-${user} campaign=t${random.below(4)} ` +
    `amount=${random.below(90)}.25 event=${event} pad=`
  );
}

export const dockerRecords: LineKinds = {
  plain: (random, bytes) => `${filled(`{"log":"${plainLine(random)}`, bytes - 4)}\\n"}`,
  features: {
    ...inRecords(lineFeatures),
    "a part of a line": (random) => record(plainLine(random), ""),
    "a line feed inside": (random) => record(`${plainLine(random)}\n${plainLine(random)}`),
    "an empty text": () => record("", ""),
    "no text": () => '{"stream":"stdout"}',
    "a text that is null": () => '{"log":null}',
    "a text that is none": () => '{"log":{"a":"\\n"}}',
    "a text twice": (random) => `{"log":"a=1\\n","log":${goString(`${plainLine(random)}\n`)}}`,
    "a line that is in no record": plainLine,
  },
  bursts: inRecords(pairsEvents.bursts),
};
