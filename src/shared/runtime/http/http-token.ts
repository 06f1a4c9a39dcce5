// The bearer token that opens the routes of the HTTP endpoint which tell more than that a role lives.
// It comes from a file or from the environment, and is kept as a digest: two digests are equally
// long, so comparing them takes the same time whatever was guessed, and no log can hold the token.

import { createHash, timingSafeEqual } from "node:crypto";
import { LogmillError } from "../../base/errors.ts";
import { readSecretFile } from "../secret-file.ts";

const environmentName = "LOGMILL_HTTP_TOKEN";
const tokenCharsMin = 16;
/** What a header can carry: visible ASCII. */
const tokenPattern = /^[\x21-\x7e]+$/;

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

export class HttpToken {
  readonly #digest: Buffer;

  /** @throws LogmillError `bad_secret` for one that is too short to be a secret. */
  constructor(token: string, origin: string) {
    if (token.length < tokenCharsMin || !tokenPattern.test(token)) {
      throw new LogmillError(
        "bad_secret",
        `the token of ${origin} must have at least ${tokenCharsMin} characters, ` +
          "letters, digits and signs without spaces; make one with: openssl rand -hex 32",
      );
    }
    this.#digest = digestOf(token);
  }

  /** Whether the value of an `Authorization` header holds this token. */
  admits(authorization: string | undefined): boolean {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(digestOf(given), this.#digest);
  }
}

/**
 * The configured token, or null without one. The environment comes first.
 * @param file absolute path of `http.token_file`, null without one.
 * @throws LogmillError `bad_secret`.
 */
export function loadHttpToken(
  file: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): HttpToken | null {
  const value = environment[environmentName];
  if (value !== undefined && value !== "") return new HttpToken(value, environmentName);
  if (file === null) return null;
  return new HttpToken(readSecretFile(file, "the file of the HTTP token"), file);
}
