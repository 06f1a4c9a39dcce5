// Counts of what happens on a bound socket before a peer may speak. Strangers are counted and never
// logged one by one: whoever can reach a port can make as many of them as he likes.

import { Counter } from "../runtime/metrics.ts";
import type { Registry } from "../runtime/metrics.ts";

/** `key`: not on the allow-list; `protocol`: no CURVE, another server key, no ZeroMQ; `other`: gone. */
export type Rejection = "key" | "protocol" | "other";

export interface ConnectionTally {
  /** Connections taken from the operating system. */
  accepted: number;
  /** Those whose handshake ended well; the rest of `accepted` were strangers, or are under way. */
  admitted: number;
  readonly rejected: Record<Rejection, number>;
  /** Times the operating system had no descriptor for a connection. */
  exhausted: number;
}

export const newTally = (): ConnectionTally => ({
  accepted: 0,
  admitted: 0,
  rejected: { key: 0, protocol: 0, other: 0 },
  exhausted: 0,
});

/** Adds the counters of a role's bound sockets, by the socket's name, to a registry. */
export function exportConnectionMetrics(
  registry: Registry,
  tallies: () => Iterable<readonly [socket: string, ConnectionTally]>,
): void {
  const plain: readonly (readonly [string, string, (tally: ConnectionTally) => number])[] = [
    [
      "logmill_connections_accepted_total",
      "Connections to a ZeroMQ socket, strangers included.",
      (tally) => tally.accepted,
    ],
    [
      "logmill_connections_admitted_total",
      "Connections whose handshake ended well; the difference to the accepted ones are strangers.",
      (tally) => tally.admitted,
    ],
    [
      "logmill_connections_exhausted_total",
      "Connections that could not be taken for lack of descriptors.",
      (tally) => tally.exhausted,
    ],
  ];
  for (const [name, help, read] of plain) {
    new Counter({
      name,
      help,
      labelNames: ["socket"],
      registers: [registry],
      collect() {
        this.reset();
        for (const [socket, tally] of tallies()) this.inc({ socket }, read(tally));
      },
    });
  }
  new Counter({
    name: "logmill_rejected_peers_total",
    help: "Handshakes that failed, by reason: key (not on the allow-list), protocol, other.",
    labelNames: ["socket", "reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [socket, { rejected }] of tallies()) {
        for (const [reason, count] of Object.entries(rejected)) this.inc({ socket, reason }, count);
      }
    },
  });
}
