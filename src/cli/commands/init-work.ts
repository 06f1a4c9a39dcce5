// What `logmill init` does: recognises the format of some files, shows events of theirs and writes a configuration
// that runs.

import { writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { parseConfig } from "../../shared/config/load.ts";
import { fieldsOf } from "../../shared/model/format-fields.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { candidateNamed } from "../recognise/candidates.ts";
import { firstConfig } from "../recognise/first-config.ts";
import { questionsOf } from "../recognise/questions.ts";
import { readAs, recogniseFormat, type Recognised } from "../recognise/recognise-format.ts";
import { renderEvents } from "../screens/sample-events.ts";
import { checkReadable } from "./readable-files.ts";

/** The options, as the work gets them. */
export interface InitArguments {
  readonly files: readonly string[];
  /** Path of the configuration to write; `-` for standard output. */
  readonly out: string;
  /** Recognised when absent. */
  readonly format: string | undefined;
  readonly force: boolean | undefined;
}

const shownMax = 5;

/** @throws LogmillError `usage`, `source_unreadable`, `disk_failed` */
export async function init(args: InitArguments): Promise<void> {
  checkReadable(args.files);
  const recognised = await recognisedAs(args);
  const isPiped = args.out === "-";
  const folder = isPiped ? process.cwd() : dirname(resolve(args.out));
  const files = args.files.map((file) => relative(folder, resolve(file)));
  const text = firstConfig(files, recognised, questionsOf(recognised));
  // It must be one that runs, whatever the lines told.
  parseConfig(text, resolve(args.out), {});
  if (isPiped) {
    process.stdout.write(text);
    return;
  }
  write(args, text);
  const style = terminalStyle(process.stdout, process.env);
  const events = recognised.events.slice(0, shownMax);
  process.stdout.write(
    `read as ${recognised.name}\n\n${renderEvents(fieldsOf(recognised.format), events, style)}\n` +
      `wrote ${args.out}; run it with: logmill run${args.out === "logmill.yaml" ? "" : ` -c ${args.out}`}\n`,
  );
}

async function recognisedAs({ files, format }: InitArguments): Promise<Recognised> {
  const recognised =
    format === undefined
      ? await recogniseFormat(files)
      : await readAs(candidateNamed(format), files);
  if (recognised !== null && recognised.events.length > 0) return recognised;
  throw new LogmillError(
    "usage",
    `there is no line in ${files.join(", ")} to begin from; name a file that has some`,
  );
}

function write({ out, force }: InitArguments, text: string): void {
  try {
    writeFileSync(out, text, { flag: force === true ? "w" : "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new LogmillError(
        "usage",
        `${out} is there already; write another with --out, or over it with --force`,
      );
    }
    throw new LogmillError("disk_failed", `cannot write ${out}: ${message}`, { cause: error });
  }
}
