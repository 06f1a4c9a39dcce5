// One server of an output: a connection that is opened when it is first needed, and what the server says is published
// there. That is kept in the server itself, in a hash from what is published to the version of its bucket. So a server that
// has lost its data, or was given those of a backup, says so by itself, and is written again.
//
// The hash is read once. From then on it is known, as long as its token is the one that was written last.

import { randomBytes } from "node:crypto";
import { LogmillError } from "../../../shared/base/errors.ts";
import type { RedisUrl } from "../../../shared/model/redis-url.ts";
import { RedisConnection, type Command, type RedisAccess, type Reply } from "./connection.ts";

/** A field of the hash that no published key has for a name, since those have a bucket in it. */
const tokenField = "token";
const fieldsPerScan = "1000";

export class RedisServer {
  readonly url: RedisUrl;
  readonly #output: string;
  /** Begins the names of all keys that logmill keeps for itself. */
  readonly #prefix: string;
  #connection: RedisConnection | null = null;
  #published = new Map<string, string>();
  #token: string | null = null;
  #isNew = true;

  constructor(url: RedisUrl, output: string, storeId: string) {
    this.url = url;
    this.#output = output;
    this.#prefix = `logmill:${storeId}:${output}`;
  }

  /** What is published by name, with what it was made from, as of the last `open`. */
  get published(): ReadonlyMap<string, string> {
    return this.#published;
  }

  /** What is published was read by the last `open`; what was known before says nothing of its keys. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Where a sorted set grows before it takes the place of another. */
  get stage(): string {
    return `${this.#prefix}:stage`;
  }

  /** Names of the keys of a bucket: as they were published, and as they are being. */
  indexes(name: string): { readonly published: string; readonly fresh: string } {
    return { published: `${this.#prefix}:keys:${name}`, fresh: `${this.#prefix}:fresh:${name}` };
  }

  /** Connects if need be, and learns what is published. */
  async open(access: RedisAccess): Promise<void> {
    await this.#said(async () => {
      if (this.#connection?.isOver !== false) {
        this.#connection = await RedisConnection.open(this.url, access);
      }
      const [token] = await this.#connection.pipeline([["HGET", this.#prefix, tokenField]]);
      this.#isNew = token === null || String(token) !== this.#token;
      if (!this.#isNew) return;
      this.#published = await this.#readPublished(this.#connection);
      this.#token = this.#published.get(tokenField) ?? null;
      this.#published.delete(tokenField);
    });
  }

  pipeline(commands: readonly Command[]): Promise<readonly Reply[]> {
    return this.#said((connection) => connection.pipeline(commands));
  }

  transaction(commands: readonly Command[]): Promise<void> {
    return this.#said((connection) => connection.transaction(commands));
  }

  /** A last transaction, with which something is published; `content` null is for what is published no more. */
  async publish(commands: readonly Command[], name: string, content: string | null): Promise<void> {
    const token = randomBytes(12).toString("hex");
    const change =
      content === null ? ["HDEL", this.#prefix, name] : ["HSET", this.#prefix, name, content];
    await this.transaction([...commands, change, ["HSET", this.#prefix, tokenField, token]]);
    this.#token = token;
    if (content === null) this.#published.delete(name);
    else this.#published.set(name, content);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  async #readPublished(connection: RedisConnection): Promise<Map<string, string>> {
    const published = new Map<string, string>();
    for (let cursor = "0", isFirst = true; isFirst || cursor !== "0"; isFirst = false) {
      const command = ["HSCAN", this.#prefix, cursor, "COUNT", fieldsPerScan];
      const [reply] = await connection.pipeline([command]);
      const [next, fields] = reply as readonly [Buffer, readonly Buffer[]];
      for (let at = 0; at < fields.length; at += 2) {
        published.set(fields[at]!.toString(), fields[at + 1]!.toString());
      }
      cursor = next.toString();
    }
    return published;
  }

  /** After an error nobody knows what was done, so what is published is asked anew. */
  async #said<T>(work: (connection: RedisConnection) => Promise<T>): Promise<T> {
    try {
      return await work(this.#connection!);
    } catch (error) {
      this.close();
      this.#token = null;
      throw unavailable(this.#output, this.url.place, error);
    }
  }
}

/** What people do about it, by how the server's answer begins. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/\bOOM\b/, "it has no memory left: raise maxmemory, or write less"],
  [/\bLOADING\b/, "it is loading its data"],
  [/\bREADONLY\b/, "it is a replica: name the primary"],
  [/\bMISCONF\b/, "it cannot save its data to disk"],
  [/NOAUTH|WRONGPASS|NOPERM|invalid password/, "check user, password_file and the rights there"],
  [
    /\bMOVED\b/,
    "it is a part of a Redis Cluster, which is not supported: name servers of their own",
  ],
];

function unavailable(output: string, place: string, cause: unknown): LogmillError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const found = advice.find(([pattern]) => pattern.test(message));
  const hint = found === undefined ? "" : `; ${found[1]}`;
  return new LogmillError(
    "output_unavailable",
    `output ${output}: ${place} does not take what is written (${message})${hint}. Nothing is lost: the store keeps ` +
      "its numbers, and they are written when the server takes them",
    { cause, fields: { output, place } },
  );
}
