// Bad networks between each two roles, made by proxies, one fault after the other on a cluster whose log
// keeps growing: some on sockets with keys, as between hosts, the rest on plain ones. After each, when
// the network is good again, every line counts once.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Direction, Weather } from "../support/chaos-proxy.ts";
import { recordEvidence } from "../support/evidence.ts";
import { eventually, metricOf, ProxiedCluster } from "../support/proxied-cluster.ts";
import type { LinkName } from "../support/proxied-cluster.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const links: readonly LinkName[] = ["tasks", "results", "acks"];
const ends = {
  tasks: "worker and ventilator",
  results: "worker and sink",
  acks: "sink and ventilator",
};

/** Longer than the three seconds after which a silent role is taken for lost. */
const cutMs = isFull ? 20_000 : 3_500;

let cluster: ProxiedCluster;

function startCluster(hasKeys: boolean, lines: number): void {
  beforeAll(async () => {
    cluster = await ProxiedCluster.start({ lines, hasKeys });
    cluster.write(500);
    await cluster.expectExact();
  });
  afterEach(() => {
    cluster.heal();
  });
  afterAll(() => cluster.close());
}

function evidence(fault: string, observed: string): void {
  recordEvidence({
    ...{ part: "network", fault, expected: "exact when the network is good again" },
    ...{ observed, runs: 1, lost: 0, twice: 0 },
  });
}

/** The time that the fault lasts is the fault itself. */
const lasting = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Lines come while the weather is bad; waits until that was felt. Every connection is made anew in it,
 * handshake and all.
 */
async function badWeather(fault: string, bad: Partial<Weather>, lines: number): Promise<void> {
  const proxies = Object.values(cluster.proxies);
  const before = await cluster.merged();
  for (const proxy of proxies) {
    proxy.set(bad);
    proxy.reset();
  }
  cluster.write(lines);
  await eventually("something came through", async () => (await cluster.merged()) > before);
  await cluster.expectExact();
  cluster.heal();
  evidence(`${fault} between all roles`, `exact, ${lines} lines`);
}

describe("with keys", () => {
  startCluster(true, isFull ? 120_000 : 60_000);

  it.each<[string, Partial<Weather>, number]>([
    ["latency of 200 ms", { latencyMs: 200 }, 2000],
    ["one byte at a time", { sliceBytes: 1 }, 300],
  ])("%s everywhere, from the handshake on: slower, exact", async (fault, bad, lines) => {
    await badWeather(`${fault} (CURVE)`, bad, lines);
  });

  it.each(links)("connections of %s reset in the middle of a frame: exact", async (link) => {
    const proxy = cluster.proxies[link];
    const before = proxy.resets;
    // A handshake is about 900 bytes, both directions together.
    proxy.resetAfterBytes = { tasks: 20_000, results: 6_000, acks: 2_000 }[link];
    await eventually("connections were reset", () => {
      cluster.write(100);
      return Promise.resolve(proxy.resets >= before + 3);
    });
    proxy.heal();
    await cluster.expectExact();
    const resets = proxy.resets - before;
    evidence(`resets within a frame between ${ends[link]} (CURVE)`, `exact after ${resets} resets`);
  });

  it.each(links)("%s cut in both directions, and back: exact", async (link) => {
    cluster.proxies[link].set({ fate: "held" });
    cluster.write(1500);
    await lasting(cutMs);
    cluster.heal();
    await cluster.expectExact();
    evidence(`link between ${ends[link]} cut for ${cutMs / 1000} s (CURVE)`, "exact");
  });

  it.each(isFull ? links : [])(
    "connections of %s open and dead (half-open): dialled anew, exact",
    async (link) => {
      const proxy = cluster.proxies[link];
      const before = proxy.connections;
      proxy.set({ fate: "swallowed" });
      cluster.write(1500);
      await eventually("bytes were lost", () => Promise.resolve(proxy.swallowedBytes > 0));
      proxy.heal();
      await cluster.expectExact();
      evidence(
        `half-open connections between ${ends[link]} (CURVE)`,
        `exact; dialled anew ${proxy.connections - before} times`,
      );
    },
  );

  it.each(isFull ? links : [])(
    "bits flipped on %s: the connection ends, and what it carried is sent again",
    async (link) => {
      await flipBits(link, "with CURVE");
    },
  );
});

/** So few that what 3,000 lines make of traffic is hit for certain, though not all of it. */
const bytesAFlip: Readonly<Record<LinkName, number>> = { tasks: 25_000, results: 8_000, acks: 600 };

/** Bits are flipped while lines come; exact when they are no more. */
async function flipBits(link: LinkName, how: string): Promise<void> {
  const proxy = cluster.proxies[link];
  const before = proxy.flips;
  proxy.set({ flipEveryBytes: bytesAFlip[link] });
  cluster.write(3000);
  await eventually("bits were flipped", () => Promise.resolve(proxy.flips > before));
  proxy.heal();
  await cluster.expectExact();
  const flips = proxy.flips - before;
  evidence(`bits flipped between ${ends[link]}, ${how}`, `exact after ${flips} flips`);
}

describe("without keys", () => {
  startCluster(false, isFull ? 120_000 : 60_000);

  it("1 Mbit/s everywhere: slower, exact", async () => {
    await badWeather("1 Mbit/s", { bytesPerSecond: 125_000 }, 2000);
  });

  const oneWay: readonly [LinkName, Direction][] = [
    ["tasks", "toClient"],
    ["results", "toServer"],
    ["tasks", "toServer"],
    ["results", "toClient"],
    ["acks", "toClient"],
  ];

  it.each(isFull ? oneWay : oneWay.slice(0, 1))(
    "%s cut %s only: exact",
    async (link, direction) => {
      cluster.proxies[link].set({ fate: "held" }, direction);
      cluster.write(1500);
      await lasting(cutMs);
      cluster.heal();
      await cluster.expectExact();
      evidence(`one direction between ${ends[link]} cut for ${cutMs / 1000} s`, "exact");
    },
  );

  it("only acknowledgements cut: nothing is lost, nothing grows, and they catch up", async () => {
    const { ventilator } = cluster.http;
    const sentName = "logmill_ventilator_sent_batches_total";
    const sentBefore = await metricOf(ventilator, sentName);
    cluster.proxies.acks.set({ fate: "held" }, "toServer");
    cluster.write(4000);
    await lasting(cutMs);
    const inFlight = await metricOf(ventilator, "logmill_ventilator_in_flight_batches");
    const sent = (await metricOf(ventilator, sentName)) - sentBefore;
    expect(inFlight).toBeLessThanOrEqual(8);
    // The flight went out once, and no more of it again than had been saved up for: no storm.
    expect(sent).toBeLessThanOrEqual(8 + 8);
    cluster.heal();
    await cluster.expectExact();
    await eventually(
      "nothing is in flight",
      async () => (await metricOf(ventilator, "logmill_ventilator_in_flight_batches")) === 0,
    );
    evidence(
      "only the acknowledgements cut",
      `exact; ${inFlight} of at most 8 batches in flight meanwhile, ${sent} sent`,
    );
  });

  it.each(links)("bits flipped on %s: refused, sent again, exact", async (link) => {
    await flipBits(link, "without encryption");
  });
});
