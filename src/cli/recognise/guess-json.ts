// A format for lines of JSON that no preset knows: a field for every value that is often there, and the time.

import { nameMembers } from "./members.ts";

const depthMax = 4;

/** Whether most of the lines are objects of JSON. */
export function areJson(lines: readonly string[]): boolean {
  return lines.flatMap(objectOf).length * 2 >= lines.length;
}

/** As it is written in a configuration; null where most lines are no objects, or none has a time. */
export function guessJson(lines: readonly string[]): Record<string, unknown> | null {
  if (!areJson(lines)) return null;
  const objects = lines.flatMap(objectOf);
  const members = new Map<string, { parts: readonly string[]; values: string[] }>();
  for (const object of objects) collect(object, [], members);
  const found = nameMembers([...members.values()], objects.length);
  if (found === null) return null;
  const { named, ...timestamp } = found;
  const paths = [...named].map(([name, { parts }]) => [name, pathOf(parts)] as const);
  return { json: Object.fromEntries(paths), ...timestamp };
}

function objectOf(line: string): object[] {
  try {
    const text = Buffer.from(line, "latin1").toString();
    // nginx writes JSON with escapes of its own, which the kernel reads.
    const value: unknown = JSON.parse(text.replaceAll(String.raw`\x`, String.raw`\\x`));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : [];
  } catch {
    return [];
  }
}

function collect(
  value: object,
  above: readonly string[],
  members: Map<string, { parts: readonly string[]; values: string[] }>,
): void {
  for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
    const parts = [...above, key];
    if (typeof member === "object") {
      const isNested = member !== null && !Array.isArray(member);
      if (isNested && parts.length < depthMax) collect(member, parts, members);
    } else {
      const path = JSON.stringify(parts);
      const found = members.get(path) ?? { parts, values: [] };
      found.values.push(typeof member === "string" ? member : JSON.stringify(member));
      members.set(path, found);
    }
  }
}

/** As a configuration has it. */
function pathOf(parts: readonly string[]): string {
  return parts
    .map((key, index) => {
      if (!/^[^.[\]"]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}
