// The TypeScript side of the WebAssembly kernel: one instance with its own memory. The module is
// compiled once a process. Memory only grows, and every growth detaches the views handed out
// before, so views are asked for anew after any call that may allocate.

import { readFileSync } from "node:fs";
import { LogmillError } from "../base/errors.ts";
import type { ParseExports } from "./parse-exports.ts";
import type { TableExports } from "./table-exports.ts";

export type KernelExports = ParseExports & TableExports;

interface Module {
  readonly kind: "module";
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The part of the standard that is used here; its types come with the DOM's only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, (bytes: number) => void>>>>,
  ) => { readonly exports: unknown };
};

let compiled: Module | undefined;

function kernelModule(): Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("kernel.wasm", import.meta.url)));
  return compiled;
}

function outOfMemory(bytes: number): never {
  throw new LogmillError(
    "kernel_memory",
    `tables need ${bytes} more bytes than the 4 GiB that one process can address; ` +
      "use fewer dimensions, a shorter granularity or a smaller store.live_bytes_max",
    { fields: { bytes } },
  );
}

export class Kernel {
  readonly exports: KernelExports;
  readonly #memory: Memory;
  #u8: Uint8Array;
  #u32: Uint32Array;
  #i32: Int32Array;
  #u64: BigUint64Array;
  #f64: Float64Array;

  /** Use `loadKernel`. */
  constructor(seed: number) {
    const instance = new WebAssembly.Instance(kernelModule(), { kernel: { outOfMemory } });
    const exports = instance.exports as KernelExports & { memory: Memory };
    this.exports = exports;
    this.#memory = exports.memory;
    this.exports.seedHash(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);
    this.#u8 = new Uint8Array(0);
    this.#u32 = new Uint32Array(0);
    this.#i32 = new Int32Array(0);
    this.#u64 = new BigUint64Array(0);
    this.#f64 = new Float64Array(0);
  }

  /** All of memory as bytes; good until the next call that allocates. */
  get u8(): Uint8Array {
    if (this.#u8.buffer !== this.#memory.buffer) this.#u8 = new Uint8Array(this.#memory.buffer);
    return this.#u8;
  }

  /** Indexed by pointer / 4. */
  get u32(): Uint32Array {
    if (this.#u32.buffer !== this.#memory.buffer) this.#u32 = new Uint32Array(this.#memory.buffer);
    return this.#u32;
  }

  /** Indexed by pointer / 4. */
  get i32(): Int32Array {
    if (this.#i32.buffer !== this.#memory.buffer) this.#i32 = new Int32Array(this.#memory.buffer);
    return this.#i32;
  }

  /** Indexed by pointer / 8. */
  get u64(): BigUint64Array {
    if (this.#u64.buffer !== this.#memory.buffer) {
      this.#u64 = new BigUint64Array(this.#memory.buffer);
    }
    return this.#u64;
  }

  /** Indexed by pointer / 8. */
  get f64(): Float64Array {
    if (this.#f64.buffer !== this.#memory.buffer) this.#f64 = new Float64Array(this.#memory.buffer);
    return this.#f64;
  }

  /** A 16-aligned block; pointers come back unsigned. */
  alloc(bytes: number): number {
    return this.exports.alloc(bytes) >>> 0;
  }

  free(ptr: number, bytes: number): void {
    this.exports.free(ptr, bytes);
  }

  /** Forgets every block, table and dictionary. */
  reset(): void {
    this.exports.reset();
  }

  /**
   * Copies bytes to where they stay as they are over every `reset`, and returns where. Whatever else the
   * kernel holds is forgotten.
   */
  reserve(bytes: Uint8Array): number {
    const ptr = this.exports.reserve(bytes.length) >>> 0;
    this.u8.set(bytes, ptr);
    return ptr;
  }

  /** Copies bytes into a new block and returns it; the block is `bytes.length` long. */
  place(bytes: Uint8Array): number {
    const ptr = this.alloc(bytes.length);
    this.u8.set(bytes, ptr);
    return ptr;
  }
}

/**
 * A new kernel with its own memory.
 * @param seed of the hashes that tables use inside; results never depend on it. A process draws it
 *   at random, so that nobody can choose keys that collide.
 */
export function loadKernel(seed = 0): Kernel {
  return new Kernel(seed);
}
