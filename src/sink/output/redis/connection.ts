// A connection to one Redis server, by the library `@redis/client`, which is loaded when an output needs it. The library
// would dial again by itself. Here a connection that was lost, did not answer in time or was told an error is over:
// whoever publishes begins anew, by what the server then says it has.
//
// The library's own pipelines are five times as fast as single commands, and so are texts beside bytes: see
// `asArgument`.

import { isUtf8 } from "node:buffer";
import { createRequire } from "node:module";
import type * as Redis from "@redis/client";
import { LogmillError } from "../../../shared/base/errors.ts";
import { limits } from "../../../shared/base/limits.ts";
import { systemErrorCode } from "../../../shared/base/system-error.ts";
import type { RedisUrl } from "../../../shared/model/redis-url.ts";

export type Argument = string | Buffer;
export type Command = Argument[];
/** Bulk strings are bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

type RedisLibrary = typeof Redis;

/**
 * @param load a module by its name, as `require` does.
 * @throws LogmillError `config_invalid` where it is not installed.
 */
export function loadRedisLibrary(
  load: (name: string) => unknown = createRequire(import.meta.url),
): RedisLibrary {
  try {
    return load("@redis/client") as RedisLibrary;
  } catch (cause) {
    if (systemErrorCode(cause) !== "MODULE_NOT_FOUND") throw cause;
    throw new LogmillError(
      "config_invalid",
      "an output of type redis needs the library @redis/client, which is not here; run: npm install @redis/client",
      { cause },
    );
  }
}

/** The same bytes, as text where they are UTF-8: texts are joined to one write, bytes are written each by itself. */
export function asArgument(bytes: Buffer): Argument {
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

/** What every server of an output is opened with. */
export interface RedisAccess {
  readonly library: RedisLibrary;
  readonly password: string | null;
  /** Certificates of the authorities for TLS; null for those that Node.js knows. */
  readonly authorities: Buffer | null;
}

type Client = ReturnType<typeof clientOf>;

export class RedisConnection {
  readonly #client: Client;
  #isOver = false;

  private constructor(client: Client) {
    this.#client = client;
    // The next command says it.
    client.on("error", () => this.close());
  }

  static async open(url: RedisUrl, access: RedisAccess): Promise<RedisConnection> {
    const connection = new RedisConnection(clientOf(url, access));
    await connection.#orOver(connection.#client.connect(), limits.redisConnectMs);
    return connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends commands at once, and resolves with their replies. */
  async pipeline(commands: readonly Command[]): Promise<readonly Reply[]> {
    const batch = this.#client.multi();
    for (const command of commands) batch.addCommand(command);
    const replies: unknown = await this.#orOver(batch.execAsPipeline(), limits.redisAnswerMs);
    return replies as readonly Reply[];
  }

  /** All of them are done, seen by others at one moment, or none is. */
  async transaction(commands: readonly Command[]): Promise<void> {
    const batch = this.#client.multi();
    for (const command of commands) batch.addCommand(command);
    await this.#orOver(batch.exec(), limits.redisAnswerMs);
  }

  close(): void {
    this.#isOver = true;
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #orOver<T>(work: Promise<T>, ms: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${ms / 1000} s`)), ms);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      work.catch(() => undefined);
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function clientOf(url: RedisUrl, { library, password, authorities }: RedisAccess) {
  const { createClient, RESP_TYPES } = library;
  const { host, port, isTls, user, database } = url;
  const connectTimeout = limits.redisConnectMs;
  const socket = { host, port, connectTimeout, reconnectStrategy: false as const };
  return createClient({
    // What every server speaks, however old.
    RESP: 2,
    socket: isTls
      ? { ...socket, tls: true, ...(authorities !== null && { ca: authorities }) }
      : socket,
    ...(user !== null && { username: user }),
    ...(password !== null && { password }),
    database,
    name: "logmill",
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}
