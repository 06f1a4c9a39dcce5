// The seeded simulation. The whole of logmill runs in one thread, on virtual time, network and disk,
// while everything goes wrong that can go wrong; one number decides all of it, and replays it.
//
// REAL: ventilator, workers and sink as they are started by the command line (`startVentilator`,
// `startWorker`, `startSink`) with everything below: flight, credit, sink link, planning, reader,
// batcher, identification, contact, sessions, ledger, acknowledgements, publishing, the store with its
// log, segments, manifest, compaction and recovery, the codecs, the queues and lanes of
// `shared/net`, and the WebAssembly kernel that summarises and merges.
//
// STAND-INS (`stand-ins/`, put in place by `bundle.ts`): the package `zeromq` (connections, queues
// with high-water marks, reconnects), timers and clocks, `node:fs` for log files, the sink's disk
// (`test/support/memory-file-system.ts` behind `world/sim-disk.ts`), chance, threads of zlib,
// metrics, and the operating system's processes. Not simulated: compressed inputs, CSV outputs, the
// HTTP server, the supervisor of `logmill run`.
//
// A run has two phases. Safety: faults happen, and what must always be true is checked at every
// message (`world/watcher.ts`). Liveness: faults stop, and within `calmMsMax` everything has to be
// counted, exactly as the lines were made (`world/oracle.ts`), with nothing left open.

import { isDeepStrictEqual } from "node:util";
import { emptySummarySheet } from "../../src/shared/model/sheet.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { checkStore } from "../../src/sink/store/embedded/check.ts";
import { ReadOnlyStore } from "../../src/sink/store/embedded/read-only-store.ts";
import { Tally } from "./world/tally.ts";
import { enter } from "./world/current.ts";
import { Faults } from "./world/faults.ts";
import { balanceDifference, deadLettered, deadLettersOn, mayLack } from "./world/dead-letters.ts";
import {
  differenceOf,
  expectedBalance,
  expectedSummarySheet,
  storedRows,
  withoutLacking,
} from "./world/oracle.ts";
import { storePath } from "./world/paths.ts";
import { Roles } from "./world/roles.ts";
import { World } from "./world/world.ts";

const noSheet = { ...emptySummarySheet, bytesBefore: 0 };

export { Tally };

export interface SeedResult {
  readonly seed: number;
  readonly failure: Error | null;
  /** Equal for equal runs. */
  readonly hash: string;
  readonly tally: Tally;
  /** Lines that were to be counted, those of them that were not, and those counted too often. */
  readonly lines: number;
  readonly lost: number;
  readonly twice: number;
  /** Virtual time, of the whole run and from the end of the faults on. */
  readonly tookMs: number;
  readonly calmMs: number;
}

/**
 * After the faults everything is done within this time, and with lines that break workers in this and more
 * for each of them: a worker that hangs is lost after seconds, several times for a line.
 */
const calmMsMax = 120_000;
const poisonedMsMax = 300_000;
const poisonLineMsMax = 30_000;
/** Tasks sent beyond one for each batch, for each fault that happened, at most. */
const resendsPerFault = 24;

/** Reads from disk what the runs need, so that they read nothing themselves. */
export function prepare(): void {
  loadKernel();
}

/** @param print gets every event as a line. */
export async function runSeed(
  seed: number,
  print: ((line: string) => void) | null = null,
): Promise<SeedResult> {
  const { stackTraceLimit } = Error;
  // Making a stack for every refused message takes longer than sending one.
  if (print === null) Error.stackTraceLimit = 0;
  const world = new World(seed, print);
  enter(world);
  const simulation = new Simulation(world);
  let isOver = false;
  const script = async (): Promise<void> => {
    await simulation.run();
    isOver = true;
  };
  world.scheduler.at(0, null, () => {
    script().catch((error: unknown) => world.fail(error));
  });
  await world.scheduler
    .run(() => isOver || world.failure !== null)
    .catch((error: unknown) => world.fail(error));
  simulation.end();
  Error.stackTraceLimit = stackTraceLimit;
  const { scheduler, tally, failure, hash } = world;
  const { lines } = expectedBalance(world.distinctContents());
  const tookMs = scheduler.nowMs;
  const { counted, calmMs } = simulation;
  const [lost, twice] = [Math.max(0, lines - counted), Math.max(0, counted - lines)];
  return { seed, failure, hash, tally, lines, lost, twice, tookMs, calmMs };
}

