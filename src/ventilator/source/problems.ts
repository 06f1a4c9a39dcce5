// Inputs that could not be read to their end, each one sentence, in the order of their discovery.
// The same sentence is kept once, however often a file is tried; and there are only so many.
//
// While files are followed they come and go, at any moment between being listed and being read: one
// that is gone is no problem then, since the next scan finds it again where it was moved to.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { visibleText } from "../../shared/runtime/terminal-table.ts";

const problemsMax = 1000;

export class Problems {
  readonly #logger: Logger;
  readonly #isOnce: boolean;
  readonly #sentences = new Set<string>();

  /** @param isOnce files are read once, so that what was listed has to be there. */
  constructor(logger: Logger, isOnce: boolean) {
    this.#logger = logger;
    this.#isOnce = isOnce;
  }

  get count(): number {
    return this.#sentences.size;
  }

  list(): string[] {
    return [...this.#sentences];
  }

  add(unsafe: string): void {
    // Sentences name files, and names may hold what a terminal takes for commands.
    const sentence = visibleText(unsafe);
    if (this.#sentences.has(sentence) || this.#sentences.size >= problemsMax) return;
    this.#sentences.add(sentence);
    this.#logger.warn(sentence);
  }

  /**
   * Takes an error of the class "skip this source"; any other is thrown on.
   * @returns `gone` where a file was not at its path any more, which another look may mend
   */
  take(error: unknown): "gone" | "failed" {
    if (!(error instanceof LogmillError) || error.consequence !== "skip_source") throw error;
    const isGone = error.fields["errno"] === "ENOENT";
    if (this.#isOnce || !isGone) this.add(error.message);
    return isGone ? "gone" : "failed";
  }
}
