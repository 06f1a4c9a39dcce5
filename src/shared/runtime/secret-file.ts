// Reading a file that holds a secret. One that others may read is no secret, so it is refused, as ssh
// does; the message says how to fix it and never what is in the file.

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { LogmillError } from "../base/errors.ts";
import { systemErrorCode } from "../base/system-error.ts";

const secretBytesMax = 4096;
/** Any permission of the group or of others. */
const sharedMode = 0o077;

/**
 * The text of the file, without white space around it.
 * @param what names the secret in messages, such as "the private key".
 * @throws LogmillError `bad_secret`.
 */
export function readSecretFile(path: string, what: string): string {
  const refuse = (problem: string): never => {
    throw new LogmillError("bad_secret", `${what} ${path} ${problem}`);
  };
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const code = systemErrorCode(error) || "failed";
    return refuse(code === "ENOENT" ? "does not exist" : `can not be opened (${code})`);
  }
  try {
    // Asked of the open file, so that what is checked is what is read.
    const stat = fstatSync(file);
    if (!stat.isFile()) return refuse("is not a file");
    if (stat.size > secretBytesMax) return refuse(`is larger than ${secretBytesMax} bytes`);
    if (process.platform !== "win32" && (stat.mode & sharedMode) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(3, "0");
      return refuse(`may be read or written by others (mode ${mode}); run: chmod 600 ${path}`);
    }
    return readFileSync(file, "utf8").trim();
  } finally {
    closeSync(file);
  }
}