class Simulation {
  calmMs = 0;
  /** Lines on the sheet in the end. */
  counted = 0;
  readonly #world: World;
  readonly #roles: Roles;
  readonly #faults: Faults;
  #calmAtMs = Infinity;

  constructor(world: World) {
    this.#world = world;
    this.#roles = new Roles(world);
    this.#faults = new Faults(world, this.#roles);
  }

  async run(): Promise<void> {
    const { scenario, scheduler } = this.#world;
    this.#world.trace(JSON.stringify(scenario));
    for (let file = 0; file < scenario.files; file += 1) {
      this.#world.addFile(
        `web-${file}.log`,
        1 + Math.floor(this.#world.random() * scenario.linesPerFile),
      );
    }
    this.#start();
    await this.#faults.run();
    this.#faults.calm();
    this.#calmAtMs = scheduler.nowMs;
    if (!scenario.once) await this.#catchUp();
    await this.#complete();
    this.calmMs = scheduler.nowMs - this.#calmAtMs;
    await this.#shutDown();
    await this.#verify();
  }

  /** Whatever still runs is gone. */
  end(): void {
    for (const { process } of this.#roles.all) process?.kill();
    for (const release of this.#world.leftovers) release();
  }

  /** In any order. */
  #start(): void {
    const { ventilator, sink, workers } = this.#roles;
    const slots = [ventilator, sink, ...workers.slice(0, this.#world.scenario.workers)];
    for (const slot of slots) this.#roles.want(slot, this.#world.random() * 1000);
  }

  /** Files are followed: without being asked, the sink has every line that is there. */
  async #catchUp(): Promise<void> {
    const roles = this.#roles;
    await this.#until("everything is counted while files are followed", async () => {
      const sheets = await roles.sinkHandle?.sheets();
      const counted = Object.values(sheets?.sources ?? {}).reduce(
        (sum, { lines }) => sum + lines,
        0,
      );
      return counted === expectedBalance(this.#world.distinctContents()).lines;
    });
    await this.#until("every worker has all its credit back", () => {
      const read = (name: string): number =>
        roles.registry.getSingleMetric(`logmill_ventilator_${name}`)?.read() ?? 0;
      const granted = read("credit_batches");
      return granted > 0 && read("free_credit_batches") === granted;
    });
    roles.isOnce = true;
    roles.stop(roles.ventilator);
  }

  /** A ventilator has read everything, and the sink has published. */
  async #complete(): Promise<void> {
    const roles = this.#roles;
    const { completions } = roles;
    await this.#until("a ventilator ends with everything acknowledged", () => {
      return roles.completions > completions;
    });
  }

  async #shutDown(): Promise<void> {
    const roles = this.#roles;
    for (const slot of roles.all) slot.isWanted = false;
    for (const slot of roles.all) roles.stop(slot);
    await this.#until("all roles have stopped", () => {
      const isWaiting = this.#world.watcher.isChecking;
      return !isWaiting && roles.all.every(({ process }) => process === null);
    });
  }

  async #until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const { scheduler } = this.#world;
    const withinMs = this.#withinMs();
    const deadlineMs = scheduler.nowMs + withinMs;
    while (!(await isTrue())) {
      if (scheduler.nowMs > deadlineMs) {
        await this.#explain();
        throw new Error(`after ${withinMs / 1000} quiet seconds it is not true that ${what}`);
      }
      await scheduler.sleep(100);
    }
  }

  #withinMs(): number {
    if (this.#world.scenario.lastingPoison === "none") return calmMsMax;
    const lines = this.#world.distinctContents().flatMap((content) => content.lines);
    return poisonedMsMax + poisonLineMsMax * lines.filter(({ isPoison }) => isPoison).length;
  }

  /** What a reader of the trace wants to know about a run that is stuck. */
  async #explain(): Promise<void> {
    const world = this.#world;
    const sheets = JSON.stringify((await this.#roles.sinkHandle?.sheets()) ?? null);
    world.trace(`stuck: the sheets are ${sheets}`);
    for (const { path, content, file } of world.contents) {
      world.trace(`stuck: ${path} (inode ${file.inode}) has ${content.lines.length} lines`);
    }
  }

  /** What is on the disk now, with the power cut, is exactly what was written into the files. */
  async #verify(): Promise<void> {
    const world = this.#world;
    const roles = this.#roles;
    const { sinkDisk } = world;
    const files = sinkDisk.files.crash(sinkDisk.hasLied ? "everything" : "nothing");
    const store = await ReadOnlyStore.open(files, storePath);
    const contents = world.distinctContents();
    const lines = contents.flatMap((content) => content.lines);
    const deadLines = await deadLettered(store, world.watcher);
    const sheet = (await store.sheets()).sources["web"] ?? expectedBalance([]);
    this.counted = sheet.lines;
    const deadOnSheet = mayLack(deadLines, world.watcher, null);
    const difference = balanceDifference(expectedBalance(contents), sheet, deadOnSheet);
    if (difference !== null) throw new Error(difference);
    for (const definition of roles.summaries) {
      const stored = await storedRows(definition, store);
      const candidates = mayLack(deadLines, world.watcher, definition);
      const { rows, lacking } = withoutLacking(definition, lines, candidates, stored);
      const other = differenceOf(definition.name, rows, stored);
      if (other !== null) throw new Error(other);
      const parsed = expectedBalance(contents).parsed - lacking;
      // Lines are dead-lettered for the sheet and the first summary together.
      if (definition.name === "hits" && sheet.parsed !== parsed) {
        throw new Error(`the sheet has ${sheet.parsed} parsed lines, the table ${parsed}`);
      }
      const { bytesBefore, ...own } =
        (await store.sheets()).summaries[definition.name]?.["web"] ?? noSheet;
      const expected = expectedSummarySheet({ ...expectedBalance(contents), parsed });
      if (bytesBefore !== 0 || !isDeepStrictEqual(own, expected)) {
        throw new Error(`the sheet of ${definition.name} is ${JSON.stringify(own)}`);
      }
    }
    this.#checkDeadLetters([...deadLines.keys()]);
    await store.close();
    const findings = await checkStore(files, storePath);
    const damage = findings.find(({ severity }) => severity === "damage");
    if (damage !== undefined) throw new Error(`the store is damaged: ${damage.problem}`);
    this.#checkSends();
  }

  /** Nothing is dead-lettered and then nowhere. */
  #checkDeadLetters(deadLines: readonly string[]): void {
    const { deadLetterDisk } = this.#world;
    if (deadLetterDisk.hasLied) return;
    const letters = deadLettersOn(deadLetterDisk.files.crash("nothing"));
    const missing = deadLines.find((key) => !letters.has(key));
    if (missing !== undefined) throw new Error(`line ${missing} is dead-lettered and nowhere`);
  }

  #checkSends(): void {
    const { watcher, tally, scenario } = this.#world;
    const bound =
      watcher.batches + (tally.faultsTotal + 1) * (resendsPerFault + scenario.maxInFlight);
    if (watcher.tasks > bound) {
      throw new Error(`${watcher.tasks} tasks were sent for ${watcher.batches} batches`);
    }
  }
}
