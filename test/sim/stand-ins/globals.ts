// Timers, clocks and `process` of the code under test, on virtual time. The bundle puts these in the
// place of the globals of the same names.

import { theWorld, thisProcess } from "../world/current.ts";
import type { Timer } from "../world/scheduler.ts";

/** What `setTimeout` returns: a handle with the few methods of Node's. */
class TimerHandle {
  timer: Timer;

  constructor(timer: Timer) {
    this.timer = timer;
  }

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

/** Timers are never early, and late as far as the machine is busy. */
function lateMs(): number {
  const random = theWorld().networkRandom;
  return random() < 0.02 ? random() * 20 : random() * 0.5;
}

function after(ms: number, act: () => void): Timer {
  return theWorld().scheduler.at(Math.max(1, ms) + lateMs(), thisProcess(), act);
}

export function setTimeout(callback: Callback, ms = 1, ...args: unknown[]): TimerHandle {
  return new TimerHandle(after(ms, () => callback(...args)));
}

export function setInterval(callback: Callback, ms = 1, ...args: unknown[]): TimerHandle {
  const handle = new TimerHandle(after(ms, beat));
  function beat(): void {
    handle.timer = after(ms, beat);
    callback(...args);
  }
  return handle;
}

export function setImmediate(callback: Callback, ...args: unknown[]): TimerHandle {
  const process = thisProcess();
  return new TimerHandle(theWorld().scheduler.at(0, process, () => callback(...args)));
}

export function clearTimeout(handle: TimerHandle | null | undefined): void {
  if (handle !== null && handle !== undefined) handle.timer.isCancelled = true;
}

export { clearTimeout as clearInterval, clearTimeout as clearImmediate };

export const performance = {
  /** Whoever looks at a store from outside, as the checks of a run do, has the world's time. */
  now: (): number => {
    const { scheduler } = theWorld();
    return scheduler.current?.nowMs() ?? scheduler.nowMs;
  },
};

const RealDate = globalThis.Date;

/** Wall-clock time of the world, which jumps. */
export const Date = new Proxy(RealDate, {
  construct: (target, args: ConstructorParameters<typeof RealDate>) =>
    (args as readonly unknown[]).length === 0
      ? new target(theWorld().wallMs())
      : new target(...args),
  get: (target, name, receiver) =>
    name === "now" ? () => theWorld().wallMs() : (Reflect.get(target, name, receiver) as unknown),
});

/** No channel to a supervisor, no signals, an environment without settings. */
export const process = {
  get pid(): number {
    return thisProcess().pid;
  },
  env: { LOGMILL_TEST: "1" } as Record<string, string | undefined>,
  argv: [] as string[],
  platform: "linux",
  send: undefined,
  on: () => process,
  off: () => process,
  getuid: () => 1000,
  memoryUsage: Object.assign(() => ({ rss: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }), {
    rss: () => 0,
  }),
};
