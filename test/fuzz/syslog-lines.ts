// What the fuzzer's texts of syslog are made of: lines of pairs, and columns, in envelopes of both kinds.

import type { Plan } from "../../src/shared/model/plan.ts";
import { pairsEvents } from "./pairs-lines.ts";
import { blanks, filled, longBytes, time, type LineKinds } from "./lines.ts";
import { pairsPlan } from "./plans.ts";
import type { Random } from "./random.ts";

const [pairsSource] = pairsPlan.sources;
const { format } = pairsSource!;
if (format.type !== "pairs") throw new Error("the plan of pairs has pairs");
/** The time and the user are the envelope's. */
const ofLine = format.keys.filter(({ field }) => field !== "timestamp" && field !== "user");

export const syslogPlan: Plan = {
  ...pairsPlan,
  sources: [
    {
      ...pairsSource!,
      format: {
        type: "syslog",
        rfc: "auto",
        sd: [{ field: "user", id: "o@1", param: "u" }],
        payloads: [
          {
            program: "app",
            type: "format",
            format: { type: "pairs", keys: ofLine },
          },
          {
            program: "tab",
            type: "format",
            format: {
              ...{ type: "columns", columns: ["event", "campaign", "amount"], delimiter: "|" },
              ...{ quote: "double", missing: ["-"] },
            },
          },
          { program: "text", type: "format", format: null },
        ],
        timestamp: { form: "syslog", year: 2020 },
      },
    },
  ],
};

function pairs(random: Random): string {
  return `event=view campaign=c${random.below(4)} amount=${random.below(90)}.25 user=u${random.below(500)} pad=`;
}

function old(random: Random, program: string, body: string): string {
  return `<13>Jan  3 ${time(random)} h${random.below(3)} ${program}[7]: ${body}`;
}

function current(random: Random, data: string, body: string): string {
  return `<13>1 2020-01-03T${time(random)}Z h${random.below(3)} app - - ${data} ${body}`;
}

const inside = ["an escaped quote", "an escape that is none", "a long value", "a sentence"];
const ofPairs = Object.fromEntries(
  inside.map((name) => [
    name,
    (random: Random) => old(random, "app", pairsEvents.features[name]!(random)),
  ]),
);

export const syslogEvents: LineKinds = {
  plain: (random, bytes) => filled(old(random, "app", pairs(random)), bytes),
  features: {
    ...blanks,
    ...ofPairs,
    "columns inside": (random) => old(random, "tab", "view|c1|1.5"),
    "a quoted column": (random) => old(random, "tab", '"a ""b"""|c1|1.5'),
    "a column too few": (random) => old(random, "tab", "view|c1"),
    "a text": (random) => old(random, "text", "x".repeat(random.pick(longBytes))),
    "no body": (random) => old(random, "app", ""),
    "another program": (random) => old(random, "other", pairs(random)),
    "no program": (random) => old(random, "app", pairs(random)).replace("app[7]:", "app"),
    "a time with a year": (random) =>
      old(random, "app", pairs(random)).replace(/Jan {2}3 /, "2020-01-03T"),
    "a bad day": (random) => old(random, "app", pairs(random)).replace("Jan  3", "Feb 30"),
    "no priority": (random) => old(random, "app", pairs(random)).slice(4),
    "a carriage return": (random) => `${old(random, "app", pairs(random))}\r`,
    "RFC 5424": (random) => current(random, "-", pairs(random)),
    "structured data": (random) => current(random, '[o@1 u="u7"][x a="b"]', "event=view amount=1"),
    "escapes in structured data": (random) =>
      current(random, `[o@1 u="${'\\"\\\\\\]'.repeat(random.pick(longBytes) / 6)}"]`, "event=view"),
    "structured data that is open": (random) => current(random, '[o@1 u="u7', "event=view"),
    "a byte order mark": (random) => current(random, "-", `\xef\xbb\xbf${pairs(random)}`),
    "part of a line": (random) => current(random, '[o@1 u="7"]', "a=1").slice(0, random.below(60)),
  },
  bursts: {
    "many escapes": (random) =>
      Array.from({ length: 300 }, (_, n) => current(random, `[o@1 u="\\"${n}"]`, "event=a")).join(
        "\n",
      ),
  },
};
