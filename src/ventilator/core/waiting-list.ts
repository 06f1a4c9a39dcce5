// The batches that wait to be sent, by number. Numbers grow, so what is sent again comes before
// what was never sent, and old content before new: ranges are completed and the ledger's gaps closed
// as early as possible. A sorted array does: the flight is bounded by a thousand.

export class WaitingList {
  readonly #ids: number[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** The smallest number, or null. */
  first(): number | null {
    return this.#ids[0] ?? null;
  }

  add(id: number): void {
    let index = this.#ids.length;
    while (index > 0 && this.#ids[index - 1]! > id) index -= 1;
    if (this.#ids[index - 1] !== id) this.#ids.splice(index, 0, id);
  }

  remove(id: number): void {
    const index = this.#ids.indexOf(id);
    if (index >= 0) this.#ids.splice(index, 1);
  }
}
