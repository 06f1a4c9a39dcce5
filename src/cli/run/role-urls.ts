// The HTTP addresses of roles, as people write them: with or without http://, with or without a port.

import { LogmillError } from "../../shared/base/errors.ts";

const portDefault = 8555;

/** Where a ventilator and a sink with one configuration are, when nothing else is said. */
const onThisHost = ["http://127.0.0.1:8555", "http://127.0.0.1:8556"];

/** Addresses without a path. @throws LogmillError `usage` naming the one that is none. */
export function roleUrls(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? onThisHost : texts.map(roleUrl);
}

function roleUrl(text: string): string {
  const match = /^(?:http:\/\/)?(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/.exec(text);
  const port = Number(match?.[2] ?? portDefault);
  if (match === null || port > 65_535) {
    throw new LogmillError(
      "usage",
      `"${text}" is no HTTP address of a role, such as 127.0.0.1:8555 or http://sink:8555`,
    );
  }
  return `http://${match[1]!}:${port}`;
}
