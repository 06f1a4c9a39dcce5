// Clocks for tests of what is done in slices, whatever the machine's speed.

import { onTestFinished, vi } from "vitest";

/** Every look at the clock takes some milliseconds: a slice is over after a few steps. */
export function slowClock(): void {
  let nowMs = 0;
  clockOf(() => (nowMs += 5));
}

/** No time passes: nothing takes longer than a slice. */
export function frozenClock(): void {
  clockOf(() => 0);
}

function clockOf(now: () => number): void {
  const clock = vi.spyOn(performance, "now").mockImplementation(now);
  onTestFinished(() => clock.mockRestore());
}
