// How long it took until work went on: from the moment in which the victim of a fault is back (started
// again, or continued) to the first batch that is acknowledged after it. Other faults go on meanwhile,
// and a ventilator looks for new lines every two seconds; both are in the figures.

export interface Pending {
  kind: string;
  sinceMs: number;
  ventilator: number;
  acknowledged: number | null;
}

export interface RecoveryTime {
  fault: string;
  count: number;
  medianMs: number;
  worstMs: number;
}

export class Recovery {
  /** By kind of fault */
  #times = new Map<string, number[]>();
  #pending: Pending[] = [];

  get isWaiting() {
    return this.#pending.length > 0;
  }

  /**
   * The victim is back.
   * @param kind of the fault
   * @param ventilator which one lives now
   * @param isNew whether that one has just begun, and so has acknowledged nothing
   */
  back(kind: string, ventilator: number, isNew: boolean) {
    const acknowledged = isNew ? 0 : null;
    this.#pending.push({ kind, sinceMs: performance.now(), ventilator, acknowledged });
  }

  /**
   * What a ventilator says now.
   * @param acknowledged batches
   */
  observe(ventilator: number, acknowledged: number) {
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

  summary(): RecoveryTime[] {
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

export function faultName(kind: "kill" | "stop" | "term", role: string) {
  const what = { kill: "kill -9", stop: "SIGSTOP, SIGCONT", term: "SIGTERM and restart" }[kind];
  return `${what} of ${role === "worker" ? "a worker" : `the ${role}`}`;
}
