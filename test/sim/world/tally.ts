// What happened in a run, counted by name: faults that were injected, and what the code under test
// counted itself. So one sees that faults really happen and that the code really reacts.

export class Tally {
  readonly faults = new Map<string, number>();
  readonly actions = new Map<string, number>();

  fault(name: string): void {
    this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
  }

  add(name: string, count = 1): void {
    this.actions.set(name, (this.actions.get(name) ?? 0) + count);
  }

  merge(other: Tally): void {
    for (const [name, count] of other.faults) {
      this.faults.set(name, (this.faults.get(name) ?? 0) + count);
    }
    for (const [name, count] of other.actions) this.add(name, count);
  }

  get faultsTotal(): number {
    let total = 0;
    for (const count of this.faults.values()) total += count;
    return total;
  }
}
