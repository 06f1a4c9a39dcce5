// Warnings about what others cause. Whoever can reach a port can cause as much of it as he likes, so
// there is one warning a minute about each subject at most; counters have the rest.

import type { LogFields, Logger } from "./logger.ts";

const quietMs = 60_000;
/** Subjects are few and ours; this is for the day on which one is not. */
const subjectsMax = 1_000;

export class ThrottledWarnings {
  readonly #logger: Logger;
  /** When a subject was last warned about, and how often that was kept back since. */
  readonly #said = new Map<string, { readonly atMs: number; keptBack: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Warns, unless it has within the last minute; `keptBack` says how often it had not. */
  warn(subject: string, fields: LogFields, words: string): void {
    const nowMs = performance.now();
    const before = this.#said.get(subject);
    if (before !== undefined && nowMs - before.atMs < quietMs) {
      before.keptBack += 1;
      return;
    }
    if (this.#said.size >= subjectsMax) this.#said.clear();
    this.#said.set(subject, { atMs: nowMs, keptBack: 0 });
    this.#logger.warn({ ...fields, keptBack: before?.keptBack ?? 0 }, words);
  }
}
