// `node:worker_threads`: a watchdog's thread that never has to bark. What hangs is ended by the world.

export const SHARE_ENV = Symbol("environment");

export class Worker {
  on(): this {
    return this;
  }

  once(): this {
    return this;
  }

  unref(): void {
    // There is nothing to keep alive.
  }

  terminate(): Promise<number> {
    return Promise.resolve(0);
  }
}
