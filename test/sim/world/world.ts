// Everything that a run of the simulation consists of besides the roles: time, network, disks, log
// files, chance, and the record of what happened. Each has chance of its own, so that one more
// message does not change every fault that follows.

import { gzipSync } from "node:zlib";
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

/** A log file, and what is in it or will be. */
export interface LogEntry {
  path: string;
  readonly file: LogFile;
  content: Content;
  readonly isGzip: boolean;
}

/** Lines that a content has in common with another, at most: contents that are made of others stay short. */
const commonLinesMax = 50;

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
  readonly contents: LogEntry[] = [];
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
    const content = copyOf ?? this.#newContent(lines);
    const path = `${logsPath}/${name}`;
    const file = this.logs.create(path, content.bytes, this.#fileTimeNs());
    this.trace(`${path} has ${content.bytes.length} bytes, ${content.lines.length} lines`);
    this.contents.push({ path, file, content, isGzip: false });
  }

  /** The entry's content, compressed beside it, as logrotate does it. */
  compress(entry: LogEntry): void {
    const path = `${entry.path}.gz`;
    const file = this.logs.create(path, gzipSync(entry.content.bytes), this.#fileTimeNs());
    this.trace(`${entry.path} is compressed to ${path}`);
    this.contents.push({ path, file, content: entry.content, isGzip: true });
  }

  /** Written whole: nobody is in the middle of it. */
  isWhole({ file, content, isGzip }: LogEntry): boolean {
    return !isGzip && file.content().length === content.bytes.length;
  }

  /** The file is emptied and holds another content from now on, which comes in a few pieces. */
  truncate(entry: LogEntry, lines: number): void {
    const content = this.#newContent(lines);
    entry.content = content;
    const ends = [content.bytes.length];
    while (this.random() < 0.4) ends.unshift(Math.floor(this.random() * ends[0]!));
    this.trace(`${entry.path} is truncated; it will have ${content.bytes.length} bytes`);
    let atMs = 0;
    for (const end of ends) {
      const write = (): void =>
        entry.file.overwrite(content.bytes.subarray(0, end), this.#fileTimeNs());
      if (atMs === 0) write();
      else this.scheduler.at(atMs, null, write);
      atMs += 1 + this.random() * 500;
    }
  }

  /** It may begin like one that is there, and has at least one line that no other has. */
  #newContent(lines: number): Content {
    const isAlike = this.contents.length > 0 && this.random() < this.scenario.alike;
    const like = isAlike ? this.#aContent() : undefined;
    const most = Math.min(commonLinesMax, (like?.lines.length ?? 1) - 1);
    const common = this.random() < 0.5 ? most : Math.floor(this.random() * (most + 1));
    const content = like === undefined ? new Content() : new Content(like, common);
    this.#salt += 1;
    content.grow(this.random, lines, `f${this.#salt}.`);
    return content;
  }

  growFile(index: number, lines: number): void {
    const entry = this.contents[index]!;
    // Its writer is in the middle of a line.
    if (!this.isWhole(entry)) return;
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

  #aContent(): Content {
    return this.contents[Math.floor(this.random() * this.contents.length)]!.content;
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
