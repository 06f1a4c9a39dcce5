// All metrics of a registry are collected at once, and several of them read the same of the store: it is
// asked once for all.

/** @returns a question whose answer everybody shares who asks while it is open. */
export function sharedAnswer<T>(ask: () => Promise<T>): () => Promise<T> {
  let open: Promise<T> | null = null;
  return () => {
    open ??= ask().finally(() => (open = null));
    return open;
  };
}
