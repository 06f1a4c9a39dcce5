// Which streams of a container are within a line, as the kernel is told of it.

import { pendingStderr, pendingStdout } from "../../shared/kernel/assembly/pending-layout.ts";
import type { Pending } from "../../shared/model/format/parts-scan.ts";

export function pendingBits({ stdout, stderr }: Pending): number {
  return (stdout ? pendingStdout : 0) | (stderr ? pendingStderr : 0);
}
