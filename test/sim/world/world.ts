// Everything that a run of the simulation consists of besides the roles: time, network, disks, log
// files, chance, and the record of what happened. Each has chance of its own, so that one more
// message does not change every fault that follows.

import { seededRandom, type Random } from "../../../src/shared/base/prng.ts";
import { MemoryFileSystem } from "../../support/memory-file-system.ts";
import { Content } from "./content.ts";
import { LogFolder, type LogFile } from "./log-folder.ts";
import { Network } from "./network.ts";
import { dataPath, logsPath } from "./paths.ts";
import { drawScenario, type Poison, type Scenario } from "./scenario.ts";
import { Scheduler } from "./scheduler.ts";
import { SimDisk } from "./sim-disk.ts";
import type { SimProcess } from "./sim-process.ts";
import { Tally } from "./tally.ts";
import { Watcher } from "./watcher.ts";

export class World {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly scheduler = new Scheduler();
  readonly tally = new Tally();
  readonly logs = new LogFolder();
  readonly network: Network;
  readonly watcher: Watcher;
  /** Two stores at one address; the second is what somebody starts by mistake. */
  readonly sinkDisks: readonly SimDisk[];
  /** Where the ventilator puts dead letters. */
  readonly deadLetterDisk: SimDisk;
  readonly networkRandom: Random;
  /** Of the script of faults. */
  readonly random: Random;
  readonly contents: { path: string; readonly file: LogFile; content: Content }[] = [];
  /** Batches with a poisoned line break their worker in this way. */
  poison: Poison;
  isCalm = false;
  /** Called when the run is over. */
  readonly leftovers: (() => void)[] = [];
  /** Which of the disks the sink has. */
  disk = 0;
  failure: Error | null = null;
  #wallJumpMs = 0;
  #hash = 0;
  readonly #print: ((line: string) => void) | null;

  constructor(seed: number, print: ((line: string) => void) | null) {
    this.seed = seed;
    this.#print = print;
    const random = (salt: number): Random => seededRandom(Math.imul(seed, 0x9e3779b1) + salt);
    this.random = random(1);
    this.networkRandom = random(2);
    this.scenario = drawScenario(random(3));
    this.poison = this.scenario.lastingPoison;
    this.watcher = new Watcher(this);
    const trace = (line: string): void => this.trace(line);
    this.network = new Network(
      this.scheduler,
      random(4),
      this.scenario.network,
      this.tally,
      (path, from, frames) => this.watcher.sent(path, from, frames),
      trace,
    );
    const newDisk = (salt: number): SimDisk =>
      new SimDisk(new MemoryFileSystem(), this.scenario.disk, random(salt), {
        scheduler: this.scheduler,
        tally: this.tally,
        trace,
      });
    this.sinkDisks = [newDisk(5), newDisk(6)];
    this.deadLetterDisk = newDisk(7);
    // Whoever installs logmill makes its folder.
    void this.deadLetterDisk.files.makeDirectory(dataPath);
  }

  /** Stands for everything that has happened so far. */
  get hash(): string {
    return `${(this.#hash >>> 0).toString(16)}-${this.scheduler.events}`;
  }

  /** Somebody reads the trace. */
  get isPrinting(): boolean {
    return this.#print !== null;
  }

  get sinkDisk(): SimDisk {
    return this.sinkDisks[this.disk]!;
  }

  get disks(): readonly SimDisk[] {
    return [...this.sinkDisks, this.deadLetterDisk];
  }

  wallMs(): number {
    return 1_772_000_000_000 + this.scheduler.nowMs + this.#wallJumpMs;
  }

  jumpWall(byMs: number): void {
    this.#wallJumpMs += byMs;
    this.trace(`wall clock jumps by ${byMs} ms`);
  }

  /** How long a worker takes for a batch. */
  workMs(process: SimProcess): number {
    return process.random() * (this.isCalm ? 5 : this.scenario.workMs);
  }

  trace(line: string): void {
    const { nowMs } = this.scheduler;
    // Two runs that are not the same part in time; a checksum of the text would take as long as much else.
    this.#hash = Math.imul(this.#hash ^ Math.floor(nowMs * 1e6), 0x9e3779b1);
    this.#print?.(`${nowMs.toFixed(3)} ${line}`);
  }

  /** The first failure ends the run. */
  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  #salt = 0;

  addFile(name: string, lines: number, copyOf: Content | null = null): void {
    this.#salt += 1;
    const content = copyOf ?? new Content();
    if (copyOf === null) content.grow(this.random, lines, `f${this.#salt}.`);
    const path = `${logsPath}/${name}`;
    const file = this.logs.create(path, content.bytes, this.#fileTimeNs());
    this.trace(`${path} has ${content.bytes.length} bytes, ${content.lines.length} lines`);
    this.contents.push({ path, file, content });
  }

  growFile(index: number, lines: number): void {
    const entry = this.contents[index]!;
    // Its writer is in the middle of a line.
    if (entry.file.content().length < entry.content.bytes.length) return;
    // A copy that grows is another content from there on; the simulation leaves copies as they are.
    if (this.contents.some((other) => other !== entry && other.content === entry.content)) return;
    const more = entry.content.grow(this.random, lines, `g${this.#salt}.`);
    const { length } = more;
    // A writer may be seen in the middle of a line.
    const first = this.random() < 0.3 ? Math.floor(this.random() * length) : length;
    entry.file.append(more.subarray(0, first), this.#fileTimeNs());
    if (first === length) return;
    this.scheduler.at(this.random() * 300, null, () => {
      entry.file.append(more.subarray(first), this.#fileTimeNs());
    });
  }

  /** Each content once. */
  distinctContents(): Content[] {
    return [...new Set(this.contents.map(({ content }) => content))];
  }

  /** Files have the time of the machine that writes them. */
  #fileTimeNs(): bigint {
    return BigInt(Math.round(this.wallMs())) * 1_000_000n + BigInt(this.#salt);
  }
}
