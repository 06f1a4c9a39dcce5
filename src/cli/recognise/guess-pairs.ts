// A format for lines of key=value pairs: a field for every key that is often there, and the time.

import { nameMembers } from "./members.ts";

/** A key and its value, which may be quoted. */
const pair = /(?:^|\s)([A-Za-z_@][\w@./:-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;
/** Fewer are no line of pairs. */
const pairsMin = 3;

/** As it is written in a configuration; null where most lines are no pairs, or none has a time. */
export function guessPairs(lines: readonly string[]): Record<string, unknown> | null {
  const members = new Map<string, { parts: readonly string[]; values: string[] }>();
  let ofPairs = 0;
  for (const line of lines) {
    const pairs = [...line.matchAll(pair)];
    if (pairs.length < pairsMin || pairs[0]!.index > 0) continue;
    ofPairs += 1;
    // The last of a key is the one that counts.
    const values = new Map(pairs.map(([, key, quoted, bare]) => [key!, quoted ?? bare ?? ""]));
    for (const [key, value] of values) {
      const found = members.get(key) ?? { parts: [key], values: [] };
      found.values.push(value);
      members.set(key, found);
    }
  }
  if (ofPairs * 2 < lines.length) return null;
  const found = nameMembers([...members.values()], ofPairs);
  if (found === null) return null;
  const { named, ...timestamp } = found;
  const keys = [...named].map(([name, { parts }]) => [name, parts[0]!] as const);
  return { pairs: Object.fromEntries(keys), ...timestamp };
}
