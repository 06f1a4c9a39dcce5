// `node:zlib` without its threads: packing takes virtual time, and the result is the real one.

import { deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";
import { theWorld } from "../world/current.ts";

export * from "node:zlib";

type Done = (error: Error | null, result?: Buffer) => void;

function later(done: Done, work: () => Buffer): void {
  const world = theWorld();
  world.scheduler.at(world.networkRandom() * 0.5, world.scheduler.current, () => {
    let result: Buffer;
    try {
      result = work();
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, result);
  });
}

export function deflateRaw(bytes: Uint8Array, options: ZlibOptions, done: Done): void {
  later(done, () => deflateRawSync(bytes, options));
}

export function inflateRaw(bytes: Uint8Array, options: ZlibOptions, done: Done): void {
  later(done, () => inflateRawSync(bytes, options));
}
