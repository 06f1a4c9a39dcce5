// The folder of keys, as `logmill keygen` makes it:
//
//   ventilator.key  sink.key  worker.key    secret keys, 0600, one for each role that runs here
//   ventilator.pub  sink.pub                what clients must know of their servers
//   allow/tasks  allow/results  allow/acks  public keys that each socket admits
//   worker-NAME/                            all that one remote worker needs: copy it there
//
// A worker knows the sink by its own copy of sink.pub and not by what the plan says: the plan comes
// from the ventilator, and whoever took that over could name an impostor of a sink.
//
// Nothing that exists is ever overwritten: a key that is replaced by accident stops a cluster.

import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LogmillError } from "../../base/errors.ts";
import { readSecretFile } from "../../runtime/secret-file.ts";
import { KeyPair } from "./key-pair.ts";
import type { Domain, ServerRole } from "../security.ts";
import { decodeKey } from "./z85.ts";

export type KeyOwner = ServerRole | "worker";

const owners = ["ventilator", "sink", "worker"] as const satisfies readonly KeyOwner[];
const servers = ["ventilator", "sink"] as const satisfies readonly ServerRole[];
/** Whose keys each socket admits. */
const clients: readonly (readonly [Domain, KeyOwner])[] = [
  ["tasks", "worker"],
  ["results", "worker"],
  ["acks", "sink"],
];
const workerName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const secretPath = (folder: string, owner: KeyOwner): string => join(folder, `${owner}.key`);
const publicPath = (folder: string, owner: ServerRole): string => join(folder, `${owner}.pub`);

/** Where the allow-list of a socket is. */
export const allowListPath = (folder: string, domain: Domain): string =>
  join(folder, "allow", domain);

/** The key pair of a role. @throws LogmillError `bad_secret`. */
export function readKeyPair(folder: string, owner: KeyOwner): KeyPair {
  const path = secretPath(folder, owner);
  if (!existsSync(path)) throw missing(path, folder);
  const pair = KeyPair.fromSecret(readSecretFile(path, "the key file"));
  if (pair !== null) return pair;
  throw new LogmillError(
    "bad_secret",
    `the key file ${path} holds no key of 40 characters; copy it again from where it was made`,
  );
}

/** The public key of a server. @throws LogmillError `bad_secret`. */
export function readPublicKey(folder: string, owner: ServerRole): string {
  const path = publicPath(folder, owner);
  if (!existsSync(path)) throw missing(path, folder);
  const key = readFileSync(path, "utf8").trim();
  if (decodeKey(key) !== null) return key;
  throw new LogmillError("bad_secret", `${path} holds no public key of 40 characters`);
}

/**
 * Makes the keys of a whole cluster. @throws LogmillError `bad_secret` when there are some already.
 */
export function createKeyFolder(folder: string): void {
  const there = owners.map((owner) => secretPath(folder, owner)).find((path) => existsSync(path));
  if (there !== undefined) {
    throw new LogmillError(
      "bad_secret",
      `${there} exists, and keys are never overwritten; name an empty folder, ` +
        "or add a worker with --worker NAME",
    );
  }
  makeFolder(folder);
  makeFolder(join(folder, "allow"));
  const pairs = new Map(owners.map((owner) => [owner, KeyPair.generate()]));
  for (const [owner, pair] of pairs) writeSecret(secretPath(folder, owner), pair);
  for (const server of servers) {
    writeNew(publicPath(folder, server), `${pairs.get(server)!.publicKey}\n`, 0o644);
  }
  for (const [domain, client] of clients) {
    const text =
      `# Public keys that may speak on ${domain}, one a line; then a name, if you like.\n` +
      `# After a change: kill -HUP the role that owns the socket.\n` +
      allowLine(pairs.get(client)!, client);
    writeNew(allowListPath(folder, domain), text, 0o600);
  }
}

/**
 * Adds a key for one more worker and allows it; returns the folder to copy to its host.
 * @throws LogmillError `usage` for a bad name, `bad_secret` when it exists or the cluster does not.
 */
export function addWorkerKey(folder: string, name: string): string {
  if (!workerName.test(name)) {
    throw new LogmillError(
      "usage",
      `--worker: "${name}" is no name; letters, digits, dots, _ and - make one`,
    );
  }
  for (const server of servers) readPublicKey(folder, server);
  const finished = join(folder, `worker-${name}`);
  if (existsSync(finished)) {
    throw new LogmillError(
      "bad_secret",
      `${finished} exists, and keys are never overwritten; take its lines out of ` +
        `${join(folder, "allow")} and delete it, or choose another name`,
    );
  }
  // Under another name until it is complete: half a folder that is copied would be hard to explain.
  const unfinished = `${finished}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  makeFolder(unfinished);
  const pair = KeyPair.generate();
  writeSecret(secretPath(unfinished, "worker"), pair);
  for (const server of servers) {
    copyFileSync(publicPath(folder, server), publicPath(unfinished, server));
  }
  renameSync(unfinished, finished);
  for (const [domain, client] of clients) {
    if (client === "worker") appendFileSync(allowListPath(folder, domain), allowLine(pair, name));
  }
  return finished;
}

const allowLine = ({ publicKey }: KeyPair, name: string): string => `${publicKey}  ${name}\n`;

function writeSecret(path: string, pair: KeyPair): void {
  writeNew(path, `${pair.reveal()}\n`, 0o600);
}

function writeNew(path: string, text: string, mode: number): void {
  writeFileSync(path, text, { mode, flag: "wx", flush: true });
  chmodSync(path, mode);
}

function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

function missing(path: string, folder: string): LogmillError {
  return new LogmillError(
    "bad_secret",
    `there is no ${path}; make keys with "logmill keygen ${folder}", ` +
      "or copy this file from the folder where they were made",
  );
}
