// Counters and gauges that count for the simulation in place of Prometheus: every increment goes
// into the tally of the world, and gauges can be read.

import { theWorld } from "../world/current.ts";

interface Settings {
  readonly name: string;
  readonly collect?: (this: Gauge) => void | Promise<void>;
  readonly registers?: readonly Registry[];
}

type Labels = Readonly<Record<string, string | number>>;

export class Registry {
  readonly gauges = new Map<string, Gauge>();

  getSingleMetric(name: string): Gauge | undefined {
    return this.gauges.get(name);
  }
}

function nameOf(name: string, labels: Labels | undefined): string {
  const values = labels === undefined ? [] : Object.values(labels);
  return values.length === 0 ? name : `${name} ${values.join(" ")}`;
}

export class Counter {
  readonly #name: string;

  constructor({ name }: Settings) {
    this.#name = name;
  }

  inc(labels?: Labels | number, by = 1): void {
    const isLabelled = typeof labels === "object";
    const name = nameOf(this.#name, isLabelled ? labels : undefined);
    theWorld().tally.add(name, isLabelled ? by : (labels ?? 1));
  }

  labels(...values: readonly (Labels | string | number)[]): { inc: (by?: number) => void } {
    const [first] = values;
    const labels = typeof first === "object" ? first : Object.fromEntries(values.entries());
    return { inc: (by = 1) => this.inc(labels as Labels, by) };
  }

  reset(): void {
    // Nothing is kept here.
  }

  remove(): void {
    // Nothing is kept here.
  }
}

export class Gauge {
  readonly #collect: Settings["collect"];
  #value = 0;

  constructor({ name, collect, registers = [] }: Settings) {
    this.#collect = collect;
    for (const registry of registers) registry.gauges.set(name, this);
  }

  set(labels: Labels | number, value?: number): void {
    this.#value = typeof labels === "number" ? labels : (value ?? 0);
  }

  inc(): void {
    this.#value += 1;
  }

  dec(): void {
    this.#value -= 1;
  }

  reset(): void {
    this.#value = 0;
  }

  remove(): void {
    this.#value = 0;
  }

  labels(): this {
    return this;
  }

  read(): number {
    void this.#collect?.call(this);
    return this.#value;
  }
}

export class Histogram {
  zero(): void {
    // There is nothing to begin with.
  }

  observe(): void {
    // Durations are nothing that the simulation looks at.
  }

  startTimer(): () => number {
    return () => 0;
  }

  labels(): this {
    return this;
  }
}

export class Summary extends Histogram {}

export function collectProcessMetrics(): void {
  // The process that runs the simulation is not the one that is simulated.
}
