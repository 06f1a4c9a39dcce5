// Names on the command line of which one may be a lone dash, standard input.

const dash = "-";

/** yargs leaves a lone dash out of a list; here it is the last one. */
export function namedInputs(names: readonly string[]): readonly string[] {
  const named = names.filter((name) => name !== dash && name !== "");
  return process.argv.includes(dash) ? [...named, dash] : named;
}
