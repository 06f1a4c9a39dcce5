// Folders for what is needed while a command runs, where the system keeps such things (TMPDIR).

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { folderFault } from "./folder-fault.ts";

/**
 * Makes a folder that only this user can enter.
 * @param prefix of its name
 * @throws LogmillError `temporary_folder`
 */
export function makeTemporaryFolder(prefix: string, parent = tmpdir()): string {
  try {
    // mkdtemp makes it 0700.
    return mkdtempSync(join(parent, prefix));
  } catch (cause) {
    throw new LogmillError(
      "temporary_folder",
      `no temporary folder can be made in ${parent}: ${folderFault(cause)}; ` +
        "let TMPDIR name a folder that exists and that this user may write to",
      { cause, fields: { path: parent } },
    );
  }
}
