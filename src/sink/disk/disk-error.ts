// The two ways in which the disk can refuse: no space, after which everything is as it was before and
// the same can be tried again; and everything else, after which nothing is known about what the disk
// holds, so that the process must end and the next one find out by reading.

import { LogmillError } from "../../shared/base/errors.ts";
import { isOutOfSpace, systemErrorCode } from "../../shared/base/system-error.ts";

/** Nothing was changed; the operation may be repeated when there is space. */
export class OutOfSpace extends Error {
  constructor(path: string, cause: unknown) {
    super(`no space left for ${path} (${systemErrorCode(cause)})`, { cause });
    this.name = "OutOfSpace";
  }
}

/**
 * What a failed operation on `path` means; `doing` completes "the disk failed while …". Errors that
 * do not come from the operating system are returned as they are.
 */
export function diskError(error: unknown, doing: string, path: string): Error {
  const isAnother = error instanceof Error && systemErrorCode(error) === "";
  if (error instanceof OutOfSpace || error instanceof LogmillError || isAnother) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new LogmillError(
    "disk_failed",
    `the disk failed while ${doing} ${path} (${detail}); nothing unsaved was acknowledged. ` +
      "Fix the disk and start again: the next start is exact",
    { cause: error, fields: { path } },
  );
}

/** Like `diskError`, but lack of space is an `OutOfSpace`; only where the caller has undone the operation. */
export function writeError(error: unknown, path: string): Error {
  return isOutOfSpace(error) ? new OutOfSpace(path, error) : diskError(error, "writing", path);
}
