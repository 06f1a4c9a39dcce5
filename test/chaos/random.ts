// The schedule of faults that follows from a seed. The seed decides what is done
// to whom, when and for how long; what the roles were doing at that moment is theirs to know.

import type { Random } from "../../src/shared/base/prng.ts";

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number) {
  return least + Math.floor(random() * (most - least + 1));
}

export function oneOf<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("there is nothing to choose from");
  return chosen;
}

/** Kill -9 · SIGSTOP, later SIGCONT · SIGTERM · so many workers from now on; all that end are started again */
type FaultKind = "kill" | "stop" | "term" | "scale";

/** `run` is the supervisor */
type Victim = "ventilator" | "sink" | "worker" | "all" | "run";

export interface Fault {
  /** After the start */
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly victim: Victim;
  /** Which of the workers, as a share of their number */
  readonly pick: number;
  /** How long it stands still, or is away before it is started again */
  readonly forMs: number;
  /** For `scale` */
  readonly workers: number;
}

/** kind, victim, weight */
const apart: readonly [FaultKind, Victim, number][] = [
  ["kill", "worker", 6],
  ["kill", "sink", 5],
  ["kill", "ventilator", 5],
  ["kill", "all", 1],
  ["stop", "worker", 4],
  ["stop", "sink", 3],
  ["stop", "ventilator", 3],
  ["term", "worker", 2],
  ["term", "sink", 1],
  ["term", "ventilator", 1],
];

const supervised: readonly [FaultKind, Victim, number][] = [
  ["kill", "worker", 5],
  ["kill", "sink", 5],
  ["kill", "ventilator", 5],
  ["kill", "run", 2],
  ["stop", "worker", 3],
  ["stop", "sink", 2],
  ["stop", "ventilator", 2],
];

/** The faults of a run, in order. */
export function makeSchedule(random: Random, durationMs: number, mode: "apart" | "run"): Fault[] {
  const kinds = mode === "apart" ? apart : supervised;
  const bag = kinds.flatMap(([kind, victim, weight]) =>
    Array.from({ length: weight }, () => ({ kind, victim })),
  );
  const faults: Fault[] = [];
  for (
    let atMs = between(random, 300, 900);
    atMs < durationMs;
    atMs += between(random, 300, 1500)
  ) {
    const isLong = random() < 0.15;
    faults.push({
      atMs,
      ...oneOf(random, bag),
      pick: random(),
      // Some stand still for longer than the three seconds after which a role is taken for lost.
      forMs: isLong ? between(random, 3_200, 5_000) : between(random, 0, 700),
      workers: 0,
    });
  }
  if (mode === "apart") {
    const scales: [number, number][] = [
      [0.25, 8],
      [0.65, 2],
    ];
    for (const [share, workers] of scales) {
      faults.push({
        ...{ atMs: share * durationMs, kind: "scale", victim: "worker" },
        ...{ pick: 0, forMs: 0, workers },
      });
    }
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}
