// Formats that have a name: the line of a server as it is configured, or as its manual says, with lines of it and the
// fields that they have.

import type { PatternFormat } from "../model/format/pattern.ts";
import { readApache } from "./apache.ts";
import type { Escape, LinePart } from "./line-parts.ts";
import { readNamed } from "./named.ts";
import { readNginx } from "./nginx.ts";
import { patternOfLine } from "./pattern-of-line.ts";

export interface Preset {
  /** What `type` may say; the first is the one that documents use. */
  readonly names: readonly [string, ...string[]];
  /** Which servers write it, in a few words. */
  readonly about: string;
  /** In the words of nginx, Apache, or `named.ts`. */
  readonly line:
    | { readonly nginx: string }
    | { readonly apache: string }
    | { readonly named: string; readonly escape: Escape };
  /** Whether servers append fields. */
  readonly appended?: true;
  readonly timestamp?: PatternFormat["timestamp"];
  readonly examples: readonly PresetExample[];
}

interface PresetExample {
  readonly line: string;
  /** All fields that it has. */
  readonly is: Readonly<Record<string, string>>;
}

/** The format of a preset. */
export function patternOfPreset(preset: Preset): PatternFormat {
  const { parts, escape } = partsOf(preset.line);
  const { appended = false } = preset;
  const { steps, timestamp, faults } = patternOfLine(parts, { escape, appended });
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`${preset.names[0]}: ${fault.problem}`);
  const time = preset.timestamp ?? timestamp;
  return {
    type: "pattern",
    steps,
    ...(appended && { appended }),
    ...(time !== undefined && { timestamp: time }),
  };
}

function partsOf(line: Preset["line"]): {
  readonly parts: readonly LinePart[];
  readonly escape: Escape;
} {
  if ("named" in line) return { parts: readNamed(line.named), escape: line.escape };
  return "nginx" in line
    ? readNginx(line.nginx, null)
    : { ...readApache(line.apache), escape: "backslash" };
}
