// Writes one bucket to one server, so that nobody ever sees half of a key, and that what was written before and is there no
// more goes. What is published is said last.
//
// - A key that fits in one transaction is replaced in one: deleted and written. A larger sorted set grows under
//   another name, and then takes the place of the old one.
// - Where a bucket has one key, the same transaction publishes it. Where it has many, their names are kept in a set
//   beside them, and those of the last time that have not come again are deleted. A bucket is not published from its first
//   key to its last, so that one that was left half written is written again, whatever becomes of the store.
// - A transaction is answered before the next is sent: none is built on one that has failed. Rows are read meanwhile.

import type { Row } from "../../query/row.ts";
import { asArgument, type Argument, type Command } from "./connection.ts";
import type { RedisLayout, RedisRecord } from "./layout.ts";
import type { RedisServer } from "./server.ts";

const namesPerScan = 1000;
/** A set that was left half grown, and that nobody comes back for. */
const stageSec = 86_400;

export interface BucketWrite {
  readonly server: RedisServer;
  readonly layout: RedisLayout;
  /** What the bucket is published as. */
  readonly name: string;
  readonly content: string;
  /** The second at which its keys expire; null for never. */
  readonly expiresAt: number | null;
  /** Records of one transaction. */
  readonly pipeline: number;
}

export interface Written {
  readonly records: number;
  /** Of these, with a score that has more digits than a double holds. */
  readonly rounded: number;
}

/** @param records those of the bucket that belong to the server; rows of one key follow each other. */
export async function writeBucket(
  write: BucketWrite,
  rows: AsyncIterable<readonly Row[]>,
  recordOf: (row: Row) => RedisRecord | null,
): Promise<Written> {
  const writer = new BucketWriter(write);
  let rounded = 0;
  await writer.begin();
  for await (const block of rows) {
    for (const row of block) {
      const record = recordOf(row);
      if (record === null) continue;
      if (record.isRounded) rounded += 1;
      await writer.add(record);
    }
  }
  return { records: await writer.end(), rounded };
}

/** The names of all keys of a published bucket, a piece at a time. */
async function* publishedKeys(server: RedisServer, index: string): AsyncIterable<Buffer[]> {
  let cursor = "0";
  do {
    const [reply] = await server.pipeline([
      ["SSCAN", index, cursor, "COUNT", String(namesPerScan)],
    ]);
    const [next, names] = reply as readonly [Buffer, Buffer[]];
    if (names.length > 0) yield names;
    cursor = next.toString();
  } while (cursor !== "0");
}

/** Deletes what was published under this name, and says so. */
export async function withdraw(
  server: RedisServer,
  layout: RedisLayout,
  name: string,
): Promise<void> {
  const { published } = server.indexes(name);
  if (layout.isOneKey) {
    await server.publish([["UNLINK", name]], name, null);
    return;
  }
  for await (const keys of publishedKeys(server, published)) {
    await server.transaction([["UNLINK", ...keys.map(asArgument)]]);
  }
  await server.publish([["UNLINK", published]], name, null);
}

class BucketWriter {
  readonly #write: BucketWrite;
  readonly #index: { readonly published: string; readonly fresh: string };
  /** Of the next transaction: strings by turns with their keys, keys that it deletes first, other commands. */
  #strings: Argument[] = [];
  #replaced: Argument[] = [];
  #commands: Command[] = [];
  /** The keys that it writes, and how many records that are. */
  #keys: Argument[] = [];
  #pending = 0;
  /** The transaction before. */
  #sent: Promise<void> = Promise.resolve();
  /** The key whose records come now, and those of them that were not sent. */
  #key: Buffer | null = null;
  #content: Argument[] = [];
  #contentRecords = 0;
  /** Some of the key's records have been sent already, to the stage. */
  #isStaged = false;
  #records = 0;
  /** Keys, or contents of the one key. */
  #size = 0;

  constructor(write: BucketWrite) {
    this.#write = write;
    this.#index = write.server.indexes(write.name);
  }

  async begin(): Promise<void> {
    const { server, layout, name } = this.#write;
    if (layout.isOneKey) return;
    const { published, fresh } = this.#index;
    // What an attempt before has left counts as published, so that none of its keys is forgotten.
    await server.publish(
      [
        ["SUNIONSTORE", published, published, fresh],
        ["DEL", fresh],
      ],
      name,
      null,
    );
  }

