// The dialling side of a conversation: greets its server on every new connection, beats, dials anew
// when the server has fallen silent, and decodes what comes. When to do which is decided in
// `contact.ts`; what the messages mean is for its owner, who says when the greeting was answered.

import { LogmillError } from "../base/errors.ts";
import { limits } from "../base/limits.ts";
import { connectDealer } from "./client-socket.ts";
import type { Dealer } from "./client-socket.ts";
import type { Codec } from "./codec.ts";
import { Contact } from "./contact.ts";
import type { ContactAction } from "./contact.ts";
import type { ClientSecurity } from "./security.ts";

export interface PeerSessionOptions<In, Out> {
  readonly endpoint: string;
  readonly security: ClientSecurity;
  readonly codec: Codec<In, Out>;
  /** Null when there is no wish to be known any more. */
  readonly hello: () => Out | null;
  readonly beat: () => Out;
  /** The next message is taken when this has settled. */
  readonly onMessage: (message: In) => void | Promise<void>;
  /** Something came that is no message of the protocol, or of another version; may throw it on. */
  readonly onDropped: (error: LogmillError) => void;
  /** What was offered was forgotten, because too much waited already. */
  readonly onOverflow?: () => void;
  readonly onDisconnect?: () => void;
  /** Once a second. */
  readonly onTick?: () => void;
}

export class PeerSession<In, Out> {
  readonly #options: PeerSessionOptions<In, Out>;
  readonly #dealer: Dealer;
  readonly #contact = new Contact(performance.now());
  readonly #ticks: NodeJS.Timeout;
  /** Settles when the session is closed; rejects on a fault of logmill itself. */
  readonly ended: Promise<void>;

  /** @throws LogmillError `address_unusable`, `insecure_address`. */
  constructor(options: PeerSessionOptions<In, Out>) {
    this.#options = options;
    const connection = {
      onConnect: () => this.#act(this.#contact.connected(performance.now())),
      onDisconnect: () => {
        this.#contact.disconnected();
        options.onDisconnect?.();
      },
    };
    this.#dealer = connectDealer(options.endpoint, connection, options.security);
    this.#ticks = setInterval(() => this.#tick(), limits.heartbeatIntervalMs);
    this.ended = this.#listen();
  }

  /** Whether the server has answered the greeting, on the connection that stands. */
  get isGreeted(): boolean {
    return this.#contact.isGreeted;
  }

  /** The server has answered the greeting. */
  answered(): void {
    this.#contact.answered();
  }

  /** The server does not know who we are. */
  asked(): void {
    this.#act(this.#contact.asked());
  }

  /** What came damaged may have been of weight: both sides begin anew. */
  garbled(): void {
    this.#act(this.#contact.garbled(performance.now()));
  }

  /** Queues the message, or forgets it when too much waits already. */
  offer(message: Out): void {
    if (!this.#dealer.offer(this.#options.codec.encode(message))) this.#options.onOverflow?.();
  }

  /** True once ZeroMQ has taken the message, false when the session was closed before. */
  send(message: Out): Promise<boolean> {
    return this.#dealer.send(this.#options.codec.encode(message));
  }

  /** As `Dealer.close`. */
  async close(flushMs: number, isBestEffort = false): Promise<void> {
    clearInterval(this.#ticks);
    await this.#dealer.close(flushMs, isBestEffort);
  }

  #tick(): void {
    this.#act(this.#contact.tick(performance.now()));
    this.#options.onTick?.();
  }

  #act(action: ContactAction): void {
    if (action === "redial") this.#dealer.redial();
    else if (action === "beat") this.offer(this.#options.beat());
    else if (action === "hello") {
      const hello = this.#options.hello();
      if (hello !== null) this.offer(hello);
    }
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#dealer) {
      this.#contact.heard(performance.now());
      const message = this.#decode(frames);
      if (message !== null) await this.#options.onMessage(message);
    }
  }

  #decode(frames: Buffer[]): In | null {
    try {
      return this.#options.codec.decode(frames);
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      this.#options.onDropped(error);
      return null;
    }
  }
}
