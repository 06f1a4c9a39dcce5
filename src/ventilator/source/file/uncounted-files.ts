// Which of the files that are there hold contents of which no line counts.

import type { UncountedFile } from "../../../shared/model/sheet.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Those of `uncounted` that are among the files, with the paths of these. */
export function uncountedAmong(
  files: Iterable<TrackedFile>,
  uncounted: readonly UncountedFile[],
): UncountedFile[] {
  const paths = new Map([...files].map(({ identity, path }) => [identity?.id, path]));
  return uncounted.flatMap((each) => {
    const path = paths.get(each.content);
    return path === undefined ? [] : [{ ...each, path }];
  });
}
