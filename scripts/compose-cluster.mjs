// The cluster of compose.yaml as a test drives it: commands of the engine, and what the roles and the
// Prometheus in it say of themselves over HTTP.

import { spawnSync } from "node:child_process";
import { get as httpGet } from "node:http";
import process from "node:process";

/** Compose as a plugin of docker (v2), or as the program of its own that it was before. */
const composeCommands = [["docker", "compose"], ["docker-compose"]];

/**
 * Runs a command to its end.
 * @param {readonly string[]} command
 * @param {Record<string, string>} [environment]
 */
export function run(command, environment = {}) {
  const [program = "", ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { isGood: status === 0, stdout, stderr };
}

/** Why there is nothing to run on, or how Compose is called here. */
export function findCompose() {
  if (!run(["docker", "info"]).isGood)
    return { missing: "no container engine answers `docker info`" };
  const command = composeCommands.find((words) => run([...words, "version"]).isGood);
  if (command === undefined)
    return { missing: "neither `docker compose` nor `docker-compose` is here" };
  return { command };
}

export class ComposeCluster {
  #words;
  #environment;
  #project;

  /**
   * @param {readonly string[]} compose
   * @param {string} project
   * @param {Record<string, string>} environment of every command; compose.yaml says what it may hold
   */
  constructor(compose, project, environment) {
    this.#words = [...compose, "-p", project];
    this.#project = project;
    this.#environment = environment;
  }

  /** Runs a command of Compose. @param {readonly string[]} args @returns {string} */
  compose(...args) {
    return must([...this.#words, ...args], this.#environment);
  }

  /** Runs a command of the engine. @param {readonly string[]} args @returns {string} */
  docker(...args) {
    return must(["docker", ...args], this.#environment);
  }

  /** Ids of the containers of a service that run. @param {string} service */
  containers(service) {
    const label = "label=com.docker.compose";
    return this.docker(
      ...["ps", "-q", "--filter", `${label}.project=${this.#project}`],
      ...["--filter", `${label}.service=${service}`],
    )
      .split(/\s+/)
      .filter((id) => id !== "");
  }

  /** Where a port of a service is on this host. @param {string} service @param {number} port */
  address(service, port) {
    const [id = ""] = this.containers(service);
    return `http://${this.docker("port", id, String(port)).split("\n")[0] ?? ""}`;
  }

  /**
   * The samples of a role's metric, with their labels; none while the role does not answer.
   * @param {string} service
   * @param {string} name
   * @returns {Promise<{ labels: string, value: number }[]>}
   */
  async samples(service, name) {
    const text = await this.metrics(service).catch(() => "");
    return text.split("\n").flatMap((line) => {
      const match = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line);
      return match?.[1] === name ? [{ labels: match[2] ?? "", value: Number(match[3]) }] : [];
    });
  }

  /** The sum over all labels. @param {string} service @param {string} name */
  async sum(service, name) {
    return (await this.samples(service, name)).reduce((sum, { value }) => sum + value, 0);
  }

  /** What a role's /metrics says. @param {string} service */
  async metrics(service) {
    return get(`${this.address(service, 8555)}/metrics`);
  }

  /**
   * Asks the cluster's Prometheus.
   * @param {string} path such as `/api/v1/query?query=up`
   * @returns {Promise<unknown>} the field `data`
   */
  async prometheus(path) {
    /** @type {unknown} */
    const parsed = JSON.parse(await get(`${this.address("prometheus", 9090)}${path}`));
    const answer = /** @type {{ status: string, data: unknown, error?: string }} */ (parsed);
    if (answer.status !== "success") throw new Error(`${path}: ${answer.error ?? "no success"}`);
    return answer.data;
  }
}

/** The body of an answer, whatever its status. @param {string} url @returns {Promise<string>} */
function get(url) {
  return new Promise((resolve, reject) => {
    const request = httpGet(url, { timeout: 10_000, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (/** @type {string} */ text) => (body += text));
      response.once("end", () => resolve(body)).once("error", reject);
    });
    request.once("error", reject);
    request.once("timeout", () => request.destroy(new Error(`${url} does not answer`)));
  });
}

/** @param {readonly string[]} command @param {Record<string, string>} environment */
function must(command, environment) {
  const { isGood, stdout, stderr } = run(command, environment);
  if (!isGood) throw new Error(`${command.join(" ")}\n${stderr}`);
  return stdout.trim();
}
