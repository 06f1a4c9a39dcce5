// Lines that are the end of a worker, for tests of what becomes of them: real processes have to die of
// a batch in every way there is, and our own kernel knows none. Only in the build with fail-points, and
// only with LOGMILL_TEST=1; in every other nothing of this is left.

declare const __LOGMILL_FAIL_POINTS__: boolean | undefined;

const marker = "LOGMILL-POISON-";

/** Meets the end that a line of the payload asks for, such as `LOGMILL-POISON-kill`. */
export function takePoison(payload: Uint8Array): void {
  if (typeof __LOGMILL_FAIL_POINTS__ !== "undefined" && __LOGMILL_FAIL_POINTS__) {
    if (process.env["LOGMILL_TEST"] !== "1") return;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const at = bytes.indexOf(marker);
    if (at < 0) return;
    meetEnd(bytes.toString("latin1", at + marker.length, at + marker.length + 10));
  }
}

function meetEnd(kind: string): void {
  // As libzmq does when one of its assertions fails.
  if (kind.startsWith("abort")) process.abort();
  if (kind.startsWith("kill")) process.kill(process.pid, "SIGKILL");
  if (kind.startsWith("throw")) throw new Error("a line that makes the kernel throw");
  if (kind.startsWith("hang")) for (;;);
  if (kind.startsWith("memory")) {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 1_000 }, (_, index) => ({ index })));
  }
}
