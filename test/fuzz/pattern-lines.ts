// What the fuzzer's texts of nginx are made of: lines of access logs with one field more.

import { accessLines, longBytes, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

const forwarded = ["-", "198.51.100.4", "198.51.100.4, 203.0.113.9", "", "unknown"];

/** The line of an access log, and the field behind it. */
function behind(line: (random: Random) => string): (random: Random) => string {
  return (random) => `${line(random)} "${random.pick(forwarded)}"`;
}

function plain(random: Random, bytes: number): string {
  const [line] = accessLines.plain(random, bytes - 12).split(/ t*$/);
  const short = `${line!} ""`;
  return `${short.slice(0, -1)}${"t".repeat(Math.max(0, bytes - short.length))}"`;
}

const lines = Object.entries(accessLines.features).map(
  ([name, line]) => [name, behind(line)] as const,
);

export const nginxLines: LineKinds = {
  plain,
  features: {
    ...accessLines.features,
    ...Object.fromEntries(lines.map(([name, line]) => [`${name}, and a field`, line])),
    "quotes as nginx writes them": (random) =>
      plain(random, 140).replace("agent", "an \\x22agent\\x22"),
    "an agent that ends in a backslash": (random) => plain(random, 140).replace("agent", "agent\\"),
    "a long field behind": (random) =>
      `${plain(random, 140).slice(0, -1)}${"y".repeat(random.pick(longBytes))}"`,
    "a field behind without its quote": (random) => plain(random, 140).slice(0, -1),
    "two fields behind": (random) => `${plain(random, 140)} "-"`,
    "a field behind and a carriage return": (random) => `${plain(random, 140)}\r`,
    "one space more": (random) => plain(random, 140).replace("] ", "]  "),
  },
  bursts: {
    "many new values": (random) =>
      Array.from({ length: 3000 }, (_, n) =>
        plain(random, 140).replace("agent", `agent ${n}`),
      ).join("\n"),
  },
};
