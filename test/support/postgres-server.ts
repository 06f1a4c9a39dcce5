// A real PostgreSQL server with the extension `hll`, in a folder of a test's own and on a Unix socket alone. It ends with the test.
// Where none can be had, the tests say so and are skipped: see `postgresMissing`.

import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { tempFolder } from "./temp-folder.ts";

const version = 15;
const packages = [`postgresql-${version}`, `postgresql-${version}-hll`];
const programs = `/usr/lib/postgresql/${version}/bin`;
const extension = `/usr/share/postgresql/${version}/extension/hll.control`;
const installMs = 60_000;
/** What Debian's policy-rc.d answers for services that are not to be started. */
const forbidden = 101;

/** Why there is no server, null if there is. Root of a Debian gets the packages of its distribution. */
export const postgresMissing: string | null = findServer();

function findServer(): string | null {
  if (isThere()) return null;
  const names = packages.join(" and ");
  if (process.getuid?.() !== 0) return `${names} are not installed, and only root may install them`;
  // Its package starts a server on port 5432, which would stay, unless the machine's policy forbids
  // that, as images of containers do.
  if (spawnSync("/usr/sbin/policy-rc.d", ["postgresql", "start"]).status !== forbidden) {
    return `${names} are not installed, and installing them would start a server that stays`;
  }
  // Other test files may be at it.
  const options = ["-o", `DPkg::Lock::Timeout=${installMs / 1000}`];
  const install = [...options, "install", "-y", "--no-install-recommends", ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", install, { timeout: installMs, stdio: "ignore", env });
  return isThere() ? null : `apt-get could not install ${names} in ${installMs / 1000} s`;
}

function isThere(): boolean {
  return existsSync(join(programs, "postgres")) && existsSync(extension);
}

/** PostgreSQL refuses to run as root: it is given the user of its package. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(option: "-u" | "-g"): number {
  return Number(run("id", [option, "postgres"]));
}

function run(
  program: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string; input?: string } = {},
): string {
  const done = spawnSync(program, args, {
    ...options,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (done.status !== 0) {
    throw new Error(`${program} failed: ${done.error?.message ?? done.stderr}`);
  }
  return done.stdout;
}

export class PostgresServerProcess {
  readonly #folder: string;
  readonly #owner = owner();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Started, with the extension created. */
  static async start(): Promise<PostgresServerProcess> {
    const server = new PostgresServerProcess(tempFolder());
    await server.#start();
    server.query("create extension hll");
    return server;
  }

  async #start(): Promise<void> {
    const { uid, gid } = this.#owner;
    const folder = this.#folder;
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const as = { ...this.#owner, cwd: folder };
    const data = join(folder, "data");
    const how = ["--encoding=UTF8", "--locale=C", "--auth=trust", "--username=postgres"];
    run(join(programs, "initdb"), ["--pgdata", data, "--no-sync", ...how], as);
    const args = ["-D", data, "-k", folder, "-F", "-c", "listen_addresses="];
    const child = spawn(join(programs, "postgres"), args, {
      ...as,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      // An immediate shutdown, which takes the server's children along.
      child.kill("SIGQUIT");
      await ended;
    });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (piece) => {
        said += String(piece);
        if (said.includes("ready to accept connections")) resolve();
      });
      child.on("error", reject);
      child.on("exit", () => reject(new Error(`no PostgreSQL:\n${said}`)));
    });
  }

  /** Lines of the result, with the columns apart by `|`; NULL is an empty text. */
  query(sql: string): readonly string[] {
    const args = ["-h", this.#folder, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"];
    const options = { ...this.#owner, cwd: this.#folder, input: sql };
    return run(join(programs, "psql"), args, options).split("\n").slice(0, -1);
  }
}
