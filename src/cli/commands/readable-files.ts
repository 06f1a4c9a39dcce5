// Files that are named on the command line.

import { accessSync, constants, statSync } from "node:fs";
import { LogmillError } from "../../shared/base/errors.ts";

/**
 * A misspelt name is said before anything starts, all of them at once.
 * @throws LogmillError `source_unreadable`
 */
export function checkReadable(files: readonly string[]): void {
  const faults = files.flatMap((file) => {
    try {
      if (statSync(file).isDirectory()) return [`${file} is a folder; name the files in it`];
      accessSync(file, constants.R_OK);
      return [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return [
        code === "ENOENT" ? `there is no file ${file}` : `${file} can not be read (${code ?? ""})`,
      ];
    }
  });
  if (faults.length > 0) throw new LogmillError("source_unreadable", faults.join("\n  "));
}
