// The functions of field values, slowly and plainly: of binary strings, null where the line lacks the value.

type Values = readonly (string | null)[];

/** A function that says nothing of what is missing or empty. */
function ofText(compute: (...values: string[]) => string): (values: Values) => string | null {
  return (values) => {
    const given: string[] = [];
    for (const value of values) {
      if (value === null) return null;
      given.push(value);
    }
    return given.includes("") ? "" : compute(...given);
  };
}

const small = "abcdefghijklmnopqrstuvwxyz";
const large = small.toUpperCase();

function lower(text: string): string {
  return Array.from(text, (letter) => small[large.indexOf(letter)] ?? letter).join("");
}

/** The first bytes, as far as they are whole characters. */
function prefix(text: string, bytes: string): string {
  const most = Number(bytes);
  const isInside = (at: number): boolean => text.charCodeAt(at) >> 6 === 2;
  if (text.length <= most || !isInside(most)) return text.slice(0, most);
  let lead = most - 1;
  while (lead > most - 3 && lead > 0 && isInside(lead)) lead -= 1;
  return text.slice(0, lead >= 0 && text.charCodeAt(lead) >= 0xc0 ? lead : most);
}

function urlHost(url: string): string {
  const [scheme, rest] = splitOnce(url, "//");
  if (rest === null || !/^([a-z][a-z0-9+.-]*:)?$/i.test(scheme)) return "";
  const authority = rest.split(/[/?#]/)[0]!;
  const host = authority.split("@").at(-1)!;
  return lower(/^(.*?)(:[0-9]*)?$/s.exec(host)![1]!);
}

function splitOnce(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}

export const referenceFunctions: Readonly<Record<string, (values: Values) => string | null>> = {
  lower: ofText(lower),
  prefix: ofText(prefix),
  url_host: ofText(urlHost),
  concat: (values) => (values.includes(null) ? null : values.join("")),
};
