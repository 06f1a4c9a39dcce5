// The conversation with the sink: who it is, whether it is there, and the questions that are open.
//
//   nobody ──sink_hello──► greeted ──ledger parts──► current ──finish──► finished
//                 ▲           │                         │
//                 └── a new incarnation says hello ─────┘
//
// A sink that greets is answered, and when it is a new incarnation its ledger is asked for. A sink
// of another store is refused while the present one is alive (somebody has started a second sink,
// or one on the wrong folder); when the present one has fallen silent it is taken, and everything
// begins anew. The sink's peer id changes with every reconnect, so whoever proves to be it, by its
// store, becomes the peer. An unknown peer that says nothing useful is asked who it is, at most once a
// second: it answers with its hello.
//
// Invariant: a session is told only to a peer that has named the one store for which the session cuts.
// Another sink would merge what is under way of the session: batches cut, and contents named, by what
// the other store holds, so that lines of its own could count twice.
//
// Open questions are asked again when the peer changes, when a silent sink is heard again, and after
// `retryMs` without an answer: a single message is lost when it was damaged on its way. For the same
// reason the hello of a session is said again until the sink has answered for a batch of it: a sink
// that missed it would drop every partial of the session, and nobody would learn why.

import type { AckMessage, LedgerMessage, LedgerPart } from "../../../shared/protocol/messages.ts";
import { protocolVersion } from "../../../shared/protocol/messages.ts";
import type { OutputPaths } from "../../../shared/model/output-paths.ts";
import type { RejectExample, Sheets, UncountedFile } from "../../../shared/model/sheet.ts";
import type { Session } from "../../batch/session.ts";
import { LedgerAnswer, type WholeLedger } from "./ledger-answer.ts";

export interface SinkLinkOptions {
  readonly ventilator: string;
  readonly plan: string;
  readonly lostAfterMs: number;
  readonly beatEveryMs: number;
  /** An unanswered question is asked again after this time. */
  readonly retryMs: number;
  /** Drawn: what the sink still answers to a ventilator before this one is no answer to it. */
  readonly firstRequest: number;
}

export type SinkEvent =
  | { readonly type: "message"; readonly peer: string; readonly message: AckMessage }
  | { readonly type: "unreachable"; readonly peer: string }
  /** The ventilator begins anew; nothing of the old session is valid. */
  | { readonly type: "session"; readonly session: Session }
  | { readonly type: "want_ledger" | "want_finish" | "tick" };

type Hello = Extract<AckMessage, { type: "sink_hello" }>;

export type SinkAction =
  | { readonly type: "send"; readonly peer: string; readonly message: LedgerMessage }
  /** `isNewStore`: what was acknowledged before was acknowledged by another store. */
  | { readonly type: "greeted"; readonly store: string; readonly isNewStore: boolean }
  | { readonly type: "silent" | "heard" | "busy" }
  /** The ledger is being asked for now: what is acknowledged from here on may not be in it. */
  | { readonly type: "ledger_asked" }
  | ({ readonly type: "ledger" } & WholeLedger)
  | { readonly type: "answer"; readonly message: Extract<AckMessage, { type: "ack" | "nack" }> }
  | {
      readonly type: "finished";
      readonly sheets: Sheets;
      readonly examples: readonly RejectExample[];
      readonly outputs: OutputPaths;
      readonly uncounted: readonly UncountedFile[];
    }
  | { readonly type: "refused"; readonly store: string; readonly current: string }
  | { readonly type: "stop"; readonly code: "plan_mismatch" | "protocol_version" };

interface Sink {
  readonly store: string;
  readonly incarnation: bigint;
}

/** Peers that are remembered without being the sink, at most. */
const strangersMax = 256;

export class SinkLink {
  readonly #options: SinkLinkOptions;
  #session: Session;
  #sink: Sink | null = null;
  #peer: string | null = null;
  #heardMs = 0;
  #isSilent = true;
  /** The sink has answered for a batch of this session. */
  #isSessionKnown = false;
  #beatenMs = -Infinity;
  #requests: number;
  #ledger: { request: number; askedMs: number; answer: LedgerAnswer } | null = null;
  #finish: { request: number; askedMs: number } | null = null;
  /** When each peer was greeted last, and when each stranger was asked. */
  readonly #greetedMs = new Map<string, number>();
  readonly #askedMs = new Map<string, number>();

