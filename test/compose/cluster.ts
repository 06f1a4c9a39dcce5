// The cluster of compose.yaml as a test drives it: commands of the engine, and what the roles and the
// Prometheus in it say of themselves over HTTP.

import { spawnSync } from "node:child_process";
import { get as httpGet } from "node:http";

/** Compose as a plugin of docker (v2), or as the program of its own that it was before. */
const composeCommands = [["docker", "compose"], ["docker-compose"]];

export type Environment = Readonly<Record<string, string>>;

export interface Ran {
  readonly isGood: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Sample {
  readonly labels: string;
  readonly value: number;
}

/** Runs a command to its end. */
export function run(command: readonly string[], environment: Environment = {}): Ran {
  const [program = "", ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { isGood: status === 0, stdout, stderr };
}

/** Why there is nothing to run on, or how Compose is called here. */
export function findCompose():
  | { readonly missing: string; readonly command?: undefined }
  | { readonly command: readonly string[] } {
  if (!run(["docker", "info"]).isGood)
    return { missing: "no container engine answers `docker info`" };
  const command = composeCommands.find((words) => run([...words, "version"]).isGood);
  if (command === undefined)
    return { missing: "neither `docker compose` nor `docker-compose` is here" };
  return { command };
}

export class ComposeCluster {
  readonly #words: readonly string[];
  readonly #environment: Environment;
  readonly #project: string;

  /** @param environment of every command; compose.yaml says what it may hold */
  constructor(compose: readonly string[], project: string, environment: Environment) {
    this.#words = [...compose, "-p", project];
    this.#project = project;
    this.#environment = environment;
  }

  /** Runs a command of Compose. */
  compose(...args: readonly string[]): string {
    return must([...this.#words, ...args], this.#environment);
  }

  /** Runs a command of the engine. */
  docker(...args: readonly string[]): string {
    return must(["docker", ...args], this.#environment);
  }

  /** Ids of the containers of a service that run. */
  containers(service: string): readonly string[] {
    const label = "label=com.docker.compose";
    return this.docker(
      ...["ps", "-q", "--filter", `${label}.project=${this.#project}`],
      ...["--filter", `${label}.service=${service}`],
    )
      .split(/\s+/)
      .filter((id) => id !== "");
  }

  /** Where a port of a service is on this host. */
  address(service: string, port: number): string {
    const [id = ""] = this.containers(service);
    return `http://${this.docker("port", id, String(port)).split("\n")[0] ?? ""}`;
  }

  /** The samples of a role's metric, with their labels; none while the role does not answer. */
  async samples(service: string, name: string): Promise<readonly Sample[]> {
    const text = await this.metrics(service).catch(() => "");
    return text.split("\n").flatMap((line) => {
      const match = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line);
      return match?.[1] === name ? [{ labels: match[2] ?? "", value: Number(match[3]) }] : [];
    });
  }

  /** The sum over all labels. */
  async sum(service: string, name: string): Promise<number> {
    return (await this.samples(service, name)).reduce((sum, { value }) => sum + value, 0);
  }

  /** What a role's /metrics says. */
  async metrics(service: string): Promise<string> {
    return get(`${this.address(service, 8555)}/metrics`);
  }

  /**
   * Asks the cluster's Prometheus.
   * @param path such as `/api/v1/query?query=up`
   * @returns the field `data`
   */
  async prometheus(path: string): Promise<unknown> {
    const answer = JSON.parse(await get(`${this.address("prometheus", 9090)}${path}`)) as {
      readonly status: string;
      readonly data: unknown;
      readonly error?: string;
    };
    if (answer.status !== "success") throw new Error(`${path}: ${answer.error ?? "no success"}`);
    return answer.data;
  }
}

/** The body of an answer, whatever its status. */
function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpGet(url, { timeout: 10_000, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => resolve(body)).once("error", reject);
    });
    request.once("error", reject);
    request.once("timeout", () => request.destroy(new Error(`${url} does not answer`)));
  });
}

function must(command: readonly string[], environment: Environment): string {
  const { isGood, stdout, stderr } = run(command, environment);
  if (!isGood) throw new Error(`${command.join(" ")}\n${stderr}`);
  return stdout.trim();
}
