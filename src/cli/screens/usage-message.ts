// The command line parser's complaints in the words of this program: what is wrong, what was probably
// meant, and where help is. Pure.

import { nearest } from "../../shared/text/nearest-word.ts";

export interface UsageContext {
  /** The command line, without the program. */
  readonly args: readonly string[];
  /** Long names of the options that the command has. */
  readonly options: readonly string[];
  /** How each command is written, such as `query SUMMARY`. */
  readonly commands: readonly string[];
}

/** Turns a complaint of yargs into one or more sentences. */
export function usageMessage(complaint: string, context: UsageContext): string {
  const command = context.commands.find((line) => nameOf(line) === context.args[0]);
  const help = command === undefined ? "logmill --help" : `logmill ${nameOf(command)} --help`;
  return `${reword(complaint, command, context)}\n  see: ${help}`;
}

function nameOf(command: string): string {
  return command.split(" ", 1)[0]!;
}

function reword(complaint: string, command: string | undefined, context: UsageContext): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(complaint);
  if (unknown) {
    const names = [...new Set(unknown[1]!.split(", "))];
    return names.map((name) => unknownArgument(name, command, context)).join("; ");
  }
  const meant = /^Did you mean (.+)\?$/.exec(complaint);
  if (meant) {
    const written = context.args[command === undefined ? 0 : 1];
    return `unknown command ${quote(written)}; did you mean ${meant[1]!}?`;
  }
  const valueless = /^Not enough arguments following: (.+)$/.exec(complaint);
  if (valueless) return `${dashed(valueless[1]!)} needs a value`;
  if (complaint.startsWith("Not enough non-option arguments") && command !== undefined) {
    return `an argument is missing: logmill ${command}`;
  }
  return complaint.replace(/\s*\n\s*/g, " ");
}

function unknownArgument(
  name: string,
  command: string | undefined,
  { args, options, commands }: UsageContext,
): string {
  const isOption = args.some((arg) => arg.startsWith("-") && arg.includes(name));
  if (!isOption) {
    if (command !== undefined) return `${quote(name)} is one argument too many`;
    const meant = nearest(name, commands.map(nameOf));
    return `unknown command ${quote(name)}${meant === null ? "" : `; did you mean ${meant}?`}`;
  }
  const meant = name.length === 1 ? null : nearest(name, options);
  return `unknown option ${dashed(name)}${meant === null ? "" : `; did you mean --${meant}?`}`;
}

const quote = (text: string | undefined): string => `"${text ?? ""}"`;
const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
