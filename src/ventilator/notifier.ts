// Wakes whoever waits for something to change. What has changed is not said: the waiter looks again
// at what it waits for, before each wait, so that nothing is missed.

export class Notifier {
  #waiting: (() => void)[] = [];

  /** Resolves when something has changed, or after `timeoutMs`. */
  wait(timeoutMs = Infinity): Promise<void> {
    return new Promise((resolve) => {
      if (timeoutMs === Infinity) {
        this.#waiting.push(resolve);
        return;
      }
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  notify(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }
}
