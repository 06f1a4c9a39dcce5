// The parts of a URL as it is written in logs: with a scheme (`https://host/path?query#part`), without one
// (`//host/path`), or beginning with the path (`/path?query`). What is odd is kept.

import { cursorBytes } from "../kernel/assembly/parse-layout.ts";
import type { FunctionMember } from "./member.ts";
import { lowerCase } from "./letter-case.ts";

export const urlHost: FunctionMember = {
  name: "url_host",
  parameters: [{ name: "url", kind: "value" }],
  description:
    "The host of a URL with a scheme, or with `//` in front: without user and port, the letters from A to Z in lower case. Empty where there is none.",
  examples: [
    {
      call: "url_host(referrer)",
      fields: { referrer: "https://ann@News.Example.org:8443/a?b#c" },
      gives: "news.example.org",
    },
    { call: "url_host(referrer)", fields: { referrer: "/a?b=http://c/" }, gives: "" },
  ],
  computing: {
    way: "kernel",
    place: (kernel) => {
      const cursor = kernel.place(new Uint8Array(cursorBytes));
      return ([values], n, out) => kernel.exports.urlHosts(cursor, values!, n, out);
    },
  },
};

export const urlPath: FunctionMember = {
  name: "url_path",
  parameters: [{ name: "url", kind: "value" }],
  description:
    "The path of a URL as it is written, without host, query and fragment. Percent signs stay as they are.",
  examples: [
    { call: "url_path(url)", fields: { url: "/a/b%20c?d=e#f" }, gives: "/a/b%20c" },
    { call: "url_path(url)", fields: { url: "http://example.org?d" }, gives: "" },
  ],
  computing: {
    way: "kernel",
    place:
      ({ exports }) =>
      ([values], n, out) =>
        exports.urlPaths(values!, n, out),
  },
};

export const urlParam: FunctionMember = {
  name: "url_param",
  parameters: [
    { name: "url", kind: "value" },
    { name: "name", kind: "text" },
  ],
  description:
    "The value of a parameter of the query, of its first place: `%XX` becomes the byte, `+` a blank; a percent sign without two hexadecimal digits behind it stays. Names are compared in the same way. Empty where the URL has no such parameter.",
  examples: [
    {
      call: 'url_param(url, "q")',
      fields: { url: "/find?p=2&q=gr%C3%BCn+tee&q=x#q=y" },
      gives: "grün tee",
    },
    { call: 'url_param(url, "q")', fields: { url: "/find?query=1&q" }, gives: "" },
    { call: 'url_param(url, "q")', fields: { url: "/find?q=100%" }, gives: "100%" },
  ],
  check: ([name]) => (name === "" ? "the name must not be empty" : null),
  computing: {
    way: "text",
    make:
      ([name]) =>
      (url) =>
        parameterOf(urlParts(url).query, name!),
  },
};

/** What is found in TypeScript; hosts and paths alone are columns of the kernel, by the same rules. */
interface UrlParts {
  /** Without a user in front and a port behind; empty where the URL has none. */
  readonly host: string;
  /** Behind the first question mark, up to the fragment. */
  readonly query: string;
}

const authority = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/;

function urlParts(url: string): UrlParts {
  const found = authority.exec(url);
  const rest = url.slice(found?.[0].length ?? 0);
  const end = rest.search(/[?#]/);
  const query = rest[end] === "?" ? rest.slice(end + 1).replace(/#.*$/s, "") : "";
  return { host: found === null ? "" : hostOf(found[1]!), query };
}

/** The host of a URL, or of a name with or without a port. */
export function hostIn(value: string): string {
  return value.includes("//") ? urlParts(value).host : hostOf(value);
}

function hostOf(authorityText: string): string {
  const host = authorityText.slice(authorityText.lastIndexOf("@") + 1);
  return lowerCase(host.replace(/:\d*$/, ""));
}

function parameterOf(query: string, name: string): string {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (decoded(key) === name) return equals < 0 ? "" : decoded(pair.slice(equals + 1));
  }
  return "";
}

function decoded(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
}
