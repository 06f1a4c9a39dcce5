// Keeps what is to be sent in step with what is merged. It scans for files, and settles who they
// are and what of them is missing against a ledger of the sink; the reader works off the result.
//
// A ledger is a picture of a moment. What is acknowledged after it was asked for may not be in it,
// so acknowledged ranges are noted from the question on until the answer has been used; and what is
// in flight at that time is never planned again.

import { LogmillError } from "../../shared/base/errors.ts";
import type { BatchHeader, LedgerSource } from "../../shared/protocol/messages.ts";
import type { LostLines } from "../../shared/process/role-report.ts";
import { Acknowledged, type Lost } from "../ledger/core/acknowledged.ts";
import { lostLines, type Wanted } from "../ledger/core/lost-content.ts";
import { heldSpans, LedgerView, mergedOf, withFlight } from "../ledger/core/ledger-view.ts";
import type { HeldSpans } from "../ledger/core/work-list.ts";
import { Notifier } from "../notifier.ts";
import type { Catalog } from "../source/file/catalog.ts";
import type { LedgerSnapshot } from "../source/file/content-owners.ts";

export interface PlanningOptions {
  readonly isOnce: boolean;
  readonly rescanMs: number;
  /** Asks the sink for its ledger, anew if a question is open. */
  readonly askLedger: () => void;
  readonly inFlight: () => Iterable<BatchHeader>;
  /** There may be work now, or none any more. */
  readonly onChange: () => void;
  /** The store has less than it acknowledged. */
  readonly onLost: (lost: readonly Lost[]) => void;
  /** The first that is heard of lines that a summary lacks for good. */
  readonly onLostLines: (lost: LostLines) => void;
  /** Summaries by the source that they read. */
  readonly wanted: Wanted;
}

/** Times that one content may be planned anew in a row without a batch of it getting through. */
const roundsMax = 16;

class Snapshot implements LedgerSnapshot {
  readonly view: LedgerView;
  readonly released: readonly BatchHeader[];
  isVoid = false;
  readonly #inFlight: () => Iterable<BatchHeader>;

  constructor(
    sources: readonly LedgerSource[],
    released: readonly BatchHeader[],
    inFlight: () => Iterable<BatchHeader>,
  ) {
    this.view = new LedgerView(sources);
    this.released = released;
    this.#inFlight = inFlight;
  }

