// What the fuzzer's texts of container runtimes are made of: lines of pairs in envelopes.

import type { Formats, Plan } from "../../src/shared/model/plan.ts";
import { filled, longBytes, time, type LineKinds } from "./lines.ts";
import { pairsEvents } from "./pairs-lines.ts";
import { jsonPlan, pairsPlan } from "./plans.ts";
import type { Random } from "./random.ts";

const inner = pairsPlan.sources[0]!.format as Formats["pairs"];

export const criPlan: Plan = {
  ...jsonPlan,
  sources: [{ name: "s", maxLineBytes: 33_000, format: { type: "cri", inner } }],
};

function pairs(random: Random): string {
  return (
    `time=2020-01-03T${time(random)}Z user=user-${random.below(500)} campaign=t${random.below(4)} ` +
    `amount=${random.below(90)}.25 event=${random.pick(["view", "click"])} pad=`
  );
}

function written(random: Random, tag: string, text: string): string {
  return `2020-01-03T${time(random)}.5Z ${random.pick(["stdout", "stderr"])} ${tag} ${text}`;
}

const inside = ["an escaped quote", "an escape that is none", "a long value", "a sentence"];
const ofPairs = Object.fromEntries(
  inside.map((name) => [
    name,
    (random: Random) => written(random, "F", pairsEvents.features[name]!(random)),
  ]),
);

export const criRecords: LineKinds = {
  plain: (random, bytes) => filled(written(random, "F", pairs(random)), bytes),
  features: {
    ...ofPairs,
    "a part of a line": (random) => written(random, "P", pairs(random)),
    "a part that is too long": (random) => written(random, "P", "x".repeat(random.pick(longBytes))),
    "more tags": (random) => written(random, "F:a:b", pairs(random)),
    "no text": (random) => written(random, "F", ""),
    "another stream": (random) => written(random, "F", pairs(random)).replace(" std", " st"),
    "no time": (random) => written(random, "F", pairs(random)).replace("2020-", "2020/"),
    "a line that is in no envelope": pairs,
  },
  bursts: {},
};
