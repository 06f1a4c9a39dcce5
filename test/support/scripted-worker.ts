// A worker in one process with the test: real sockets, and a script that decides what it does with
// each batch. Its partial is the payload itself, so that a sink can tell what has come through.

import { crc32 } from "node:zlib";
import { connectDealer, connectPush, type Push } from "../../src/shared/net/client-socket.ts";
import { decodeTask, encodePartialMessage, encodeWorker } from "../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type { TaskMessage, WorkerMessage } from "../../src/shared/protocol/messages.ts";

import { RangeReader, RangeUnreadable } from "../../src/worker/range-reader.ts";

export type Task = Extract<TaskMessage, { readonly type: "task" }>;

/**
 * `hang` keeps the batch and says nothing of it; `die` closes everything at once, as a kill does;
 * `lose` reports a partial that never leaves, as a kill right after the report does.
 */
export type Doing = "done" | "hang" | "die" | "fail" | "lose";

export interface ScriptedWorkerOptions {
  readonly tasks: string;
  readonly doing?: (task: Task) => Doing;
  readonly pool?: string;
}

let workers = 0;

export class ScriptedWorker {
  readonly name: string;
  readonly taken: Task[] = [];
  plans = 0;
  drains = 0;
  /** Batches that came by reference, and what was wrong with those that could not be read. */
  references = 0;
  readonly unreadable: string[] = [];
  readonly #ranges = new RangeReader();
  isClosed = false;
  readonly #doing: (task: Task) => Doing;
  readonly #pool: string | undefined;
  readonly #dealer;
  #push: Push | null = null;
  #beats: NodeJS.Timeout;

  constructor({ tasks, doing = () => "done", pool }: ScriptedWorkerOptions) {
    workers += 1;
    this.name = `worker-${workers}`;
    this.#doing = doing;
    this.#pool = pool;
    this.#dealer = connectDealer(tasks, { onConnect: () => this.#hello() });
    this.#beats = this.#startBeats();
    void this.#listen();
  }

  send(message: WorkerMessage): void {
    this.#dealer.offer(encodeWorker(message));
  }

  /** Stops saying anything, as a stopped process does; sockets stay open. */
  freeze(): void {
    clearInterval(this.#beats);
  }

  thaw(): void {
    this.#beats = this.#startBeats();
  }

  /** Works off a batch that was hung on to. */
  async finish(task: Task): Promise<void> {
    const { header, sealed, attempt, payload, payloadCrc32 } = task;
    if (crc32(payload) !== payloadCrc32) throw new Error("the payload is damaged");
    const partial = Buffer.from(payload);
    const batch = { header, sealed, attempt };
    const message = { ...batch, worker: this.name, crc32: crc32(partial), partial };
    await this.#push?.send(encodePartialMessage({ type: "partial", ...message }));
    this.send({ type: "batch_done", session: header.session, batch: header.batch });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.#beats);
    await Promise.all([this.#dealer.close(), this.#push?.close(), this.#ranges.close()]);
  }

  #hello(): void {
    const { name: worker } = this;
    const facts = {
      version: protocolVersion,
      worker,
      host: "here",
      pid: 1,
      credit: 2,
      release: null,
    };
    const pool = this.#pool === undefined ? {} : { pool: this.#pool };
    this.send({ type: "worker_hello", ...facts, ...pool });
  }

  #startBeats(): NodeJS.Timeout {
    return setInterval(() => this.send({ type: "worker_beat", worker: this.name }), 200);
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#dealer) {
      const message = decodeTask(frames);
      if (this.isClosed) return;
      if (message.type === "plan") {
        this.plans += 1;
        this.#push ??= connectPush(message.results);
      } else if (message.type === "who") this.#hello();
      else if (message.type === "drain") this.drains += 1;
      else if (message.type === "task") await this.#take(message);
    }
  }

  /** A batch by reference is read, and from then on as if it had come with its bytes. */
  async #take(sent: Task): Promise<void> {
    let task = sent;
    const { header } = sent;
    if (header.checksums === "measured") {
      this.references += 1;
      try {
        const range = await this.#ranges.read(header);
        const payload = Buffer.from(range.bytes);
        task = {
          ...sent,
          header: { ...header, crc32: range.crc32 },
          payload,
          payloadCrc32: range.crc32,
        };
      } catch (error) {
        if (!(error instanceof RangeUnreadable)) throw error;
        const { session, batch } = header;
        this.unreadable.push(error.message);
        this.send({
          type: "batch_failed",
          session,
          batch,
          reason: "source",
          detail: error.message,
        });
        return;
      }
    }
    this.taken.push(task);
    await this.#do(task);
  }

  async #do(task: Task): Promise<void> {
    const doing = this.#doing(task);
    const { session, batch } = task.header;
    if (doing === "done") await this.finish(task);
    else if (doing === "die") void this.close();
    else if (doing === "lose") this.send({ type: "batch_done", session, batch });
    else if (doing === "fail") {
      this.send({ type: "batch_failed", session, batch, reason: "error", detail: "poison" });
    }
  }
}
