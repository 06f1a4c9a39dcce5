// Inputs that could not be read to their end, each one sentence, in the order of their discovery.
// The same sentence is kept once, however often a file is tried; and there are only so many.
// What is followed may be read after all, when it has changed: then its problem is none any more.
//
// While files are followed they come and go, at any moment between being listed and being read: one
// that is gone is no problem then, since the next scan finds it again where it was moved to.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { visibleText } from "../../shared/text/terminal-table.ts";
import type { TrackedFile } from "./file/tracked-file.ts";

const problemsMax = 1000;

export class Problems {
  readonly #logger: Logger;
  readonly #isOnce: boolean;
  /** The path that each sentence is about; null where it is about no single one. */
  readonly #sentences = new Map<string, string | null>();

  /** @param isOnce files are read once, so that what was listed has to be there. */
  constructor(logger: Logger, isOnce: boolean) {
    this.#logger = logger;
    this.#isOnce = isOnce;
  }

  get count(): number {
    return this.#sentences.size;
  }

  list(): string[] {
    return [...this.#sentences.keys()];
  }

  add(unsafe: string, path: string | null = null): void {
    // Sentences name files, and names may hold what a terminal takes for commands.
    const sentence = visibleText(unsafe);
    if (this.#sentences.has(sentence) || this.#sentences.size >= problemsMax) return;
    this.#sentences.set(sentence, path);
    this.#logger.warn(sentence);
  }

  /** Says what is no problem, and what nobody may miss all the same. */
  notice(unsafe: string): void {
    this.#logger.warn(visibleText(unsafe));
  }

  /**
   * Takes an error of the class "skip this source"; any other is thrown on.
   * @param path of the file that could not be read because of it
   * @returns `gone` where a file was not at its path any more, which another look may fix
   */
  take(error: unknown, path: string): "gone" | "failed" {
    if (!(error instanceof LogmillError) || error.consequence !== "skip_source") throw error;
    const isGone = error.fields["errno"] === "ENOENT";
    if (this.#isOnce || !isGone) this.add(error.message, path);
    return isGone ? "gone" : "failed";
  }

  /** Takes an error that a file is not read any further for. */
  giveUp(file: TrackedFile, error: unknown): void {
    if (this.take(error, file.path) === "gone") file.lose();
    else file.fail();
  }

  /** Nothing of the file is left to be read. */
  fixed(path: string): void {
    for (const [sentence, about] of this.#sentences) {
      if (about !== path) continue;
      this.#sentences.delete(sentence);
      this.#logger.info({ problem: sentence }, "a problem is fixed: the file has been read");
    }
  }
}