  async add({ key, content }: RedisRecord): Promise<void> {
    if (this.#key === null || !this.#key.equals(key)) {
      await this.#endKey();
      this.#key = key;
    }
    this.#content.push(...content);
    this.#contentRecords += 1;
    this.#records += 1;
    const { layout, pipeline } = this.#write;
    if (layout.command === "ZADD" && this.#contentRecords >= pipeline) await this.#stage();
  }

  async end(): Promise<number> {
    const { server, layout, name, content } = this.#write;
    const { published, fresh } = this.#index;
    if (layout.isOneKey) {
      if (this.#key === null) this.#replaced.push(name);
      else await this.#endKey();
      await this.#sent;
      await server.publish(this.#taken(), name, `${content} ${this.#size}`);
      return this.#records;
    }
    await this.#endKey();
    await this.#flush();
    await this.#sent;
    await this.#deleteGone();
    const replaced: Command[] =
      this.#size === 0
        ? [["DEL", published]]
        : [["RENAME", fresh, published], ...this.#expiry(published)];
    await server.publish(replaced, name, `${content} ${this.#size}`);
    return this.#records;
  }

  /** Sends what there is of the key so far to where it grows. */
  async #stage(): Promise<void> {
    const { stage } = this.#write.server;
    await this.#flush();
    await this.#send([
      ...(this.#isStaged ? [] : [["DEL", stage]]),
      ["ZADD", stage, ...this.#content],
      ["EXPIRE", stage, String(stageSec)],
    ]);
    this.#isStaged = true;
    this.#content = [];
    this.#contentRecords = 0;
  }

  async #endKey(): Promise<void> {
    if (this.#key === null) return;
    const { layout, server, pipeline } = this.#write;
    const key = asArgument(this.#key);
    if (this.#isStaged) {
      if (this.#content.length > 0) await this.#stage();
      this.#commands.push(["RENAME", server.stage, key], this.#lasting(key));
    } else {
      if (this.#pending + this.#contentRecords > pipeline) await this.#flush();
      this.#pending += this.#contentRecords;
      this.#replace(key, this.#content);
    }
    this.#countKey(key);
    const wasStaged = this.#isStaged;
    this.#key = null;
    this.#content = [];
    this.#contentRecords = 0;
    this.#isStaged = false;
    // The next key may need the stage.
    if (wasStaged && !layout.isOneKey) await this.#flush();
  }

  /** Puts contents in the place of whatever the key holds. */
  #replace(key: Argument, content: readonly Argument[]): void {
    const { command } = this.#write.layout;
    if (command === "MSET") {
      this.#strings.push(key, ...content);
    } else {
      this.#replaced.push(key);
      this.#commands.push([command, key, ...content]);
    }
    this.#commands.push(...this.#expiry(key));
  }

  #countKey(key: Argument): void {
    const { layout } = this.#write;
    if (!layout.isOneKey) {
      this.#keys.push(key);
      this.#size += 1;
      return;
    }
    if (layout.command === "ZADD") this.#size = this.#records;
    else this.#size = layout.command === "HSET" ? this.#content.length / 2 : 1;
  }

  async #flush(): Promise<void> {
    const commands = this.#taken();
    if (commands.length > 0) await this.#send(commands);
  }

  /** The commands of the next transaction, of which there are none afterwards. */
  #taken(): Command[] {
    const commands = this.#commands;
    if (this.#strings.length > 0) commands.unshift(["MSET", ...this.#strings]);
    if (this.#replaced.length > 0) commands.unshift(["DEL", ...this.#replaced]);
    if (this.#keys.length > 0) commands.unshift(["SADD", this.#index.fresh, ...this.#keys]);
    this.#strings = [];
    this.#replaced = [];
    this.#commands = [];
    this.#keys = [];
    this.#pending = 0;
    return commands;
  }

  /** Waits for the transaction before this one, which may have failed. */
  async #send(commands: readonly Command[]): Promise<void> {
    await this.#sent;
    this.#sent = this.#write.server.transaction(commands);
    // It is told to who waits for it next.
    this.#sent.catch(() => undefined);
  }

  async #deleteGone(): Promise<void> {
    const { server } = this.#write;
    const { published, fresh } = this.#index;
    for await (const names of publishedKeys(server, published)) {
      const keys = names.map(asArgument);
      const isFresh = await server.pipeline(keys.map((key) => ["SISMEMBER", fresh, key]));
      const gone = keys.filter((_, index) => isFresh[index] === 0);
      if (gone.length > 0) await server.transaction([["UNLINK", ...gone]]);
    }
  }

  #expiry(key: Argument): Command[] {
    const { expiresAt } = this.#write;
    return expiresAt === null ? [] : [["EXPIREAT", key, String(expiresAt)]];
  }

  /** For a key that has the stage's time to live. */
  #lasting(key: Argument): Command {
    return this.#expiry(key)[0] ?? ["PERSIST", key];
  }
}
