// A ventilator that does what a test says and nothing else: both of its sockets, with the messages
// decoded. Who waits for a message of some type gets no beats and no repeated greetings.

import { planFingerprint } from "../../src/shared/model/definition-key.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import type { Router, SendResult } from "../../src/shared/net/router.ts";
import {
  decodeAck,
  decodeWorker,
  encodeLedger,
  encodeTask,
} from "../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type {
  AckMessage,
  LedgerMessage,
  TaskMessage,
  WorkerMessage,
} from "../../src/shared/protocol/messages.ts";
import { expect } from "vitest";
import { closing, ipcEndpoint, next } from "./net-fixture.ts";

/** One socket of the ventilator, speaking to whoever spoke last. */
class ScriptedSocket<In extends { readonly type: string }, Out> {
  readonly router: Router;
  readonly #incoming: AsyncIterator<
    { readonly peer: Buffer; readonly frames: Buffer[] },
    undefined
  >;
  readonly #decode: (frames: readonly Uint8Array[]) => In;
  readonly #encode: (message: Out) => Uint8Array[];
  readonly #role: "worker" | "sink";
  #peer: Buffer = Buffer.alloc(0);
  beats = 0;

  constructor(
    router: Router,
    role: "worker" | "sink",
    decode: (frames: readonly Uint8Array[]) => In,
    encode: (message: Out) => Uint8Array[],
  ) {
    this.router = router;
    this.#incoming = router[Symbol.asyncIterator]();
    this.#role = role;
    this.#decode = decode;
    this.#encode = encode;
  }

  /** The next message of any type. */
  async receiveAny(): Promise<In> {
    const { peer, frames } = await next(this.#incoming);
    this.#peer = peer;
    const message = this.#decode(frames);
    if (message.type === `${this.#role}_beat`) this.beats += 1;
    return message;
  }

  /** The next message that is not merely a sign of life; fails when it is of another type. */
  async receive<T extends In["type"]>(type: T): Promise<Extract<In, { readonly type: T }>> {
    for (;;) {
      const message = await this.receiveAny();
      const isSignOfLife = [`${this.#role}_beat`, `${this.#role}_hello`].includes(message.type);
      if (isSignOfLife && message.type !== type) continue;
      expect(message).toMatchObject({ type });
      return message as Extract<In, { readonly type: T }>;
    }
  }

  send(message: Out): Promise<SendResult> {
    return this.sayFrames(this.#encode(message));
  }

  /** Says something that need not be a message. */
  sayFrames(frames: readonly Uint8Array[]): Promise<SendResult> {
    return this.router.send(this.#peer, frames);
  }
}

export type TaskSocket = ScriptedSocket<WorkerMessage, TaskMessage>;
export type AckSocket = ScriptedSocket<AckMessage, LedgerMessage>;

export async function scriptedTasks(endpoint = ipcEndpoint("tasks")): Promise<TaskSocket> {
  const router = closing(await bindRouter(endpoint));
  return new ScriptedSocket(router, "worker", decodeWorker, encodeTask);
}

export async function scriptedAcks(endpoint = ipcEndpoint("acks")): Promise<AckSocket> {
  const router = closing(await bindRouter(endpoint));
  return new ScriptedSocket(router, "sink", decodeAck, encodeLedger);
}

/** The message that gives a worker its plan. */
export function planMessage(plan: Plan, session: bigint, results: string): TaskMessage {
  const timeouts = { batchTimeoutMs: 30_000, drainTimeoutMs: 20_000 };
  const fingerprint = planFingerprint(plan);
  return {
    type: "plan",
    version: protocolVersion,
    session,
    fingerprint,
    plan,
    results,
    ...timeouts,
  };
}
