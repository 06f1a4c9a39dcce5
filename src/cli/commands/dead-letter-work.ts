// What `logmill dead-letter` does. A dead letter's number is its place in their file, which is only
// ever added to, so that numbers stay what they are.

import { LogmillError } from "../../shared/base/errors.ts";
import { loadConfig } from "../../shared/config/load.ts";
import { preambleKindsOf, type PreambleKinds } from "../../shared/model/format/preamble.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { storeFolder } from "../../sink/store/folder.ts";
import { openReader } from "../../sink/store/open-reader.ts";
import {
  deadLetterFolder,
  readDeadLetters,
} from "../../ventilator/dead-letter/dead-letter-file.ts";
import { isWhole, replay, replayed } from "../../ventilator/dead-letter/replay.ts";
import { lineKey, type DeadLetter } from "../../ventilator/dead-letter/record.ts";
import { fateIn, type Fate } from "../screens/dead-letter-fate.ts";
import {
  deadLetterJson,
  renderDeadLetter,
  renderDeadLetters,
  type NumberedDeadLetter,
} from "../screens/dead-letter-report.ts";

interface Letters {
  readonly folder: string;
  readonly preambles: PreambleKinds;
  readonly all: readonly NumberedDeadLetter[];
}

/** @throws LogmillError `config_invalid`. */
export async function listDeadLetters(configPath: string, isJson: boolean): Promise<void> {
  const { folder, all } = await load(configPath);
  const style = terminalStyle(process.stdout, process.env);
  process.stdout.write(
    isJson ? `${JSON.stringify(all.map(deadLetterJson))}\n` : renderDeadLetters(folder, all, style),
  );
}

/** @throws LogmillError `usage` when there is no letter of that number. */
export async function showDeadLetter(
  configPath: string,
  number: number,
  isRaw: boolean,
): Promise<void> {
  const { all } = await load(configPath);
  const [letter] = chosen(all, [number]);
  process.stdout.write(isRaw ? letter!.letter.bytes : renderDeadLetter(letter!));
}

/** @throws LogmillError `usage`, `store_missing`. */
export async function replayDeadLetters(
  configPath: string,
  numbers: readonly number[],
): Promise<void> {
  const { folder, all, preambles } = await load(configPath);
  const wanted = numbers.length === 0 ? all : chosen(all, numbers);
  if (wanted.some(({ fate }) => fate === "unknown")) {
    throw new LogmillError(
      "store_missing",
      "only the store tells which of these lines do not count already; " +
        "run this where the store is, with data_dir as the sink has it",
    );
  }
  const fit = wanted.filter(({ letter, fate }) => isWhole(letter) && fate !== "counted");
  const headed = fit.find(({ letter }) => preambles.has(letter.source));
  if (headed !== undefined) {
    throw new LogmillError(
      "usage",
      `the lines of source ${headed.letter.source} can not be sent again: what stands before them in their file, such as a ` +
        "header, says how they are read; put what `logmill dead-letter show N --raw` writes into a file of the source, " +
        "below that",
    );
  }
  let added = 0;
  for (const source of new Set(fit.map(({ letter }) => letter.source))) {
    const ofSource = (list: readonly NumberedDeadLetter[]): DeadLetter[] =>
      list.map(({ letter }) => letter).filter((letter) => letter.source === source);
    added += await replay(folder, source, { all: ofSource(all), chosen: ofSource(fit) });
  }
  const left = wanted.length - fit.length;
  const omitted = left === 0 ? "" : `; ${left} can not be, which the list says why`;
  const next =
    added === 0 ? "" : ": the next logmill run, or the ventilator that runs, counts them";
  process.stdout.write(`${lines(added)} sent again${omitted}${next}\n`);
}

function lines(count: number): string {
  return count === 1 ? "1 line is" : `${count} lines are`;
}

async function load(configPath: string): Promise<Letters> {
  const { dataDir, plan } = loadConfig(configPath, process.env);
  const folder = deadLetterFolder(dataDir);
  const letters: DeadLetter[] = [];
  for await (const letter of readDeadLetters(folder)) letters.push(letter);
  const fateOf = await fates(folder, storeFolder({ dataDir }), letters);
  const all = letters.map((letter, index) => ({ number: index + 1, letter, fate: fateOf(letter) }));
  return { folder, preambles: preambleKindsOf(plan.sources), all };
}

/** What has become of letters, by the store's ledger and what was sent again. */
async function fates(
  folder: string,
  tables: string,
  letters: readonly DeadLetter[],
): Promise<(letter: DeadLetter) => Fate> {
  const again = new Set<string>();
  for (const source of new Set(letters.map((letter) => letter.source))) {
    for (const key of await replayed(folder, source)) again.add(key);
  }
  const ledger = await ledgerOf(tables);
  return (letter) => (again.has(lineKey(letter)) ? "replayed" : fateIn(ledger, letter));
}

async function ledgerOf(folder: string) {
  try {
    const store = await openReader(folder);
    try {
      const { sources } = await store.ledger();
      return new Map(sources.map((source) => [source.identity.id, source]));
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof LogmillError && error.code === "store_missing") return null;
    throw error;
  }
}

function chosen(
  all: readonly NumberedDeadLetter[],
  numbers: readonly number[],
): NumberedDeadLetter[] {
  return numbers.map((number) => {
    const found = all[number - 1];
    if (found !== undefined) return found;
    const range = all.length === 0 ? "there is none" : `there are 1 to ${all.length}`;
    throw new LogmillError("usage", `there is no dead letter ${number}; ${range}`);
  });
}
