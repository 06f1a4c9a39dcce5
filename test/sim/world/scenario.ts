// What a seed decides at the beginning: how large the run is, how its network and disk behave, and
// which kinds of fault it has. Kinds are drawn per seed, so that some runs are troubled by one thing
// alone and some by everything.

import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import type { DiskOptions } from "./sim-disk.ts";
import type { NetworkOptions } from "./network.ts";

export const faultKinds = [
  "kill worker",
  "kill sink",
  "kill ventilator",
  "power cut",
  "kill everything",
  "stop worker",
  "stop sink",
  "stop ventilator",
  "partition",
  "half-open connection",
  "disk full",
  "disk error",
  "wall clock",
  "scale workers",
  "another store",
  "new summary",
  "restart sink",
  "restart ventilator",
  "restart worker",
  "grow",
  "rotate",
  "new file",
  "copy file",
  "replace file",
  "copy and truncate",
  "compress",
  "broken summariser",
] as const;

export type FaultKind = (typeof faultKinds)[number];

const poisons = ["throw", "crash", "hang"] as const;

/** How a line breaks a worker that meets it. */
export type Poison = (typeof poisons)[number] | "none";

export function drawPoison(random: Random): Poison {
  return poisons[randomBelow(random, poisons.length)]!;
}

export interface Scenario {
  readonly once: boolean;
  /** Over TCP batches carry their bytes; on one host workers read them themselves. */
  readonly isTcp: boolean;
  readonly files: number;
  readonly linesPerFile: number;
  /** Chance that a new content begins like another one. */
  readonly alike: number;
  readonly workers: number;
  readonly maxInFlight: number;
  readonly ackTimeoutMs: number;
  readonly liveBytesMax: number;
  readonly flushIntervalMs: number;
  readonly faultsMs: number;
  readonly faultEveryMs: number;
  readonly kinds: readonly FaultKind[];
  /** What poisoned lines do to workers all the time, also when all else is calm. */
  readonly lastingPoison: Poison;
  /** Chance that a batch fails at a worker for no reason of its own. */
  readonly flaky: number;
  /** Longest time that a batch takes a worker. */
  readonly workMs: number;
  readonly network: NetworkOptions;
  readonly disk: DiskOptions;
}

export function drawScenario(random: Random): Scenario {
  const between = (low: number, high: number): number => low + randomBelow(random, high - low + 1);
  const isOften = (chance: number): boolean => random() < chance;
  const once = isOften(0.6);
  const following: readonly FaultKind[] = [
    "grow",
    "rotate",
    "new file",
    "copy file",
    "replace file",
    "copy and truncate",
    "compress",
  ];
  const share = random() * random();
  const kinds = faultKinds.filter((kind) => {
    if (once && following.includes(kind)) return false;
    return isOften(following.includes(kind) ? 0.6 : share);
  });
  const isMischievous = isOften(0.3);
  const mischief = (): number => (isMischievous && isOften(0.5) ? random() * 0.05 : 0);
  return {
    once,
    isTcp: isOften(0.4),
    files: between(1, 4),
    linesPerFile: isOften(0.2) ? between(1, 10) : between(10, 60),
    alike: isOften(0.5) ? 0.8 * random() : 0,
    workers: between(1, 4),
    maxInFlight: between(1, 10),
    ackTimeoutMs: between(500, 4000),
    liveBytesMax: isOften(0.3) ? 1 << 16 : 1 << 22,
    flushIntervalMs: between(200, 5000),
    faultsMs: kinds.length === 0 ? 500 : between(500, 15_000),
    faultEveryMs: between(100, 3000),
    kinds,
    flaky: isOften(0.15) ? random() * 0.3 : 0,
    workMs: isOften(0.3) ? 5 : between(20, 2000),
    network: {
      latencyMs: isOften(0.8) ? 0.05 : random() * 100,
      jitterMs: isOften(0.8) ? random() : random() * 50,
      laneMessagesMax: between(1, 32),
      mischief: {
        loss: mischief(),
        repeat: mischief(),
        overtake: mischief(),
        damage: mischief(),
        forgery: mischief(),
        stale: isMischievous ? random() : 0,
      },
    },
    disk: {
      syncMs: isOften(0.8) ? 2 : random() * 200,
      short: isOften(0.3) ? random() * 0.3 : 0,
      failure: isOften(0.1) ? random() * 0.02 : 0,
      lie: isOften(0.1) ? random() * 0.5 : 0,
    },
    lastingPoison: isOften(0.06) ? drawPoison(random) : "none",
    ...(!once && isOften(0.25) ? drawFileTrouble(random, following) : {}),
  };
}

/** Nothing goes wrong but that files change, often and while they are being read. */
function drawFileTrouble(random: Random, following: readonly FaultKind[]): Partial<Scenario> {
  return {
    alike: 0.3 + 0.6 * random(),
    files: 1 + randomBelow(random, 2),
    linesPerFile: 20 + randomBelow(random, 40),
    workers: 1 + randomBelow(random, 2),
    maxInFlight: 1 + randomBelow(random, 2),
    workMs: 50 + randomBelow(random, 300),
    faultsMs: 1000 + randomBelow(random, 2500),
    faultEveryMs: 50 + randomBelow(random, 300),
    kinds: [...following, "copy and truncate", "copy and truncate", "copy and truncate"],
  };
}
