// What the operating system says when an operation fails.

/** The `code` of an operating system's error, such as ENOENT; empty for any other error. */
export function systemErrorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Space may return, and nothing is lost by waiting for it: the write is tried again later. */
export function isOutOfSpace(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}
