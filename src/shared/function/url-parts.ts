// The parts of a URL as it is written in logs: with a scheme (`https://host/path?query#part`), without one
// (`//host/path`), or beginning with the path (`/path?query`). Nothing is decoded, and what is odd is kept.

export interface UrlParts {
  /** Without a user in front and a port behind; empty where the URL has none. */
  readonly host: string;
  /** Without query and fragment. */
  readonly path: string;
  /** Behind the first question mark, up to the fragment. */
  readonly query: string;
}

const authority = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/;

export function urlParts(url: string): UrlParts {
  const found = authority.exec(url);
  const rest = url.slice(found?.[0].length ?? 0);
  const end = rest.search(/[?#]/);
  const path = end < 0 ? rest : rest.slice(0, end);
  const query = rest[end] === "?" ? rest.slice(end + 1).replace(/#.*$/s, "") : "";
  return { host: found === null ? "" : hostOf(found[1]!), path, query };
}

function hostOf(authorityText: string): string {
  const host = authorityText.slice(authorityText.lastIndexOf("@") + 1);
  const withoutPort = host.startsWith("[")
    ? host.replace(/\]:\d*$/, "]")
    : host.replace(/:\d*$/, "");
  return withoutPort.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
