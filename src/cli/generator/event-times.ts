// When the events of a synthetic log happen: evenly over its days and in order, except for the late
// ones, which happened some time before they were logged.

import type { Random } from "../../shared/base/prng.ts";

export interface EventTimeOptions {
  readonly events: number;
  /** First second, in the log's local time, as seconds since 1970 as if that were UTC. */
  readonly startLocalSec: number;
  readonly days: number;
  /** Share of lines that are late, 0 to 1. */
  readonly lateShare: number;
}

const daySec = 86_400;

/** Local seconds of the next event, in the order of the log. */
export function eventTimes(random: Random, options: EventTimeOptions): () => number {
  const { events, startLocalSec, days, lateShare } = options;
  const secondsPerEvent = (days * daySec) / Math.max(1, events);
  let event = 0;
  return () => {
    const elapsed = event * secondsPerEvent;
    event += 1;
    const shown = random() < lateShare ? elapsed * random() : elapsed;
    return startLocalSec + Math.floor(shown);
  };
}

/** The bytes that `format` makes of a day, made once for each day. */
export function dayCache(format: (midnight: Date) => Uint8Array): (localSec: number) => Uint8Array {
  const days = new Map<number, Uint8Array>();
  return (localSec) => {
    const day = Math.floor(localSec / daySec);
    let bytes = days.get(day);
    if (bytes === undefined) {
      bytes = format(new Date(day * daySec * 1000));
      days.set(day, bytes);
    }
    return bytes;
  };
}
