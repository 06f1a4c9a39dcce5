// A sink in one process with the test: real sockets, the real ledger, and a script that decides what
// becomes of each partial. It keeps what it has merged, so that a test can compare it with the files.

import { crc32 } from "node:zlib";
import { deadLetterKey, planFingerprint } from "../../src/shared/model/definition-key.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { connectDealer } from "../../src/shared/net/client-socket.ts";
import { bindPull, type Pull } from "../../src/shared/net/pull.ts";
import { decodeLedger, decodePartialMessage, encodeAck } from "../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type {
  AckMessage,
  BatchHeader,
  LedgerMessage,
  NackReason,
} from "../../src/shared/protocol/messages.ts";
import type { SourceHint } from "../../src/shared/model/content.ts";
import { Ledger } from "../../src/sink/store/embedded/ledger/ledger.ts";
import { rangeOf } from "../../src/sink/store/embedded/ledger/range-set.ts";

/** What outlives a sink. */
const sheets = { sources: {}, summaries: {} };

export class ScriptedStore {
  readonly id: string;
  ledger = new Ledger();
  /** Bytes merged, by summary key, content and offset. */
  readonly merged = new Map<string, Map<string, Map<number, Buffer>>>();
  readonly headers: BatchHeader[] = [];
  readonly hints: SourceHint[] = [];
  /** Lines that were dead-lettered, which are in `merged` as nothing. */
  readonly buried: BatchHeader[] = [];

  constructor(id = "5".repeat(32)) {
    this.id = id;
  }

  /** What was merged for a summary, one text for each content. */
  contents(key: string): string[] {
    return [...(this.merged.get(key)?.values() ?? [])]
      .map((pieces) => [...pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes))
      .map((pieces) => Buffer.concat(pieces).toString());
  }

  /** Keeps the bytes and enters them into the ledger. */
  merge(header: BatchHeader, bytes: Buffer): void {
    const { source, identity, hint, summaries, from, to, crc32, tailCrc32 } = header;
    const range = rangeOf(from, to, crc32, tailCrc32);
    this.ledger.add({ source, identity, hint, range, summaries });
    this.headers.push(header);
    for (const key of summaries) {
      const ofKey = this.merged.get(key) ?? new Map<string, Map<number, Buffer>>();
      const ofContent = ofKey.get(identity.id) ?? new Map<number, Buffer>();
      this.merged.set(key, ofKey.set(identity.id, ofContent.set(from, bytes)));
    }
  }
}

/** What to do with a partial that is new. `forget` merges it and loses the acknowledgement. */
export type Fate = "ack" | "ignore" | "forget" | NackReason;

export interface ScriptedSinkOptions {
  readonly acks: string;
  readonly results: string;
  readonly plan: Plan;
  readonly store: ScriptedStore;
  readonly fate?: (header: BatchHeader) => Fate;
  /** Partials that it merges between looking into its ledger and answering with it. */
  readonly ledgerLag?: number;
  /** Does not hear that lines were dead-lettered. */
  readonly isDeafToDeadLetters?: boolean;
}

let incarnations = 0n;

export class ScriptedSink {
  readonly sessions: bigint[] = [];
  duplicates = 0;
  ledgersAsked = 0;
  finishes = 0;
  /** Partials whose payload was not what its header says. */
  damaged = 0;
  readonly #options: ScriptedSinkOptions;
  readonly #incarnation = ++incarnations;
  readonly #dealer;
  readonly #results: Pull;
  readonly #beats: NodeJS.Timeout;
  #owed: { readonly after: number; readonly parts: readonly AckMessage[] } | null = null;

  private constructor(options: ScriptedSinkOptions, results: Pull) {
    this.#options = options;
    this.#results = results;
    this.#dealer = connectDealer(options.acks, { onConnect: () => this.hello() });
    this.#beats = setInterval(() => this.send({ type: "sink_beat" }), 200);
    void this.#listen();
    void this.#take();
  }

  static async start(options: ScriptedSinkOptions): Promise<ScriptedSink> {
    return new ScriptedSink(options, await bindPull(options.results));
  }

  send(message: AckMessage): void {
    this.#dealer.offer(encodeAck(message));
  }

