// Looks at every message that leaves a process, and holds it against what must be true at every
// moment, whatever has happened:
//
//   a task carries the bytes of its range                           tasks down
//   a session cuts nothing anew that was acknowledged to it, but     tasks down
//     for what it had taken apart, or lost with its file, before it heard of it
//   a session has the answers of one store alone                     acks up
//   a sink that has told its ledger to a session acknowledges to       acks up
//     nobody else: what it merges then, the ledger lacks
//   an acknowledged range is durable: in the ledger of what a power  acks up
//     cut would leave of the store now, and in every later ledger
//   ranges of a ledger are ascending, disjoint, made of whole lines   acks up
//     and of the bytes that the file holds
//   a line that is said to be dead is one line, and its dead letter    acks down
//     is durable: on what a power cut would leave of the disk now
//   the balance sheet adds up, and counts exactly the lines of the    acks up
//     ranges that are merged

import { crc32 } from "node:zlib";
import { balanceKey } from "../../../src/shared/model/definition-key.ts";
import { decodeAck, decodeLedger, decodeTask } from "../../../src/shared/protocol/codec.ts";
import { tailCrc32 } from "../../../src/shared/model/content-id.ts";
import type {
  AckMessage,
  BatchHeader,
  LedgerMessage,
  LedgerSource,
  TaskMessage,
} from "../../../src/shared/protocol/messages.ts";
import { unbalancedLines, unbalancedParsed, type Sheets } from "../../../src/shared/model/sheet.ts";
import { ReadOnlyStore } from "../../../src/sink/store/embedded/read-only-store.ts";
import type { Frames } from "./connection.ts";
import { ContentIndex } from "./content-index.ts";
import { deadLettersOn } from "./dead-letters.ts";
import type { Path } from "./network.ts";
import { storePath } from "./paths.ts";
import type { SimProcess } from "./sim-process.ts";
import type { World } from "./world.ts";

type Ledger = Extract<AckMessage, { type: "ledger" }>;
type Ack = Extract<AckMessage, { type: "ack" }>;
type Task = Extract<TaskMessage, { type: "task" }>;

interface Range {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly summaries: readonly string[];
}

/** One acknowledgement in so many is checked against the disk. */
const diskCheckEvery = 24;

export class Watcher {
  readonly #world: World;
  /** Headers of everything that was sent, by session and number. */
  readonly #batches = new Map<string, BatchHeader>();
  /** What each store has acknowledged. */
  readonly #acked = new Map<string, Map<string, Range>>();
  /** What each session was told is merged, by session and content. */
  readonly #told = new Map<string, Range[]>();
  #hasForgotten = false;
  /** Which store has answered each session. */
  readonly #stores = new Map<bigint, string>();
  /** Who has asked each question, and whom each sink has told its ledger last. */
  readonly #askers = new Map<number, bigint | null>();
  readonly #toldLedger = new WeakMap<SimProcess, bigint>();
  /** Ranges that no worker got through, of whichever content. */
  readonly #takenApart: { readonly from: number; readonly to: number }[] = [];
  readonly contents: ContentIndex;
  /** Lines that were said to be dead, by summary and then by content and offset. */
  readonly dead = new Map<string, Set<string>>();
  /** Which of the disks held the store of the sink that last said that everything is published. */
  finishedDisk: number | null = null;
  tasks = 0;
  #acks = 0;
  #checking = 0;

  constructor(world: World) {
    this.#world = world;
    this.contents = new ContentIndex(() => world.distinctContents());
  }

  /** Different batches that were ever sent. */
  get batches(): number {
    return this.#batches.size;
  }

  /** Looks at the disk that are not finished. */
  get isChecking(): boolean {
    return this.#checking > 0;
  }

  sent(path: Path, from: SimProcess, frames: Frames): void {
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    const { isPrinting } = this.#world;
    // The checksum of no bytes behind others may be 0, for want of an address.
    const filled = isPrinting ? frames.filter(({ length }) => length > 0) : [];
    const checksum = filled.reduce((sum, frame) => crc32(frame, sum), 0);
    try {
      if (path === "tasks down") this.#note(from, decodeTask([...frames]), bytes, checksum);
      else if (path === "acks up") this.#note(from, decodeAck([...frames]), bytes, checksum);
      else if (path === "acks down") this.#note(from, decodeLedger([...frames]), bytes, checksum);
      else this.#world.trace(`${from.name} ${path} ${bytes} ${checksum.toString(16)}`);
    } catch (error) {
      this.#world.fail(error);
    }
  }

  /** After a power cut on a disk that lies, nothing that was promised can be held against it. */
  forget(): void {
    this.#acked.clear();
    this.#told.clear();
    this.#hasForgotten = true;
  }

