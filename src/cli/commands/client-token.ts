// The bearer token that a command shows to running roles.

import { readSecretFile } from "../../shared/runtime/secret-file.ts";

/**
 * The token of the environment, else that of the file, else null.
 * @throws LogmillError `bad_secret`.
 */
export function clientToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const { LOGMILL_HTTP_TOKEN: value = "" } = environment;
  if (value !== "") return value;
  return file === undefined ? null : readSecretFile(file, "the file of the HTTP token");
}
