// `node:zlib` without its threads: packing takes virtual time, and the result is the real one.

import { EventEmitter } from "node:events";
import { constants, deflateRawSync, gunzipSync, inflateRawSync, type ZlibOptions } from "node:zlib";
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

/** A decompressor as `gzip-content.ts` drives it: a piece goes in, and all that it becomes comes out. */
class StandInGunzip extends EventEmitter {
  bytesWritten = 0;
  #input = Buffer.alloc(0);
  #produced = 0;

  write(piece: Uint8Array, done: () => void): void {
    this.#input = Buffer.concat([this.#input, piece]);
    this.bytesWritten = this.#input.length;
    this.#later(() => this.#pull(constants.Z_SYNC_FLUSH), done);
  }

  end(): void {
    this.#later(
      () => this.#pull(constants.Z_FINISH),
      () => this.emit("end"),
    );
  }

  destroy(): void {
    this.removeAllListeners();
  }

  #later(work: () => void, done: () => void): void {
    const world = theWorld();
    world.scheduler.at(world.networkRandom() * 0.5, world.scheduler.current, () => {
      try {
        work();
      } catch (error) {
        this.emit("error", error);
        return;
      }
      done();
    });
  }

  #pull(finishFlush: number): void {
    const output = gunzipSync(this.#input, { finishFlush });
    if (output.length > this.#produced) this.emit("data", output.subarray(this.#produced));
    this.#produced = output.length;
  }
}

export function createGunzip(): StandInGunzip {
  return new StandInGunzip();
}
