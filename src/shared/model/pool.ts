// Pools separate workloads: a batch goes to the workers of its source's pool alone.

/** The pool of sources and workers that name none. */
export const defaultPool = "default";
