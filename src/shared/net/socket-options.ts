// THE table of socket options, and the one place where a server socket meets an address. Every
// option here follows from an experiment noted in RELIABILITY.md §1:
//
// - `linger` 0: a socket with one undeliverable message would keep the process from ending. Whatever
//   is lost so is sent again, since nothing counts before the sink has acknowledged it.
// - tcp keepalive on both ends: the only detector of a dead transport that never fires under
//   back-pressure. ZeroMQ's own heartbeats stay off: they lose batches when a reader is busy.
// - `maxMessageSize` on every socket: a larger message ends its connection before it is buffered.
// - `ipv6` for addresses in brackets alone: with it, an address of IPv4 would be bound as one that IPv6 maps
//   it to, and a name be looked up as IPv6 first, while the server that is bound to it may have the other.
// - `handshakeInterval` 2 s and `backlog` 256: a stranger who connects and says nothing is dropped.
// - `reconnectInterval` 50 ms to 1 s: a peer that comes back is found again within a second. Over ipc it
//   begins at 5 ms: the roles of a run start together, and a dial there costs next to nothing.
//
// Servers are bound through `bindServer` alone, and clients connect through `connectClient`, so that
// the rule about addresses without keys has one place to be enforced in.

import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import type { Socket } from "zeromq";
import { assert } from "../base/assert.ts";
import { ipcPathProblem, parseEndpoint } from "../base/endpoint.ts";
import { LogmillError } from "../base/errors.ts";
import { limits } from "../base/limits.ts";
import { assertMayBind, assertMayConnect, isTcp } from "./security.ts";
import type { ClientSecurity, ServerSecurity } from "./security.ts";

/** Options of every socket. */
const socketOptions = Object.freeze({
  linger: 0,
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 5,
  tcpKeepaliveInterval: 2,
  tcpKeepaliveCount: 3,
  maxMessageSize: limits.messageBytesMax,
  handshakeInterval: 2_000,
  heartbeatInterval: 0,
} as const);

/** What sockets that connect to this endpoint have besides. */
export function clientOptions(endpoint: string) {
  return {
    ...socketOptions,
    // Not `immediate`: what waits in the pipe shall outlive a reconnect.
    immediate: false,
    connectTimeout: 2_000,
    reconnectInterval: isTcp(endpoint) ? 50 : 5,
    reconnectMaxInterval: 1_000,
  } as const;
}

/** What sockets that bind have besides. */
export const serverOptions = Object.freeze({ ...socketOptions, backlog: 256 } as const);

/**
 * Binds a server socket and returns the address it really has, which differs from `endpoint` where
 * that has port 0 or a host name. Throws `address_unusable` or `insecure_address`, and the socket is
 * closed then.
 */
export async function bindServer(
  socket: Socket,
  endpoint: string,
  security: ServerSecurity,
): Promise<string> {
  try {
    assertIpcPath(endpoint);
    const address = await numericEndpoint(endpoint);
    assertMayBind(endpoint, address, security);
    socket.ipv6 = isIPv6Endpoint(address);
    await socket.bind(address);
    const bound = socket.lastEndpoint;
    return bound ?? endpoint;
  } catch (cause) {
    socket.close();
    throw addressUnusable(endpoint, cause);
  }
}

/**
 * Connects, which succeeds at once whether somebody is there or not. Throws `address_unusable` or
 * `insecure_address`, and the socket is closed then.
 */
export function connectClient(socket: Socket, endpoint: string, security: ClientSecurity): void {
  try {
    assertIpcPath(endpoint);
    assertMayConnect(endpoint, security);
    socket.ipv6 = isIPv6Endpoint(endpoint);
    socket.connect(endpoint);
  } catch (cause) {
    socket.close();
    throw addressUnusable(endpoint, cause);
  }
}

/**
 * The receiver of a frame above its limit hangs up and tells nobody, and would do so again and again.
 * Who makes large frames looks at their size before; this is the last line of defence.
 */
export function assertSendable(frames: readonly Uint8Array[]): void {
  for (const { length } of frames) {
    assert(length <= limits.messageBytesMax, `a frame of ${length} bytes is too large to be sent`);
  }
}

function isIPv6Endpoint(endpoint: string): boolean {
  const parsed = parseEndpoint(endpoint);
  return parsed?.transport === "tcp" && parsed.isIPv6;
}

function assertIpcPath(endpoint: string): void {
  const problem = ipcPathProblem(endpoint);
  if (problem === null) return;
  throw new LogmillError("address_unusable", `cannot use the address ${endpoint}: ${problem}`, {
    fields: { endpoint },
  });
}

/**
 * Endpoints are configured as the other roles reach them, mostly by host name, but ZeroMQ binds to
 * numbers and interface names only. A name is looked up as clients look it up: as IPv4.
 */
async function numericEndpoint(endpoint: string): Promise<string> {
  const parsed = parseEndpoint(endpoint);
  if (parsed?.transport !== "tcp" || parsed.isIPv6) return endpoint;
  const { host, port } = parsed;
  if (host === "*" || isIPv4(host)) return endpoint;
  const { address } = await lookup(host, { family: 4 });
  return `tcp://${address}:${port}`;
}

function addressUnusable(endpoint: string, cause: unknown): LogmillError {
  if (cause instanceof LogmillError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const isUnknownName = (cause as NodeJS.ErrnoException).code === "ENOTFOUND";
  const question = isUnknownName
    ? "a name has to have an address of IPv4; one of IPv6 is written as tcp://[ADDRESS]:PORT"
    : "is another process there, or is it not an address of this host?";
  return new LogmillError(
    "address_unusable",
    `cannot use the address ${endpoint}: ${detail}; ${question}`,
    { cause, fields: { endpoint } },
  );
}
