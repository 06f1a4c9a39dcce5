// A bound socket: where encryption, authentication and an address come together. It is the only way
// to bind, so what is asserted here holds for every server.
//
// A key that is taken off the allow-list must lose the connections that it has, too, but libzmq
// decides at the handshake and never again. So the socket is bound anew then: everybody is cut off,
// and who is still allowed is back within a second. What was in the pipes is sent again, as after
// any lost connection.

import type { Socket } from "zeromq";
import { assert } from "../base/assert.ts";
import { ConnectionEvents } from "./connection-events.ts";
import type { ConnectionHandlers } from "./connection-events.ts";
import { messagesOf } from "./receive.ts";
import type { Receiver } from "./receive.ts";
import { isTcp } from "./security.ts";
import type { ServerSecurity } from "./security.ts";
import { bindServer, serverOptions } from "./socket-options.ts";
import { openAdmission } from "./curve/zap.ts";
import type { Admission } from "./curve/zap.ts";

type Server = Socket & Receiver;

/** Options of every server, and what makes one secure. */
type ServerOptions = typeof serverOptions &
  Partial<
    Readonly<{
      curveServer: true;
      curvePublicKey: string;
      curveSecretKey: string;
      zapDomain: string;
      zapEnforceDomain: true;
    }>
  >;

/** Makes a socket with these options and its own. */
type Make<S extends Server> = (options: ServerOptions) => S;

/** Those who want to know that a connection has ended. */
class Disconnects implements ConnectionHandlers {
  readonly listeners: (() => void)[] = [];

  readonly onDisconnect = (): void => {
    for (const listener of this.listeners) listener();
  };
}

export class ServerSocket<S extends Server> implements AsyncIterable<Buffer[], undefined> {
  /** The address it is bound to, with its real port. */
  readonly endpoint: string;
  readonly #make: () => S;
  readonly #security: ServerSecurity;
  readonly #disconnects: Disconnects;
  readonly #admission: Admission | null;
  readonly #forget: () => void;
  #socket: S;
  #events: ConnectionEvents;
  #messages: AsyncIterator<Buffer[], undefined>;
  #renewal: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(parts: {
    readonly endpoint: string;
    readonly make: () => S;
    readonly security: ServerSecurity;
    readonly disconnects: Disconnects;
    readonly admission: Admission | null;
    readonly socket: S;
    readonly events: ConnectionEvents;
  }) {
    this.endpoint = parts.endpoint;
    this.#make = parts.make;
    this.#security = parts.security;
    this.#disconnects = parts.disconnects;
    this.#admission = parts.admission;
    this.#socket = parts.socket;
    this.#events = parts.events;
    this.#messages = messagesOf(parts.socket);
    const { curve } = parts.security;
    const isWatched = curve !== null && parts.admission !== null;
    this.#forget = isWatched ? curve.allowed.onRevoked(() => this.#renew()) : () => undefined;
  }

  /** @throws LogmillError `address_unusable`, `insecure_address`. */
  static async bind<S extends Server>(
    make: Make<S>,
    endpoint: string,
    security: ServerSecurity,
  ): Promise<ServerSocket<S>> {
    const { curve } = security;
    const isSecured = curve !== null && isTcp(endpoint);
    const admission = isSecured ? await openAdmission(security.domain, decideBy(security)) : null;
    const options = admission === null ? serverOptions : securedOptions(security, admission);
    const makeSecured = (): S => {
      const socket = make(options);
      assert(isSecured === isEnforced(socket), "a server is secured as it was asked to be");
      return socket;
    };
    const socket = makeSecured();
    const disconnects = new Disconnects();
    const events = new ConnectionEvents(socket, disconnects, security.tally);
    try {
      const bound = await bindServer(socket, endpoint, security);
      const parts = { make: makeSecured, security, disconnects, admission, socket, events };
      return new ServerSocket({ ...parts, endpoint: bound });
    } catch (error) {
      await admission?.release();
      throw error;
    }
  }

  /** The socket of now; another one after a key was revoked. */
  get socket(): S {
    return this.#socket;
  }

  /** Calls back when a connection has ended, of whomever. */
  onDisconnect(listener: () => void): void {
    this.#disconnects.listeners.push(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer[], undefined> {
    return {
      next: async () => {
        for (;;) {
          const messages = this.#messages;
          const result = await messages.next();
          if (result.done !== true) return result;
          await this.#renewal;
          if (messages === this.#messages) return result;
        }
      },
    };
  }

  /** Settles when the socket is gone and its address free. What was not read yet is forgotten. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#forget();
    // A renewal that failed has already ended whoever iterates.
    await this.#renewal.catch(() => undefined);
    this.#socket.close();
    await this.#events.ended;
    await this.#admission?.release();
  }

  #renew(): void {
    this.#renewal = this.#renewal.then(async () => {
      if (this.#isClosed) return;
      this.#socket.close();
      await this.#events.ended;
      const socket = this.#make();
      this.#events = new ConnectionEvents(socket, this.#disconnects, this.#security.tally);
      await bindServer(socket, this.endpoint, this.#security);
      this.#socket = socket;
      this.#messages = messagesOf(socket);
      this.#disconnects.onDisconnect();
    });
    // Whoever iterates is told; there may be nobody.
    this.#renewal.catch(() => undefined);
  }
}

function decideBy({ curve, onUnknownKey }: ServerSecurity) {
  return (publicKey: string, address: string): boolean => {
    if (curve?.allowed.admits(publicKey) === true) return true;
    onUnknownKey?.(publicKey, address);
    return false;
  };
}

function securedOptions({ curve }: ServerSecurity, { domain }: Admission): ServerOptions {
  assert(curve !== null, "a secured server has keys");
  return {
    ...serverOptions,
    curveServer: true,
    curvePublicKey: curve.pair.publicKey,
    curveSecretKey: curve.pair.reveal(),
    // Both, always: with the one and without the other libzmq was seen to admit everybody.
    zapDomain: domain,
    zapEnforceDomain: true,
  };
}

/** Whether libzmq itself says that it will ask us about every key. */
function isEnforced(socket: Socket): boolean {
  const { securityMechanism, zapDomain, zapEnforceDomain, curveServer } = socket;
  const hasDomain = zapDomain !== null && zapDomain !== "";
  return securityMechanism === "curve" && curveServer && hasDomain && zapEnforceDomain;
}
