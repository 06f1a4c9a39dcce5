// Time, passed in wherever something decides by it, so that tests can turn the hands. Decisions
// about waiting use `nowMs`, which never jumps; only names and log lines use the calendar.

export interface Clock {
  /** Milliseconds since some fixed moment, monotonic: unaffected when the wall clock is set. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch, as the operating system believes. */
  wallMs(): number;
}

export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
});
