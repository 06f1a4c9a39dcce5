// Samples of one or more roles, read from Prometheus's text format as their /metrics has it. Lines
// that are no samples are left out: what is looked for is known by name.

export interface MetricSample {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;
const labelPattern = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export class MetricSamples {
  readonly #byName = new Map<string, MetricSample[]>();

  /** Adds what one /metrics says. */
  read(text: string): void {
    for (const line of text.split("\n")) {
      const [, name, labels = "", value] = samplePattern.exec(line) ?? [];
      if (name === undefined) continue;
      const samples = this.#byName.get(name) ?? [];
      samples.push({ labels: readLabels(labels), value: Number(value) });
      this.#byName.set(name, samples);
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The sum over all samples whose labels are as given; 0 when there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels);
    return this.#of(name)
      .filter((sample) => wanted.every(([label, value]) => sample.labels.get(label) === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** The sums by the values of one label, in order of first appearance. */
  by(name: string, label: string): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const { labels, value } of this.#of(name)) {
      const key = labels.get(label) ?? "";
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sums;
  }

  /** How many samples there are, such as workers. */
  count(name: string): number {
    return this.#of(name).length;
  }

  #of(name: string): readonly MetricSample[] {
    return this.#byName.get(name) ?? [];
  }
}

function readLabels(text: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [, name, value] of text.matchAll(labelPattern)) {
    labels.set(
      name!,
      value!.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : String(escaped))),
    );
  }
  return labels;
}
