// A socket of zeromq.js takes one `send` at a time and rejects a second one with EBUSY. So each
// socket has one writer, and this queue is it: frames go out in the order in which they were given.
// Who must not lose a message awaits `send`, which is the back-pressure: what waits there is bounded
// by those who wait. Who would rather lose a message than wait (beats, acknowledgements that will
// be repeated) uses `offer`, which takes nothing more once the queue has reached its bounds.

export interface SendQueueBounds {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

interface Entry {
  readonly frames: readonly Uint8Array[];
  readonly bytes: number;
  readonly settle: (sent: boolean) => void;
  readonly fail: (error: unknown) => void;
}

const ignore = (): void => undefined;

/** Bytes of a message, all frames together. */
function messageBytes(frames: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.length;
  return bytes;
}

export class SendQueue {
  readonly #write: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly #bounds: SendQueueBounds;
  #entries: Entry[] = [];
  #bytes = 0;
  #writing = false;
  #closed = false;

  /** @param write hands one message to the socket; called again only after its promise settled. */
  constructor(write: (frames: readonly Uint8Array[]) => Promise<void>, bounds: SendQueueBounds) {
    this.#write = write;
    this.#bounds = bounds;
  }

  /** Messages that the socket has not taken yet. */
  get depth(): number {
    return this.#entries.length;
  }

  /** True once the socket has the message, false if the queue was closed before. Await it. */
  send(frames: readonly Uint8Array[]): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((settle, fail) => this.#push({ frames, settle, fail }));
  }

  /** Queues the message, or returns false and forgets it when the queue is full or closed. */
  offer(frames: readonly Uint8Array[]): boolean {
    if (this.#closed || !this.#hasRoom(messageBytes(frames))) return false;
    this.#push({ frames, settle: ignore, fail: ignore });
    return true;
  }

  /** Messages that still wait are forgotten; their `send`s return false. */
  close(): void {
    this.#closed = true;
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    for (const entry of entries) entry.settle(false);
  }

  #hasRoom(bytes: number): boolean {
    if (this.#entries.length === 0) return true;
    const { messagesMax, bytesMax } = this.#bounds;
    return this.#entries.length < messagesMax && this.#bytes + bytes <= bytesMax;
  }

  #push(entry: Omit<Entry, "bytes">): void {
    const bytes = messageBytes(entry.frames);
    this.#entries.push({ ...entry, bytes });
    this.#bytes += bytes;
    if (!this.#writing) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    for (;;) {
      const entry = this.#entries[0];
      if (entry === undefined) break;
      try {
        await this.#write(entry.frames);
        entry.settle(true);
      } catch (error) {
        // Closing a socket rejects what it was about to send: expected, and not sent.
        if (this.#closed) entry.settle(false);
        else entry.fail(error);
      }
      if (this.#entries[0] === entry) {
        this.#entries.shift();
        this.#bytes -= entry.bytes;
      }
    }
    this.#writing = false;
  }
}
