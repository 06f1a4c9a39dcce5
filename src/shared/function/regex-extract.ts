// What a regular expression finds in a value.

import { parsePattern } from "../regex/syntax.ts";
import { textFinder } from "../regex/search.ts";
import type { Group, ParsedPattern } from "../regex/pattern-tree.ts";
import type { FunctionMember } from "./member.ts";

export const regexExtract: FunctionMember = {
  name: "regex_extract",
  parameters: [
    { name: "value", kind: "value" },
    { name: "pattern", kind: "pattern" },
    { name: "group", kind: "number", isOptional: true },
  ],
  description:
    "What a regular expression finds first in a value: its first group, or all that matches where it has none; `group` is the number of another, 0 of all. Empty where nothing matches. The pattern is read as that of [`matches`](configuration.md#expressions); a group that is given must not be repeated.",
  examples: [
    {
      call: String.raw`regex_extract(url, "[?&]id=(\d+)")`,
      fields: { url: "/item?a=b&id=17" },
      gives: "17",
    },
    {
      call: String.raw`regex_extract(message, "(\w+) took (\d+) ms", 2)`,
      fields: { message: "login took 35 ms" },
      gives: "35",
    },
    { call: 'regex_extract(url, "^/[^/]*")', fields: { url: "/api/v1" }, gives: "/api" },
  ],
  check: ([pattern, group]) => {
    const parsed = parsePattern(pattern!);
    const most = parsed.groups.length;
    if (group !== undefined && (!/^\d{1,4}$/.test(group) || Number(group) > most)) {
      return `group must be a whole number from 0 to ${most}, as many as the pattern has`;
    }
    textFinder(parsed, groupOf(parsed, group));
    return null;
  },
  computing: {
    way: "text",
    make: ([pattern, group]) => {
      const parsed = parsePattern(Buffer.from(pattern!, "latin1").toString());
      const find = textFinder(parsed, groupOf(parsed, group));
      return (value) => find(value) ?? "";
    },
  },
};

/** Null: all that matches. */
function groupOf({ groups }: ParsedPattern, number: string | undefined): Group | null {
  return groups.find(({ index }) => index === Number(number ?? 1)) ?? null;
}
