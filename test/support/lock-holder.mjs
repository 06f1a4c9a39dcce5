// A process that takes a directory's lock by the built program, says so, and stays until it is
// killed. Ends with exit code 75 when the directory is taken.

const { lockDirectory } = await import("../../dist/sink/store/node-lock.js");
try {
  await lockDirectory(process.argv[2] ?? "");
  process.send?.("locked");
  setInterval(() => undefined, 1000);
} catch (error) {
  process.exitCode = error instanceof Error && "code" in error ? 75 : 1;
  process.disconnect();
}
