// Streams of a container that are within a line, as bits. Read by both compilers, as `parse-layout.ts` is.

export const pendingStdout = 1;
export const pendingStderr = 2;
