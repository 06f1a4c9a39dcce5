// What a socket needs to know to keep strangers out, and the rule about addresses:
//
//   ipc://            never encrypted: the file's folder keeps others out
//   tcp://, keys      CURVE, always, on loopback too
//   tcp://, no keys   on loopback only, unless the operator insists with --insecure

import { LogmillError } from "../base/errors.ts";
import { isOnThisHost } from "../base/endpoint.ts";
import type { AllowList } from "./curve/allow-list.ts";
import type { ConnectionTally, Rejection } from "./connection-tally.ts";
import { newTally } from "./connection-tally.ts";
import type { KeyPair } from "./curve/key-pair.ts";

/** The three sockets that are bound; each has its own allow-list. */
export type Domain = "tasks" | "results" | "acks";

/** The roles that others connect to. */
export type ServerRole = "ventilator" | "sink";

export interface ServerSecurity {
  readonly domain: Domain;
  /** Null without keys. */
  readonly curve: { readonly pair: KeyPair; readonly allowed: AllowList } | null;
  readonly isInsecure: boolean;
  readonly tally: ConnectionTally;
  /** A key that is on no list came from this address. */
  readonly onUnknownKey?: (publicKey: string, address: string) => void;
}

export interface ClientSecurity {
  /** Null without keys. */
  readonly curve: { readonly pair: KeyPair; readonly serverKey: string } | null;
  readonly isInsecure: boolean;
  /** The server ended the handshake; it is tried again. */
  readonly onRefused?: (reason: Rejection) => void;
}

/** What a role's sockets are made with. */
export interface Security {
  server(domain: Domain): ServerSecurity;
  client(of: ServerRole): ClientSecurity;
}

/** No keys and no --insecure: this host only. */
export const thisHostOnly: Security = {
  server: (domain) => ({ domain, curve: null, isInsecure: false, tally: newTally() }),
  client: () => ({ curve: null, isInsecure: false }),
};

/** Whether the endpoint is encrypted where there are keys. */
export const isTcp = (endpoint: string): boolean => endpoint.startsWith("tcp://");

/** Whether an endpoint keeps others out by itself. */
function isPrivate(endpoint: string): boolean {
  return !isTcp(endpoint) || isOnThisHost(endpoint);
}

/**
 * @param endpoint as configured, for the message.
 * @param address the same with numbers in place of names.
 * @throws LogmillError `insecure_address`.
 */
export function assertMayBind(endpoint: string, address: string, security: ServerSecurity): void {
  if (security.curve !== null || security.isInsecure || isPrivate(address)) return;
  throw new LogmillError(
    "insecure_address",
    `${endpoint} can be reached from other hosts, and without keys anybody there could speak on it. ` +
      `Make keys with "logmill keygen DIR" and start every role with --keys DIR ` +
      "(or cluster.security.keys); --insecure if you insist",
    { fields: { endpoint } },
  );
}

/** @throws LogmillError `insecure_address`. */
export function assertMayConnect(endpoint: string, security: ClientSecurity): void {
  if (security.curve !== null || security.isInsecure || isPrivate(endpoint)) return;
  throw new LogmillError(
    "insecure_address",
    `${endpoint} is another host, and without keys neither side can know the other. ` +
      `Start with --keys DIR, a folder that "logmill keygen" made where the ventilator runs ` +
      "(see docs/security.md); --insecure if you insist",
    { fields: { endpoint } },
  );
}
