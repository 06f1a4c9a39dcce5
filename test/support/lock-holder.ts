// A process that takes a directory's lock as the program does, says so, and stays until it is
// killed. Ends with exit code 75 when the directory is taken.

import process from "node:process";
import { lockDirectory } from "../../src/sink/disk/node-lock.ts";

try {
  await lockDirectory(process.argv[2] ?? "");
  process.send?.("locked");
  setInterval(() => undefined, 1000);
} catch (error) {
  process.exitCode = error instanceof Error && "code" in error ? 75 : 1;
  process.disconnect();
}