  hello(): void {
    const { store, plan } = this.#options;
    const incarnation = this.#incarnation;
    const fingerprint = planFingerprint(plan);
    const about = { store: store.id, incarnation, plan: fingerprint };
    this.send({ type: "sink_hello", version: protocolVersion, ...about });
  }

  /** Stops beating and answering, as a stopped process does; sockets stay open. */
  freeze(): void {
    clearInterval(this.#beats);
  }

  async close(): Promise<void> {
    clearInterval(this.#beats);
    await Promise.all([this.#dealer.close(100), this.#results.close()]);
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#dealer) this.#answer(decodeLedger(frames));
  }

  #answer(message: LedgerMessage): void {
    const { store } = this.#options;
    if (message.type === "ventilator_hello") this.sessions.push(message.session);
    else if (message.type === "hint") {
      store.hints.push(message.hint);
      store.ledger.hint(message.identity.id, message.hint);
    } else if (message.type === "who") this.hello();
    else if (message.type === "dead_letter") this.#bury(message.header);
    else if (message.type === "finish") {
      this.finishes += 1;
      const outputs = { count: 1, first: ["out/x.csv"] };
      this.send({ type: "finished", request: message.request, sheets, examples: [], outputs });
    } else if (message.type === "ledger_request") {
      this.ledgersAsked += 1;
      const lag = store.headers.length === 0 ? 0 : (this.#options.ledgerLag ?? 0);
      this.#owed = { after: store.headers.length + lag, parts: this.#ledgerParts(message.request) };
      this.#payLedger();
    }
  }

  /** Always in several parts: one for each source, and an empty last one. */
  #ledgerParts(request: number): AckMessage[] {
    const { store } = this.#options;
    const part = {
      type: "ledger",
      request,
      store: store.id,
      incarnation: this.#incarnation,
    } as const;
    const sources = store.ledger.sources();
    return [
      ...sources.map((source, index) => ({
        ...part,
        part: index,
        more: true,
        sources: [source],
        sheets: null,
      })),
      { ...part, part: sources.length, more: false, sources: [], sheets },
    ];
  }

  #payLedger(): void {
    if (this.#owed === null || this.#options.store.headers.length < this.#owed.after) return;
    for (const part of this.#owed.parts) this.send(part);
    this.#owed = null;
  }

  #bury(header: BatchHeader): void {
    const { store, isDeafToDeadLetters = false } = this.#options;
    if (isDeafToDeadLetters) return;
    const { session, batch, identity, summaries, from, to } = header;
    const verdict = store.ledger.verdict(identity.id, summaries, from, to);
    if (verdict === "new") {
      store.merge({ ...header, summaries: [...summaries, deadLetterKey] }, Buffer.alloc(0));
      store.buried.push(header);
    }
    const acked = { batch, duplicate: verdict !== "new", lines: 1 };
    this.send({ type: "ack", store: store.id, session, batches: [acked] });
  }

  async #take(): Promise<void> {
    for await (const frames of this.#results) {
      const { header, partial } = decodePartialMessage(frames);
      this.#decide(header, Buffer.from(partial));
    }
  }

  #decide(header: BatchHeader, bytes: Buffer): void {
    const { store, fate = () => "ack" } = this.#options;
    const { session, batch, identity, summaries, from, to } = header;
    if (this.sessions.at(-1) !== session) return;
    const verdict = store.ledger.verdict(identity.id, summaries, from, to);
    if (verdict === "overlap") {
      this.send({ type: "nack", store: store.id, session, batch, reason: "overlap" });
      return;
    }
    if (verdict === "duplicate") this.duplicates += 1;
    const decided = verdict === "duplicate" ? "ack" : fate(header);
    if (decided === "ignore") return;
    if (decided !== "ack" && decided !== "forget") {
      this.send({ type: "nack", store: store.id, session, batch, reason: decided });
      return;
    }
    if (verdict === "new") store.merge(header, bytes);
    if (header.kind === "lines" && crc32(bytes) !== header.crc32) this.damaged += 1;
    if (decided === "forget") return;
    const acked = { batch, duplicate: verdict === "duplicate", lines: linesOf(bytes) };
    this.send({ type: "ack", store: store.id, session, batches: [acked] });
    this.#payLedger();
  }
}

function linesOf(bytes: Buffer): number {
  const text = bytes.toString("latin1");
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
