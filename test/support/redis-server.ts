// A real Redis server of a test's own, on a port that nobody else has and with nothing on disk. It ends with the test.
// Where none can be had, the tests say so and are skipped: see `redisMissing`.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createClient, RESP_TYPES } from "@redis/client";
import { onTestFinished } from "vitest";
import { freePorts } from "./free-ports.ts";
import { tempFolder } from "./temp-folder.ts";

const program = "redis-server";
const installMs = 60_000;

/** Why there is no server, null if there is. Root of a Debian gets the package of its distribution. */
export const redisMissing: string | null = findServer();

function findServer(): string | null {
  if (isThere()) return null;
  if (process.getuid?.() !== 0) return `${program} is not installed, and only root may install it`;
  // Other test files may be at it.
  const options = ["-o", `DPkg::Lock::Timeout=${installMs / 1000}`];
  const install = [...options, "install", "-y", "--no-install-recommends", program];
  spawnSync("apt-get", install, { timeout: installMs, stdio: "ignore" });
  return isThere() ? null : `apt-get could not install ${program} in ${installMs / 1000} s`;
}

function isThere(): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

/** What a server needs for TLS, which it then speaks on a port of its own, beside the plain one. */
export interface TlsSetup {
  readonly options: readonly string[];
  readonly url: string;
  /** File of the authority that has to be trusted. */
  readonly authority: string;
}

/** A certificate that nobody knows; null where there is no openssl to make it. */
export async function tlsSetup(): Promise<TlsSetup | null> {
  const folder = tempFolder();
  const [key, authority] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", authority];
  const made = spawnSync("openssl", ["req", "-x509", ...curve, ...subject, ...files]);
  if (made.status !== 0) return null;
  const [port] = await freePorts(1);
  const options = ["--tls-port", String(port), "--tls-auth-clients", "no"];
  return {
    options: [...options, "--tls-cert-file", authority, "--tls-key-file", key],
    url: `rediss://127.0.0.1:${port!}`,
    authority,
  };
}

type Client = Awaited<ReturnType<typeof connect>>;

export class RedisServerProcess {
  readonly port: number;
  readonly #options: readonly string[];
  #process: ChildProcess | null = null;
  #client: Client | null = null;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
  }

  /** @param options of the server's command line. */
  static async start(...options: readonly string[]): Promise<RedisServerProcess> {
    const server = await RedisServerProcess.stopped(...options);
    await server.restart();
    return server;
  }

  /** One that is still to be started. */
  static async stopped(...options: readonly string[]): Promise<RedisServerProcess> {
    const [port] = await freePorts(1);
    const server = new RedisServerProcess(port!, ["--dir", tempFolder(), ...options]);
    onTestFinished(() => server.kill());
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the server again, with no data. */
  async restart(): Promise<void> {
    await this.kill();
    const args = [
      "--port",
      String(this.port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      ...this.#options,
    ];
    this.#process = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const piece of this.#process.stdout!) {
      said += String(piece);
      if (said.includes("Ready to accept connections")) break;
    }
    if (!said.includes("Ready to accept connections")) throw new Error(`no Redis:\n${said}`);
  }

  async kill(): Promise<void> {
    this.#client?.destroy();
    this.#client = null;
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  /** One command's reply, with texts; bytes that are no UTF-8 as Latin-1. */
  async ask(...command: readonly string[]): Promise<unknown> {
    return texts(await this.askBytes(...command));
  }

  /** One command's reply, with bytes where `ask` has texts. */
  async askBytes(...command: readonly (string | Buffer)[]): Promise<unknown> {
    this.#client ??= await connect(this.url);
    return this.#client.sendCommand([...command]);
  }

  /** A reply of names and values by turns, as an object. */
  async pairs(...command: readonly string[]): Promise<Record<string, string>> {
    const flat = (await this.ask(...command)) as string[];
    return Object.fromEntries(
      Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!]),
    );
  }

  /** All keys that are not logmill's own. */
  async keys(): Promise<readonly string[]> {
    const keys = (await this.ask("KEYS", "*")) as string[];
    return keys.filter((key) => !key.startsWith("logmill:")).sort();
  }

  /** Calls of each command since the last question; those of this client are among them. */
  async calls(): Promise<ReadonlyMap<string, number>> {
    const text = (await this.ask("INFO", "commandstats")) as string;
    await this.ask("CONFIG", "RESETSTAT");
    return new Map(
      [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gmu)].map(([, name, count]) => [
        name!,
        Number(count),
      ]),
    );
  }
}

async function connect(url: string) {
  const client = createClient({
    url,
    RESP: 2,
    socket: { reconnectStrategy: false },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

function texts(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(texts);
  if (!Buffer.isBuffer(reply)) return reply;
  const text = reply.toString();
  return Buffer.from(text).equals(reply) ? text : reply.toString("latin1");
}