  known(): LedgerView {
    return new LedgerView(withFlight(this.view.sources(), this.#onTheirWay()));
  }

  held(id: string): HeldSpans {
    return heldSpans(
      mergedOf(this.view.find(id)),
      this.#onTheirWay().filter(({ identity }) => identity.id === id),
    );
  }

  #onTheirWay(): BatchHeader[] {
    return [...this.released, ...this.#inFlight()];
  }
}

export class Planning {
  readonly #catalog: Catalog;
  readonly #options: PlanningOptions;
  readonly #notifier = new Notifier();
  /** Acknowledged since a ledger was asked for that has not been used yet. */
  #released: BatchHeader[] | null = null;
  /** Arrived and not used yet, and what is being planned by. */
  #snapshot: Snapshot | null = null;
  #inUse: Snapshot | null = null;
  #isReplanDue = false;
  #isBusy = true;
  #isStopped = false;
  /** Contents that were refused as overlapping since the last plan, and how often in a row. */
  readonly #overlapped = new Set<string>();
  readonly #rounds = new Map<string, number>();
  readonly #acknowledged = new Acknowledged();
  #lostLines: readonly LostLines[] = [];
  readonly #saidToBeLost = new Set<string>();

  constructor(catalog: Catalog, options: PlanningOptions) {
    this.#catalog = catalog;
    this.#options = options;
  }

  /** Nothing is left to be found out. */
  get isSettled(): boolean {
    return !this.#isBusy && !this.#isReplanDue;
  }

  /** Lines that summaries lack for good, as of the last plan. */
  get lostLines(): readonly LostLines[] {
    return this.#lostLines;
  }

  ledgerAsked(): void {
    this.#released = [];
    this.#acknowledged.ledgerAsked();
  }

  /** The ledger that was asked for last. */
  ledgerArrived(sources: readonly LedgerSource[]): LedgerView {
    this.#snapshot = new Snapshot(sources, this.#released ?? [], this.#options.inFlight);
    this.#isReplanDue = true;
    this.#notifier.notify();
    const lost = this.#acknowledged.heldAgainst(this.#snapshot.view);
    if (lost.length > 0) this.#options.onLost(lost);
    return this.#snapshot.view;
  }

  /** The batch is merged. */
  released(header: BatchHeader): void {
    this.#released?.push(header);
    this.#catalog.merged(header.identity.id);
    this.#acknowledged.add(header);
    this.#rounds.delete(header.identity.id);
  }

  /** The batch was not merged, since it overlaps what is. */
  overlapped({ identity }: BatchHeader): void {
    this.#overlapped.add(identity.id);
    this.abandoned();
  }

  /** A batch left the flight without being merged: another file may hold what it stood for. */
  abandoned(): void {
    this.#isReplanDue = true;
    this.#snapshot = null;
    this.#options.askLedger();
  }

  /** Another store: nothing that was found out is valid. */
  beginAnew(): void {
    if (this.#inUse !== null) this.#inUse.isVoid = true;
    this.#snapshot = null;
    this.#overlapped.clear();
    this.#rounds.clear();
    this.#acknowledged.clear();
    this.#catalog.forgetAll();
    this.#isReplanDue = true;
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#inUse !== null) this.#inUse.isVoid = true;
    this.#notifier.notify();
  }

  /** Scans and plans until stopped. */
  async run(): Promise<void> {
    await this.#catalog.scan();
    let scannedMs = performance.now();
    while (!this.#isStopped) {
      this.#options.onChange();
      if (this.#isReplanDue || this.#catalog.hasNew) {
        this.#isBusy = true;
        await this.#plan();
        continue;
      }
      this.#isBusy = false;
      this.#options.onChange();
      if (this.#options.isOnce) {
        await this.#notifier.wait();
        continue;
      }
      const leftMs = scannedMs + this.#options.rescanMs - performance.now();
      if (leftMs > 0) await this.#notifier.wait(leftMs);
      else {
        await this.#catalog.scan();
        scannedMs = performance.now();
      }
    }
  }

  async #plan(): Promise<void> {
    const snapshot = this.#snapshot;
    if (snapshot === null) {
      if (this.#released === null) this.#options.askLedger();
      await this.#notifier.wait();
      return;
    }
    this.#snapshot = null;
    this.#isReplanDue = false;
    this.#countRounds();
    this.#inUse = snapshot;
    this.#catalog.replan(snapshot);
    this.#options.onChange();
    await this.#catalog.settle(snapshot);
    this.#inUse = null;
    if (this.#released === snapshot.released) this.#released = null;
    if (!snapshot.isVoid && !this.#catalog.hasNew) this.#lookForLostLines(snapshot);
  }

  #lookForLostLines(snapshot: Snapshot): void {
    const here = this.#catalog.contents();
    for (const { identity } of this.#options.inFlight()) here.add(identity.id);
    const lost = lostLines(snapshot.view.sources(), this.#options.wanted, (id) => here.has(id));
    this.#lostLines = lost;
    for (const each of lost) {
      const about = `${each.summary}\0${each.source}`;
      if (this.#saidToBeLost.has(about)) continue;
      this.#saidToBeLost.add(about);
      this.#options.onLostLines(each);
    }
  }

  #countRounds(): void {
    for (const id of this.#overlapped) {
      const rounds = (this.#rounds.get(id) ?? 0) + 1;
      this.#rounds.set(id, rounds);
      if (rounds <= roundsMax) continue;
      throw new LogmillError(
        "batch_failed",
        `the sink refused batches of the content ${id} as overlapping ${rounds} times in a row; ` +
          "does another ventilator send the same files?",
        { fields: { source: id, rounds } },
      );
    }
    this.#overlapped.clear();
  }
}
