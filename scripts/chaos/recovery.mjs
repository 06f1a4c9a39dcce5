// How long it took until work went on: from the moment in which the victim of a fault is back (started
// again, or continued) to the first batch that is acknowledged after it. Other faults go on meanwhile,
// and a ventilator looks for new lines every two seconds; both are in the figures.

/** @typedef {{ kind: string, sinceMs: number, ventilator: number, acknowledged: number | null }} Pending */
/** @typedef {{ fault: string, count: number, medianMs: number, worstMs: number }} RecoveryTime */

export class Recovery {
  /** @type {Map<string, number[]>} by kind of fault */
  #times = new Map();
  /** @type {Pending[]} */
  #pending = [];

  get isWaiting() {
    return this.#pending.length > 0;
  }

  /**
   * The victim is back.
   * @param {string} kind of the fault @param {number} ventilator which one lives now
   * @param {boolean} isNew whether that one has just begun, and so has acknowledged nothing
   */
  back(kind, ventilator, isNew) {
    const acknowledged = isNew ? 0 : null;
    this.#pending.push({ kind, sinceMs: performance.now(), ventilator, acknowledged });
  }

  /** What a ventilator says now. @param {number} ventilator @param {number} acknowledged batches */
  observe(ventilator, acknowledged) {
    this.#pending = this.#pending.filter((pending) => {
      const isOther = pending.ventilator !== ventilator;
      if (!isOther && pending.acknowledged === null) pending.acknowledged = acknowledged;
      if (acknowledged <= (isOther ? 0 : (pending.acknowledged ?? 0))) return true;
      const times = this.#times.get(pending.kind) ?? [];
      times.push(performance.now() - pending.sinceMs);
      this.#times.set(pending.kind, times);
      return false;
    });
  }

  /** @returns {RecoveryTime[]} */
  summary() {
    return [...this.#times]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([fault, times]) => {
        const sorted = [...times].sort((a, b) => a - b);
        const medianMs = Math.round(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0);
        const worstMs = Math.round(sorted.at(-1) ?? 0);
        return { fault, count: sorted.length, medianMs, worstMs };
      });
  }
}

/** @param {"kill" | "stop" | "term"} kind @param {string} role */
export function faultName(kind, role) {
  const what = { kill: "kill -9", stop: "SIGSTOP, SIGCONT", term: "SIGTERM and restart" }[kind];
  return `${what} of ${role === "worker" ? "a worker" : `the ${role}`}`;
}
