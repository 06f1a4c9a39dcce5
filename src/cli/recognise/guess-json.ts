// A format for lines of JSON that no preset knows: a field for every value that is often there, and the time.

import { fieldNames, meansTime } from "./field-names.ts";
import { timeFormOfValues } from "./time-forms.ts";

const depthMax = 4;
const fieldsMax = 40;

interface Leaf {
  readonly parts: readonly string[];
  readonly values: string[];
}

/** Whether most of the lines are objects of JSON. */
export function areJson(lines: readonly string[]): boolean {
  return lines.flatMap(objectOf).length * 2 >= lines.length;
}

/** As it is written in a configuration; null where most lines are no objects, or none has a time. */
export function guessJson(lines: readonly string[]): Record<string, unknown> | null {
  if (!areJson(lines)) return null;
  const objects = lines.flatMap(objectOf);
  const leaves = new Map<string, Leaf>();
  for (const object of objects) collect(object, [], leaves);
  // The nearer to the root, the more it is the time of the line and not of something in it.
  const time = [...leaves.values()]
    .filter(({ parts, values }) => meansTime(parts.at(-1)!) && values.length * 2 >= objects.length)
    .sort((a, b) => a.parts.length - b.parts.length)
    .map((leaf) => ({ leaf, form: timeFormOfValues(leaf.values) }))
    .find(({ form }) => form !== null);
  if (time === undefined) return null;
  const others = [...leaves.values()]
    .filter((leaf) => leaf !== time.leaf && leaf.values.length * 2 >= objects.length)
    // A configuration would take it for a variable.
    .filter(({ parts }) => !parts.some((key) => key.includes("${")))
    .slice(0, fieldsMax);
  const names = fieldNames(others.map(({ parts }) => parts));
  const named = others.flatMap(({ parts }, index) => {
    const name = names[index];
    return name === null || name === undefined ? [] : [[name, pathOf(parts)] as const];
  });
  return {
    json: Object.fromEntries([["timestamp", pathOf(time.leaf.parts)], ...named]),
    ...(time.form !== "auto" && { timestamp: { form: time.form } }),
  };
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

function collect(value: object, above: readonly string[], leaves: Map<string, Leaf>): void {
  for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
    const parts = [...above, key];
    if (typeof member === "object") {
      const isNested = member !== null && !Array.isArray(member);
      if (isNested && parts.length < depthMax) collect(member, parts, leaves);
    } else {
      const path = JSON.stringify(parts);
      const leaf = leaves.get(path) ?? { parts, values: [] };
      leaf.values.push(typeof member === "string" ? member : JSON.stringify(member));
      leaves.set(path, leaf);
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
