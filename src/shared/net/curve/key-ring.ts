// The security of one role: its keys, the allow-lists of the sockets that it binds, the counts of who
// came, and a few words about those who were turned away. Words are bounded: whoever can reach a
// port can be turned away as often as he likes, so there is one line a minute for each socket at
// most, and counters have the rest.

import type { Logger } from "../../runtime/logger.ts";
import { ThrottledWarnings } from "../../runtime/throttled-warning.ts";
import { AllowList } from "./allow-list.ts";
import type { ConnectionTally, Rejection } from "../connection-tally.ts";
import { newTally } from "../connection-tally.ts";
import { allowListPath, readKeyPair, readPublicKey } from "./key-folder.ts";
import type { KeyOwner } from "./key-folder.ts";
import type { KeyPair } from "./key-pair.ts";
import type { ClientSecurity, Domain, Security, ServerRole, ServerSecurity } from "../security.ts";

/** Sockets that a role binds, and whom it connects to. */
const parts: Readonly<
  Record<KeyOwner, { readonly binds: readonly Domain[]; readonly dials: readonly ServerRole[] }>
> = {
  ventilator: { binds: ["tasks", "acks"], dials: [] },
  sink: { binds: ["results"], dials: ["ventilator"] },
  worker: { binds: [], dials: ["ventilator", "sink"] },
};

export interface SecurityOptions {
  /** Absolute path of the folder of keys; null for none. */
  readonly keys: string | null;
  /** Whether tcp beyond this host may go without keys. */
  readonly isInsecure: boolean;
}

export class RoleSecurity implements Security {
  readonly #owner: KeyOwner;
  readonly #isInsecure: boolean;
  readonly #logger: Logger;
  readonly #pair: KeyPair | null = null;
  readonly #serverKeys = new Map<ServerRole, string>();
  readonly #lists = new Map<Domain, AllowList>();
  readonly #tallies = new Map<Domain, ConnectionTally>();
  readonly #warnings: ThrottledWarnings;

  /** @throws LogmillError `bad_secret`: a key is missing, malformed or open to others. */
  constructor(owner: KeyOwner, { keys, isInsecure }: SecurityOptions, logger: Logger) {
    this.#owner = owner;
    this.#isInsecure = isInsecure;
    this.#logger = logger;
    this.#warnings = new ThrottledWarnings(logger);
    const { binds, dials } = parts[owner];
    for (const domain of binds) this.#tallies.set(domain, newTally());
    if (keys === null) return;
    this.#pair = readKeyPair(keys, owner);
    for (const server of dials) this.#serverKeys.set(server, readPublicKey(keys, server));
    for (const domain of binds) {
      this.#lists.set(domain, new AllowList(allowListPath(keys, domain)));
    }
    this.reload();
  }

  /** Whether there are allow-lists that could be read anew. */
  get hasLists(): boolean {
    return this.#lists.size > 0;
  }

  /** The counts of the sockets that this role binds. */
  get tallies(): ReadonlyMap<Domain, ConnectionTally> {
    return this.#tallies;
  }

  /** Reads the allow-lists anew. Who was revoked loses his connections, who was added gets in. */
  reload(): void {
    for (const [socket, list] of this.#lists) {
      const { problem, ...change } = list.reload();
      this.#logger.info({ socket, ...change }, "read the allow-list");
      if (problem !== null) {
        this.#logger.error({ socket, problem }, "a part of an allow-list admits nobody");
      }
    }
  }

  server(domain: Domain): ServerSecurity {
    const allowed = this.#lists.get(domain);
    const pair = this.#pair;
    return {
      domain,
      curve: pair === null || allowed === undefined ? null : { pair, allowed },
      isInsecure: this.#isInsecure,
      tally: this.#tallies.get(domain) ?? newTally(),
      onUnknownKey: (publicKey, address) => {
        this.#warnings.warn(
          domain,
          { socket: domain, publicKey, address },
          "turned away an unknown key",
        );
      },
    };
  }

  client(of: ServerRole): ClientSecurity {
    const serverKey = this.#serverKeys.get(of);
    const pair = this.#pair;
    return {
      curve: pair === null || serverKey === undefined ? null : { pair, serverKey },
      isInsecure: this.#isInsecure,
      onRefused: (reason) => {
        const publicKey = pair?.publicKey ?? null;
        // Without keys a server that wants them hangs up at one point of the greeting or another.
        this.#warnings.warn(
          of,
          { server: of, reason, publicKey },
          refusedWords(this.#owner, of, pair === null && reason === "other" ? "protocol" : reason),
        );
      },
    };
  }
}

function refusedWords(owner: KeyOwner, of: ServerRole, reason: Rejection): string {
  if (reason === "key") {
    return `the ${of} does not know this ${owner}'s key; put it on its allow-list and send it SIGHUP`;
  }
  if (reason === "protocol") {
    return `the ${of} speaks otherwise; do both sides have keys, or neither?`;
  }
  return `the ${of} hangs up; is its public key here (${of}.pub) the one that it has?`;
}
