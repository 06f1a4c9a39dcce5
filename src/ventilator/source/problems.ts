// Inputs that could not be read to their end, each one sentence, in the order of their discovery.
// The same sentence is kept once, however often a file is tried; and there are only so many.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Logger } from "../../shared/runtime/logger.ts";

const problemsMax = 1000;

export class Problems {
  readonly #logger: Logger;
  readonly #sentences = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get count(): number {
    return this.#sentences.size;
  }

  list(): string[] {
    return [...this.#sentences];
  }

  add(sentence: string): void {
    if (this.#sentences.has(sentence) || this.#sentences.size >= problemsMax) return;
    this.#sentences.add(sentence);
    this.#logger.warn(sentence);
  }

  /** Takes an error of the class "skip this source"; any other is thrown on. */
  take(error: unknown): void {
    if (!(error instanceof LogmillError) || error.consequence !== "skip_source") throw error;
    this.add(error.message);
  }
}
