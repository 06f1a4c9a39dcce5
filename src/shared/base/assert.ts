/** Stops on a fault of logmill itself. Stays on in production: a crash is fixed, a wrong count is not. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
