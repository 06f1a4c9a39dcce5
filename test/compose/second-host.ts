// A second host for the cluster of compose.yaml, as far as one engine can play it: a Compose project
// of its own, in a folder of its own, on a network of its own, that knows the first host by an
// address and by keys alone. It is set up with the very commands of docs/cluster.md, so that they are
// known to work as they are written there.

import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { endianness } from "node:os";
import { join } from "node:path";
import { run } from "./cluster.ts";

/** What the documentation calls the two hosts. */
const documentedAddresses = { first: "10.0.0.5", second: "10.0.0.6" };

/**
 * The shell's words of the documentation as this host has them: Compose as it is called here, a copy
 * for `scp`, and a container of root for `sudo`, which a test may not have.
 */
const shell = `
set -eu
docker() {
  if [ "$1" = compose ]; then shift; command $COMPOSE "$@"; else command docker "$@"; fi
}
scp() { cp -r "$2" "$3" "$SECOND_HOST/logmill/"; }
sudo() {
  command docker run --rm --user 0 -v "$PWD:/here" -w /here --entrypoint "$1" "$LOGMILL_IMAGE" \\
    "$2" "$3" "$4"
}
`;

/**
 * The address that this host has on the engine's own network: containers of all networks reach it.
 * Some engines do not name the gateway of that network; a container on it knows the way out.
 * @param image any that has `cat`
 */
export function bridgeAddress(image: string): string {
  const format = "{{range .IPAM.Config}}{{.Gateway}} {{end}}";
  const { stdout } = run(["docker", "network", "inspect", "bridge", "-f", format]);
  const named = stdout.split(/\s+/).find((word) => isIPv4(word));
  if (named !== undefined) return named;
  const command = ["--rm", "--network", "bridge", "--entrypoint", "cat", image, "/proc/net/route"];
  const routes = run(["docker", "run", ...command]);
  const gateway = defaultGateway(routes.stdout);
  if (gateway === null) {
    throw new Error(`no address of this host is known to containers:\n${routes.stderr}`);
  }
  return gateway;
}

/**
 * The gateway of the default route in the text of /proc/net/route, where addresses are hexadecimal
 * numbers of this machine's byte order; null where there is no such route.
 */
export function defaultGateway(routes: string): string | null {
  const rows = routes.split("\n").map((row) => row.trim().split(/\s+/));
  const [, , gateway] = rows.find(([, destination]) => destination === "00000000") ?? [];
  if (gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway)) return null;
  const bytes = gateway.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return (endianness() === "LE" ? bytes.reverse() : bytes).join(".");
}

/** What a second host must know of the first one. */
interface FirstHost {
  /** How Compose is called. */
  readonly compose: readonly string[];
  /** Where its compose.yaml lies. */
  readonly root: string;
  readonly folder: string;
  readonly project: string;
  readonly image: string;
  /** That it publishes its ports on. */
  readonly address: string;
}

export class SecondHost {
  readonly #first: readonly string[];
  readonly #second: readonly string[];
  readonly #address: string;
  readonly #folder: string;
  readonly #project: string;
  readonly #image: string;
  #hasJoined = false;

  constructor({ compose, root, folder, project, image, address }: FirstHost) {
    this.#first = [
      ...compose,
      "-p",
      project,
      "--project-directory",
      root,
      "-f",
      `${root}/compose.yaml`,
    ];
    this.#project = `${project}-other`;
    this.#second = [...compose, "-p", this.#project];
    this.#address = address;
    this.#folder = folder;
    this.#image = image;
    mkdirSync(join(folder, "first"));
    mkdirSync(join(folder, "second/logmill"), { recursive: true });
    copyFileSync(join(root, "compose.worker.yaml"), join(folder, "first/compose.worker.yaml"));
  }

  /** Makes the keys on the first host, and starts the workers of the second one. */
  join(): void {
    this.#hasJoined = true;
    const [onFirst = "", onSecond = ""] = documentedBlocks("Further hosts");
    const makesKeys = onFirst.slice(onFirst.indexOf("docker compose run"));
    this.#shell(makesKeys, "first", this.#first);
    this.#shell(onSecond, "second", this.#second);
  }

  /** Names of this host's containers as the roles in them know them. */
  workers(): readonly string[] {
    return this.#docker("ps", "-q", "--filter", `label=com.docker.compose.project=${this.#project}`)
      .split("\n")
      .filter((id) => id !== "");
  }

  /** The host stands still, with whatever it has in work. */
  freeze(): void {
    this.#docker("pause", ...this.workers());
  }

  /** Gone, without a word to anybody; the folder may be removed. */
  remove(): void {
    if (!this.#hasJoined) return;
    this.#hasJoined = false;
    const workers = this.workers();
    if (workers.length > 0) this.#docker("rm", "-f", "-v", ...workers);
    run(["docker", "network", "rm", `${this.#project}_default`]);
    const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    this.#shell(`sudo chown -R ${uid}:${gid} logmill`, "second", this.#second);
  }

  #shell(script: string, folder: string, compose: readonly string[]): void {
    const here = script
      .replaceAll(documentedAddresses.first, this.#address)
      .replaceAll(documentedAddresses.second, "second-host");
    const cwd = join(this.#folder, folder);
    const { isGood, stdout, stderr } = run(["sh", "-c", `cd "${cwd}"\n${shell}\n${here}`], {
      COMPOSE: compose.join(" "),
      SECOND_HOST: join(this.#folder, "second"),
      LOGMILL_IMAGE: this.#image,
    });
    if (!isGood) throw new Error(`the second host can not be set up:\n${here}\n${stdout}${stderr}`);
  }

  #docker(...args: readonly string[]): string {
    const { isGood, stdout, stderr } = run(["docker", ...args]);
    if (!isGood) throw new Error(`docker ${args.join(" ")}\n${stderr}`);
    return stdout.trim();
  }
}

/** The blocks of commands in a section of docs/cluster.md. */
function documentedBlocks(section: string): readonly string[] {
  const page = readFileSync(new URL("../../docs/cluster.md", import.meta.url), "utf8");
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  if (text === undefined) throw new Error(`docs/cluster.md has no section "${section}"`);
  return [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}