  constructor(session: Session, options: SinkLinkOptions) {
    this.#session = session;
    this.#options = options;
    this.#requests = options.firstRequest;
  }

  /** Where the sink is, if it is there. */
  get peer(): string | null {
    return this.#isSilent ? null : this.#peer;
  }

  get isLedgerOpen(): boolean {
    return this.#ledger !== null;
  }

  /** @param nowMs monotonic milliseconds. */
  on(event: SinkEvent, nowMs: number): SinkAction[] {
    switch (event.type) {
      case "message":
        return this.#message(event.peer, event.message, nowMs);
      case "unreachable":
        if (event.peer === this.#peer) this.#peer = null;
        this.#greetedMs.delete(event.peer);
        this.#askedMs.delete(event.peer);
        return [];
      case "session":
        this.#session = event.session;
        this.#isSessionKnown = false;
        this.#finish = null;
        this.#greetedMs.clear();
        return [
          ...(this.#peer === null ? [] : this.#greet(this.#peer, nowMs)),
          ...this.#askLedger(nowMs),
        ];
      case "want_ledger":
        return this.#askLedger(nowMs);
      case "want_finish":
        this.#requests += 1;
        this.#finish = { request: this.#requests, askedMs: nowMs };
        return this.#sendFinish(nowMs);
      case "tick":
        return this.#tick(nowMs);
    }
  }

  #message(peer: string, message: AckMessage, nowMs: number): SinkAction[] {
    if (message.type === "sink_hello") return this.#hello(peer, message, nowMs);
    if (message.type === "ack" || message.type === "nack" || message.type === "ledger") {
      const isSink = this.#sink !== null && message.store === this.#sink.store;
      const adopted = isSink ? this.#adopt(peer, nowMs) : [];
      if (message.type === "ledger") {
        // The hello of a sink that is no more came after that of its successor.
        const isOther = isSink && message.incarnation !== this.#sink?.incarnation;
        return [...adopted, ...(isOther ? this.#ask(peer, nowMs) : this.#part(message, nowMs))];
      }
      if (message.session === this.#session.id) this.#isSessionKnown = true;
      return [...adopted, { type: "answer", message }];
    }
    if (peer !== this.#peer) return this.#ask(peer, nowMs);
    const heard = this.#adopt(peer, nowMs);
    if (message.type === "sink_beat") {
      return message.busy === true ? [...heard, { type: "busy" }] : heard;
    }
    if (message.request !== this.#finish?.request) return heard;
    this.#finish = null;
    const { sheets, examples, outputs, uncounted = [] } = message;
    return [...heard, { type: "finished", sheets, examples, outputs, uncounted }];
  }

  #hello(peer: string, hello: Hello, nowMs: number): SinkAction[] {
    if (hello.version !== protocolVersion) return [{ type: "stop", code: "protocol_version" }];
    if (hello.plan !== this.#options.plan) return [{ type: "stop", code: "plan_mismatch" }];
    const before = this.#sink;
    const isOtherStore = before !== null && before.store !== hello.store;
    if (isOtherStore && this.peer !== null) {
      return [{ type: "refused", store: hello.store, current: before.store }];
    }
    if (isOtherStore) this.#finish = null;
    // Another store is greeted, and asked, by the session that begins now: by the old one it would take
    // partials of batches that were cut for what the other store had.
    const greeting = isOtherStore ? [] : this.#greet(peer, nowMs);
    if (before?.store === hello.store && before.incarnation === hello.incarnation) {
      return [...greeting, ...this.#adopt(peer, nowMs)];
    }
    this.#sink = { store: hello.store, incarnation: hello.incarnation };
    this.#ledger = null;
    return [
      ...greeting,
      { type: "greeted", store: hello.store, isNewStore: isOtherStore },
      ...this.#adopt(peer, nowMs),
      ...(isOtherStore ? [] : this.#askLedger(nowMs)),
    ];
  }

  /** The sink speaks from `peer`. */
  #adopt(peer: string, nowMs: number): SinkAction[] {
    const isBack = this.#isSilent || peer !== this.#peer;
    const actions: SinkAction[] = this.#isSilent ? [{ type: "heard" }] : [];
    this.#peer = peer;
    this.#heardMs = nowMs;
    this.#isSilent = false;
    if (!isBack) return actions;
    if (this.#ledger !== null) actions.push(...this.#askLedger(nowMs));
    return [...actions, ...this.#sendFinish(nowMs)];
  }

  #part(part: LedgerPart, nowMs: number): SinkAction[] {
    const open = this.#ledger;
    if (open?.request !== part.request || part.incarnation !== this.#sink?.incarnation) return [];
    const ledger = open.answer.add(part);
    if (ledger === "ignored") return [];
    open.askedMs = nowMs;
    if (ledger === "taken") return [];
    this.#ledger = null;
    return [{ type: "ledger", ...ledger }];
  }

  #askLedger(nowMs: number): SinkAction[] {
    this.#requests += 1;
    this.#ledger = { request: this.#requests, askedMs: nowMs, answer: new LedgerAnswer() };
    const asked: SinkAction = { type: "ledger_asked" };
    if (this.#peer === null) return [asked];
    const [request, session] = [this.#requests, this.#session.id];
    const message = { type: "ledger_request", request, session } as const;
    return [asked, { type: "send", peer: this.#peer, message }];
  }

  #sendFinish(nowMs: number): SinkAction[] {
    if (this.#finish === null || this.#peer === null) return [];
    this.#finish.askedMs = nowMs;
    const { request } = this.#finish;
    return [{ type: "send", peer: this.#peer, message: { type: "finish", request } }];
  }

  /** Says hello, unless that peer has been told within the last beat. */
  #greet(peer: string, nowMs: number): SinkAction[] {
    if (!this.#isDue(this.#greetedMs, peer, nowMs)) return [];
    const { ventilator, plan } = this.#options;
    const hello = {
      type: "ventilator_hello",
      version: protocolVersion,
      session: this.#session.id,
      ventilator,
      plan,
      tagKey: this.#session.tagKey,
    } as const;
    return [{ type: "send", peer, message: hello }];
  }

  /** Asks a stranger for its hello, unless it was asked within the last beat. */
  #ask(peer: string, nowMs: number): SinkAction[] {
    if (!this.#isDue(this.#askedMs, peer, nowMs)) return [];
    return [{ type: "send", peer, message: { type: "who" } }];
  }

  #isDue(lastMs: Map<string, number>, peer: string, nowMs: number): boolean {
    if (nowMs - (lastMs.get(peer) ?? -Infinity) < this.#options.beatEveryMs) return false;
    if (lastMs.size >= strangersMax) lastMs.clear();
    lastMs.set(peer, nowMs);
    return true;
  }

  #tick(nowMs: number): SinkAction[] {
    const actions: SinkAction[] = [];
    if (!this.#isSilent && nowMs - this.#heardMs > this.#options.lostAfterMs) {
      this.#isSilent = true;
      actions.push({ type: "silent" });
    }
    if (this.#peer === null) return actions;
    const isLate = (question: { readonly askedMs: number } | null): boolean =>
      question !== null && !this.#isSilent && nowMs - question.askedMs > this.#options.retryMs;
    const askedMs = this.#greetedMs.get(this.#peer) ?? nowMs;
    if (!this.#isSessionKnown && isLate({ askedMs })) {
      actions.push(...this.#greet(this.#peer, nowMs));
    }
    if (isLate(this.#ledger)) actions.push(...this.#askLedger(nowMs));
    if (isLate(this.#finish)) actions.push(...this.#sendFinish(nowMs));
    if (nowMs - this.#beatenMs >= this.#options.beatEveryMs) {
      this.#beatenMs = nowMs;
      actions.push({ type: "send", peer: this.#peer, message: { type: "ventilator_beat" } });
    }
    return actions;
  }
}