  #note(
    from: SimProcess,
    message: TaskMessage | AckMessage | LedgerMessage,
    bytes: number,
    checksum: number,
  ): void {
    const { type } = message;
    const attempt = "attempt" in message ? `, attempt ${message.attempt},` : "";
    const about = "header" in message ? ` ${brief(message.header)}${attempt}` : "";
    this.#world.trace(`${from.name} says ${type}${about} ${bytes} ${checksum.toString(16)}`);
    this.#world.tally.add(`said ${type}`);
    if (type === "finished") this.finishedDisk = this.#world.disk;
    if (message.type === "task") this.#task(message);
    else if (message.type === "ack") this.#ack(from, message);
    else if (message.type === "ledger") this.#ledger(from, message);
    else if (message.type === "ledger_request") this.#askers.set(message.request, message.session);
    else if (message.type === "dead_letter") this.#deadLetter(message.header);
  }

  #task({ header, payload, payloadCrc32 }: Task): void {
    this.tasks += 1;
    if (!header.summaries.includes(balanceKey)) this.#world.tally.add("back-filled");
    const number = `${header.session}/${header.batch}`;
    if (!this.#batches.has(number)) this.#mustBeNew(header);
    this.#batches.set(number, header);
    const parts = this.contents
      .of(header.identity)
      .map((content) => content.bytes.subarray(header.from, header.to))
      .filter((bytes) => bytes.length === header.to - header.from);
    this.#must(parts.length > 0, `${brief(header)} is beyond its content`);
    const ofContent = parts.filter((bytes) => tailCrc32(bytes) === header.tailCrc32);
    this.#must(ofContent.length > 0, `${brief(header)} has another end`);
    this.#must(crc32(payload) === payloadCrc32, `${brief(header)}: its payload was changed`);
    if (payload.length === 0) this.#world.tally.add("said task by reference");
    else if (header.kind === "lines") {
      const isOne = ofContent.some((bytes) => bytes.equals(payload));
      this.#must(isOne, `${brief(header)} carries other bytes`);
    }
  }

  /** The pieces go out, whatever of the whole comes to light meanwhile: they will be duplicates. */
  takenApart(from: number, to: number): void {
    this.#takenApart.push({ from, to });
  }

  /** Its file was written over: it is cut anew from a copy, while another attempt may still come through. */
  lost(batch: number): void {
    for (const header of this.#batches.values()) {
      if (header.batch === batch) this.takenApart(header.from, header.to);
    }
  }

  #mustBeNew(header: BatchHeader): void {
    // What was lost is sent again, while a worker may still have its partial: it will be a duplicate.
    if (this.#hasForgotten) return;
    const { session, identity, from, to, summaries } = header;
    if (this.#takenApart.some((whole) => whole.from <= from && to <= whole.to)) return;
    const again = this.#told.get(`${session} ${identity.id}`)?.find((range) => {
      const isShared = range.summaries.some((key) => summaries.includes(key));
      return isShared && range.from < to && from < range.to;
    });
    this.#must(again === undefined, `${brief(header)} was acknowledged, and cut anew`);
  }

  #deadLetter(header: BatchHeader): void {
    const { identity, from, to, summaries } = header;
    this.#batches.set(`${header.session}/${header.batch}`, header);
    const contents = this.contents
      .of(identity)
      .filter((content) => content.linesIn(from, to) === 1 && content.isWhole(from, to));
    this.#must(contents.length > 0, `${brief(header)} is dead, and not one line`);
    for (const key of summaries) {
      const lines = this.dead.get(key) ?? new Set();
      this.dead.set(key, lines.add(`${identity.id}:${from}`));
    }
    const { deadLetterDisk } = this.#world;
    if (deadLetterDisk.hasLied) return;
    const letter = deadLettersOn(deadLetterDisk.files.crash("nothing")).get(
      `${identity.id}:${from}`,
    );
    this.#must(letter !== undefined, `${brief(header)} is dead without a durable dead letter`);
    const isOf =
      letter?.length === to - from &&
      contents.some(({ bytes }) => bytes.subarray(from, to).indexOf(letter.bytes) === 0);
    this.#must(isOf, `the dead letter of ${brief(header)} is of other bytes`);
  }

  #ack(from: SimProcess, { store, session, batches }: Ack): void {
    const told = this.#toldLedger.get(from) ?? session;
    this.#must(told === session, `session ${session} adds to the ledger that ${told} was told`);
    const before = this.#stores.get(session) ?? store;
    this.#stores.set(session, before);
    this.#must(before === store, `session ${session} was merged by two stores`);
    let acked = this.#acked.get(store);
    if (acked === undefined) this.#acked.set(store, (acked = new Map<string, Range>()));
    const ranges: Range[] = [];
    for (const { batch } of batches) {
      const header = this.#batches.get(`${session}/${batch}`);
      this.#must(header !== undefined, `batch ${batch} was acknowledged and never sent`);
      if (header === undefined) continue;
      const { identity, from, to, summaries } = header;
      const range = { id: identity.id, from, to, summaries };
      ranges.push(range);
      const about = `${session} ${identity.id}`;
      this.#told.set(about, [...(this.#told.get(about) ?? []), range]);
      acked.set(`${identity.id} ${from} ${to} ${summaries.join()}`, range);
    }
    this.#acks += 1;
    if (this.#acks % diskCheckEvery === 1) this.#checkDisk(store, ranges);
  }

  /** What a power cut would leave now must have the ranges. */
  #checkDisk(storeId: string, ranges: readonly Range[]): void {
    const world = this.#world;
    if (world.sinkDisk.hasLied) return;
    const files = world.sinkDisk.files.crash("nothing");
    this.#checking += 1;
    const check = async (): Promise<void> => {
      const store = await ReadOnlyStore.open(files, storePath);
      this.#must(store.storeId === storeId, "another store has acknowledged");
      this.#mustHold((await store.ledger()).sources, ranges, "on disk");
      await store.close();
      world.tally.add("acknowledgements checked on disk");
    };
    const done = (): void => {
      this.#checking -= 1;
    };
    world.scheduler.at(0, null, () => {
      check()
        .catch((error: unknown) => world.fail(error))
        .finally(done);
    });
  }

  #ledger(from: SimProcess, { request, store, sources, sheets, more }: Ledger): void {
    for (const source of sources) this.#checkSource(source);
    if (more || sheets === null) return;
    const asker = this.#askers.get(request) ?? null;
    if (asker !== null) this.#toldLedger.set(from, asker);
    this.#checkSheets(sources, sheets);
    this.#mustHold(sources, [...(this.#acked.get(store)?.values() ?? [])], "in the ledger");
  }

  #checkSource(source: LedgerSource): void {
    const { id } = source.identity;
    const content = this.contents.ofSource(source);
    this.#must(content !== null, `the ranges of ${id} are of no content that was written`);
    for (const [key, ranges] of Object.entries(source.merged)) {
      let end = -1;
      for (const { from, to } of ranges) {
        const name = `range ${from} to ${to} of ${id}`;
        this.#must(from > end && to > from, `${name} touches the one before`);
        end = to;
        const isWhole = content?.isWhole(from, to) === true;
        this.#must(isWhole, `${name} of ${key} does not consist of whole lines`);
      }
    }
  }

  #checkSheets(sources: readonly LedgerSource[], all: Sheets): void {
    let [lines, bytes] = [0, 0];
    for (const source of sources) {
      const content = this.contents.ofSource(source);
      for (const { from, to } of source.merged[balanceKey] ?? []) {
        lines += content?.linesIn(from, to) ?? 0;
        bytes += to - from;
      }
    }
    const sheets = Object.values(all.sources);
    const isBalanced =
      sheets.every((sheet) => unbalancedLines(sheet) === 0) &&
      Object.values(all.summaries)
        .flatMap((bySource) => Object.values(bySource))
        .every((sheet) => unbalancedParsed(sheet) === 0);
    this.#must(isBalanced, "the balance sheets do not add up");
    const counted = sheets.reduce((sum, sheet) => sum + sheet.lines, 0);
    const countedBytes = sheets.reduce((sum, sheet) => sum + sheet.bytes, 0);
    this.#must(
      counted === lines && countedBytes === bytes,
      `the sheet counts ${counted} lines of ${countedBytes} bytes where ${lines} of ${bytes} are merged`,
    );
  }

  #mustHold(ledger: readonly LedgerSource[], ranges: readonly Range[], where: string): void {
    const byId = new Map(ledger.map((source) => [source.identity.id, source]));
    for (const { id, from, to, summaries } of ranges) {
      for (const key of summaries) {
        const merged = byId.get(id)?.merged[key] ?? [];
        const isThere = merged.some((range) => range.from <= from && range.to >= to);
        this.#must(isThere, `acknowledged range ${from} to ${to} of ${id} is not ${where}`);
      }
    }
  }

  #must(isTrue: boolean, otherwise: string): void {
    if (!isTrue) this.#world.fail(new Error(`invariant: ${otherwise}`));
  }
}

function brief({ session, batch, from, to, identity }: BatchHeader): string {
  const name = `${session.toString(16).slice(0, 4)}/${batch}`;
  return `${name} [${from}, ${to}) of ${identity.id.slice(0, 6)}`;
}
