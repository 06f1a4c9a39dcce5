// Since when each output lacks something that the store has.

export class OutputLag {
  /** By output, when the oldest change came that a publish was to show and did not, yet; null when there is none. */
  readonly #since: Map<string, number | null>;
  /** The oldest change that came since the last publish. The sink before may have died with some. */
  #changedMs: number | null = performance.now();

  constructor(names: readonly string[]) {
    this.#since = new Map(names.map((name) => [name, null]));
  }

  touch(): void {
    this.#changedMs ??= performance.now();
  }

  /** A publish has begun; what is merged from now on may come too late for it. */
  begin(): void {
    for (const [name, since] of this.#since) this.#since.set(name, since ?? this.#changedMs);
    this.#changedMs = null;
  }

  /** Of this output it has ended well. */
  end(name: string): void {
    this.#since.set(name, null);
  }

  secondsOf(name: string): number {
    const since = this.#since.get(name) ?? this.#changedMs;
    return since === null ? 0 : (performance.now() - since) / 1000;
  }
}
