// The error for a file, or what it decompresses to, that is recognised as something else than text.

import { LogmillError } from "../../../shared/base/errors.ts";

/** @param fix what to do, without its stop. */
export function notText(path: string, what: string, fix: string): LogmillError {
  return new LogmillError("source_unreadable", `${path} is ${what}, which is not read; ${fix}`, {
    fields: { path },
  });
}
