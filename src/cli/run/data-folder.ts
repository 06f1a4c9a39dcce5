// Whether `data_dir` can be written to, asked before roles are started: what no retry makes better is one
// sentence then, and not a sink that dies again and again.

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { folderFault } from "./folder-fault.ts";

/** @throws LogmillError `data_dir` */
export function expectWritableDataDir(dataDir: string): void {
  const folder = nearestExisting(dataDir);
  try {
    if (!statSync(folder).isDirectory()) {
      throw Object.assign(new Error("not a directory"), { code: "ENOTDIR" });
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LogmillError(
      "data_dir",
      `data_dir ${dataDir} cannot be written: ${folderFault(cause)} (${folder}); ` +
        "let `data_dir` name a folder that this user may write to",
      { cause, fields: { path: dataDir } },
    );
  }
}

function nearestExisting(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) || folder === dirname(folder)) return folder;
  }
}
