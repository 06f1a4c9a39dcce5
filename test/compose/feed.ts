// Logs that come as fast as a cluster takes them, so that it is at work for as long as a test wants,
// on a slow host as on a fast one: whole files of generated lines, moved to where it finds them.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const filesCount = 320;
const everyMs = 800;
/** Files that may wait to be durable: enough for all workers, and not all of them at once. */
const waitingMax = 12;

export class LogFeed {
  readonly #ready: string;
  readonly #logs: string;
  readonly #events: number;
  readonly #durableLines: () => Promise<number>;

  /**
   * @param folder gets the logs, in `logs`
   * @param events lines in all files together
   * @param durableLines of them, so far
   */
  constructor(folder: string, events: number, durableLines: () => Promise<number>) {
    this.#ready = join(folder, "ready");
    this.#logs = join(folder, "logs");
    this.#events = events;
    this.#durableLines = durableLines;
    mkdirSync(this.#logs);
    // The roles run as another user.
    for (const path of [folder, this.#logs]) chmodSync(path, 0o755);
  }

  generate(): void {
    const { status } = spawnSync(
      process.execPath,
      [
        ...["dist/cli/main.js", "generate", "ads", `--events=${this.#events}`, "--seed=7"],
        ...[`--files=${filesCount}`, `--out=${this.#ready}/ads.log`],
      ],
      { stdio: "inherit" },
    );
    if (status !== 0) throw new Error("no logs");
  }

  /** Puts so many more files where the ventilator finds them; false when there are none. */
  give(count: number): boolean {
    const names = readdirSync(this.#ready).sort().slice(0, count);
    for (const name of names) renameSync(join(this.#ready, name), join(this.#logs, name));
    return names.length > 0;
  }

  /** Keeps the cluster at work until it may have the rest. */
  async untilAborted(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(everyMs);
      const durableFiles = (await this.#durableLines()) / (this.#events / filesCount);
      if (this.given().length - durableFiles > waitingMax) continue;
      if (!this.give(1)) throw new Error("the logs have ended before the test: ask for more");
    }
    this.give(filesCount);
  }

  /** Paths of the files that the cluster has. */
  given(): readonly string[] {
    return readdirSync(this.#logs).map((name) => join(this.#logs, name));
  }
}
