// What something that must fail fails with.

import { LogmillError } from "../../src/shared/base/errors.ts";

/** The code of the error that an action throws; `none` if it throws none. Other errors go on. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof LogmillError) return error.code;
    throw error;
  }
}
