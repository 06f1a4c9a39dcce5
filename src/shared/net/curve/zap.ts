// Who may speak: the ZAP handler (ZeroMQ RFC 27) of this process, at the one address where libzmq asks
// for it. For every handshake of a CURVE server it is given the socket's domain and the client's
// public key, and answers 200 or 400.
//
// Invariants, each for a way in which ZAP was seen to fail open:
// - It is bound before the first CURVE server, and gone only after the last: libzmq admits everybody
//   while there is none and no domain is enforced. Should it be missing, the enforced domain rejects.
// - It denies whatever it does not know: another domain, mechanism, version or key length.
// - It never throws and never ends by itself. A handler that failed would leave handshakes open.
// - It is closed and never unbound. zeromq.js unbinds in a thread of its pool, while this thread still
//   receives on the socket: two threads in one mailbox, and libzmq aborts the process. The address is
//   free again when the socket's monitor has ended.
//
// It runs in the main thread: a worker thread in this place aborts the process at exit. One process
// has one handler; its sockets share it, each under a domain of its own.

import { Router as ZmqRouter } from "zeromq";
import { assert } from "../../base/assert.ts";
import { ConnectionEvents } from "../connection-events.ts";
import { encodeKey } from "./z85.ts";

const zapAddress = "inproc://zeromq.zap.01";
const zapVersion = "1.0";

/** Whether a public key is admitted, and from which address it came. */
type Decide = (publicKey: string, address: string) => boolean;

export interface Admission {
  /** What the socket's `zapDomain` must be. */
  readonly domain: string;
  /** Call when the socket has closed; from then on the domain is denied. */
  release(): Promise<void>;
}

interface Handler {
  readonly socket: ZmqRouter;
  readonly events: ConnectionEvents;
}

const deciders = new Map<string, Decide>();
let handler: Handler | null = null;
let serial = 0;
/** Binding and closing, one after the other: both take time, and the address is one. */
let last: Promise<void> = Promise.resolve();

/** Lets `decide` answer for one socket. The handler is bound when this resolves. */
export async function openAdmission(name: string, decide: Decide): Promise<Admission> {
  serial += 1;
  const domain = `${name}.${serial}`;
  deciders.set(domain, decide);
  await inTurn(async () => {
    if (handler !== null) return;
    const socket = new ZmqRouter({ linger: 0, mandatory: false });
    const events = new ConnectionEvents(socket, {});
    await socket.bind(zapAddress);
    handler = { socket, events };
    void serve(socket);
  });
  return {
    domain,
    release: () =>
      inTurn(async () => {
        deciders.delete(domain);
        if (deciders.size > 0 || handler === null) return;
        const { socket, events } = handler;
        handler = null;
        socket.close();
        await events.ended;
      }),
  };
}

function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
}

async function serve(socket: ZmqRouter): Promise<void> {
  const isClosed = (): boolean => socket.closed;
  while (!isClosed()) {
    try {
      const [path, , version, id, ...request] = await socket.receive();
      assert(path !== undefined, "a ROUTER names the peer");
      const status = isAdmitted(version, request) ? "200" : "400";
      await socket.send([path, "", zapVersion, id ?? "", status, "", "", ""]);
    } catch {
      // Nothing was answered, so nobody was admitted; libzmq gives the handshake up.
    }
  }
}

function isAdmitted(version: Buffer | undefined, request: readonly Buffer[]): boolean {
  try {
    const [domain, address, , mechanism, key, ...more] = request;
    if (version?.toString() !== zapVersion || mechanism?.toString() !== "CURVE") return false;
    if (domain === undefined || address === undefined || key === undefined) return false;
    const publicKey = more.length === 0 ? encodeKey(key) : null;
    const decide = deciders.get(domain.toString());
    return publicKey !== null && decide?.(publicKey, address.toString()) === true;
  } catch {
    return false;
  }
}
