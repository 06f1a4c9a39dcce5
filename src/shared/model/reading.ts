// How the lines of a source become fields: all of the source's definition but its name. With the
// definition of a summary, which uses some of the computed fields, it gives the summary's numbers their
// meaning; without any of them, that of the source's sheet.

import { canonicalJson } from "./definition-key.ts";
import type { Plan, PlanSource } from "./plan.ts";

type Reading = Omit<PlanSource, "name">;

/** Readings by the source's name. */
export type Readings = Readonly<Record<string, Reading>>;

/** What a store is opened for: summaries, and how the lines of their sources are read. */
export type Configured = Pick<Plan, "summaries" | "sources">;

/** How the lines on the sheets of sources are read: only formats reject lines there. */
export function sheetReadings(sources: readonly PlanSource[]): Readings {
  return Object.fromEntries(
    sources.map(({ name, format, maxLineBytes }) => [name, { format, maxLineBytes }]),
  );
}

/** The parts in which two values differ, each as `name was … and is …`. */
export function differencesOf(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap((name) => {
    const [was, is] = [textOf(before[name]), textOf(now[name])];
    return was === is ? [] : [`${name} was ${was} and is ${is}`];
  });
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value);
}
