// Seeded randomness and the schedule of faults that follows from it. The seed decides what is done
// to whom, when and for how long; what the roles were doing at that moment is theirs to know.

/** @typedef {() => number} Random a number in [0, 1) */

/** Mulberry32. @param {number} seed @returns {Random} */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` to `most`. @param {Random} random @param {number} least @param {number} most */
export function between(random, least, most) {
  return least + Math.floor(random() * (most - least + 1));
}

/** @template T @param {Random} random @param {readonly T[]} list @returns {T} */
export function oneOf(random, list) {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("there is nothing to choose from");
  return chosen;
}

/**
 * @typedef {"kill" | "stop" | "term" | "scale"} FaultKind kill -9 · SIGSTOP, later SIGCONT · SIGTERM
 * · so many workers from now on; all that end are started again
 * @typedef {"ventilator" | "sink" | "worker" | "all" | "run"} Victim `run` is the supervisor
 * @typedef {object} Fault
 * @property {number} atMs after the start
 * @property {FaultKind} kind
 * @property {Victim} victim
 * @property {number} pick which of the workers, as a share of their number
 * @property {number} forMs how long it stands still, or is away before it is started again
 * @property {number} workers for `scale`
 */

/** @type {readonly [FaultKind, Victim, number][]} kind, victim, weight */
const apart = [
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

/** @type {readonly [FaultKind, Victim, number][]} */
const supervised = [
  ["kill", "worker", 5],
  ["kill", "sink", 5],
  ["kill", "ventilator", 5],
  ["kill", "run", 2],
  ["stop", "worker", 3],
  ["stop", "sink", 2],
  ["stop", "ventilator", 2],
];

/**
 * The faults of a run, in order.
 * @param {Random} random @param {number} durationMs @param {"apart" | "run"} mode
 * @returns {Fault[]}
 */
export function makeSchedule(random, durationMs, mode) {
  const kinds = mode === "apart" ? apart : supervised;
  const bag = kinds.flatMap(([kind, victim, weight]) =>
    Array.from({ length: weight }, () => ({ kind, victim })),
  );
  /** @type {Fault[]} */
  const faults = [];
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
    /** @type {[number, number][]} */
    const scales = [
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
