// Three hosts on one machine: a network namespace for each role, and between each two a pair of virtual
// interfaces of their own, which can be pulled out. Needs root and `ip` (iproute2).

import { spawnSync } from "node:child_process";

export type HostName = "ventilator" | "worker" | "sink";
export type LinkName = "tasks" | "results" | "acks";

interface Link {
  /** The first has address `.1`, the second `.2`. */
  readonly ends: readonly [HostName, HostName];
  readonly network: string;
}

const links: Readonly<Record<LinkName, Link>> = {
  tasks: { ends: ["ventilator", "worker"], network: "10.99.1" },
  results: { ends: ["sink", "worker"], network: "10.99.2" },
  acks: { ends: ["ventilator", "sink"], network: "10.99.3" },
};
const linkNames = Object.keys(links) as LinkName[];
const hosts: readonly HostName[] = ["ventilator", "worker", "sink"];

function ip(...args: string[]): string | null {
  const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
  return status === 0 ? null : `ip ${args.join(" ")}: ${error?.message ?? stderr.trim()}`;
}

function must(...args: string[]): void {
  const fault = ip(...args);
  if (fault !== null) throw new Error(fault);
}

/** Why there can be no namespaces here; null when there can. */
export function namespacesFault(): string | null {
  if (process.getuid?.() !== 0) return "needs root";
  const probe = `logmill-probe-${process.pid}`;
  const fault = ip("netns", "add", probe);
  if (fault === null) must("netns", "del", probe);
  return fault;
}

export class NetworkNamespaces {
  readonly endpoints: Readonly<Record<LinkName, string>>;
  readonly #names = Object.fromEntries(
    hosts.map((host) => [host, `logmill-${host}-${process.pid}`]),
  ) as Record<HostName, string>;

  constructor() {
    const port = { tasks: 5555, results: 5556, acks: 5557 };
    this.endpoints = Object.fromEntries(
      linkNames.map((link) => [link, `tcp://${links[link].network}.1:${port[link]}`]),
    ) as Record<LinkName, string>;
    for (const host of hosts) {
      must("netns", "add", this.#names[host]);
      must("-n", this.#names[host], "link", "set", "lo", "up");
    }
    for (const link of linkNames) {
      const { ends, network } = links[link];
      const [first, second] = [this.#names[ends[0]], this.#names[ends[1]]];
      const peer = ["peer", "name", link, "netns", second];
      must("-n", first, "link", "add", link, "type", "veth", ...peer);
      for (const [index, name] of [first, second].entries()) {
        must("-n", name, "addr", "add", `${network}.${index + 1}/24`, "dev", link);
        must("-n", name, "link", "set", link, "up");
      }
    }
  }

  /** What to put before a command, so that it runs on that host. */
  on(host: HostName): readonly string[] {
    return ["ip", "netns", "exec", this.#names[host]];
  }

  /** Pulls the link out, or puts it back. */
  set(link: LinkName, state: "up" | "down"): void {
    must("-n", this.#names[links[link].ends[1]], "link", "set", link, state);
  }

  /** What the second end of a link sends is lost, or no more; the other direction is left alone. */
  silence(link: LinkName, isSilent: boolean): void {
    const { ends, network } = links[link];
    const verb = isSilent ? "add" : "del";
    must("-n", this.#names[ends[1]], "route", verb, "blackhole", `${network}.1/32`);
  }

  remove(): void {
    for (const host of hosts) ip("netns", "del", this.#names[host]);
  }
}
