// What the fuzzer's texts are made of: ordinary lines, all much alike, and lines with a feature that
// the kernel treats specially. Texts are "binary" strings, one character a byte.

import type { Random } from "./random.ts";

export interface LineKinds {
  /** An ordinary line of exactly so many bytes without its newline; at least `plainBytesMin`. */
  readonly plain: (random: Random, bytes: number) => string;
  /** Lines with a feature by its name; newlines may be inside, the last one is not. */
  readonly features: Readonly<Record<string, (random: Random) => string>>;
  /** Features that are hundreds of lines. */
  readonly bursts: Readonly<Record<string, (random: Random) => string>>;
}

/** Bytes that every format's ordinary line has room in. */
export const plainBytesMin = 130;

/** Lengths around those of blocks, windows and limits. */
export const longBytes = [60, 64, 250, 1000, 4090, 16_384, 20_000, 33_000, 66_000];

export function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function time(random: Random): string {
  return `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`;
}

/** Filled up to a length with a byte that means nothing. */
export function filled(line: string, bytes: number): string {
  return line + "t".repeat(Math.max(0, bytes - line.length));
}

export const blanks: LineKinds["features"] = {
  "blank lines": (random) => "\n".repeat(random.pick([0, 1, 3, 70])),
  "a line of blanks": (random) => " \t".repeat(random.pick([1, 30, 33, 700])),
  "a hole of NULs": (random) => "\0".repeat(random.pick([1, 63, 64, 5000])),
  "a line of carriage returns": () => "\r\r",
};

function ads(random: Random, event: string, campaign: string, amount: string): string {
  const day = random.once(50) ? two(1 + random.below(28)) : "03";
  return (
    `2020-01-${day}T${time(random)}Z h${random.below(3)} EV ` +
    `${event},${campaign},user-${random.below(500)},${amount},`
  );
}

const events = ["view", "click", "a longer name of an event"];

function adsLine(random: Random): string {
  return ads(random, random.pick(events), `c${random.below(4)}`, `${random.below(90)}.25`);
}

/** A line of one campaign and one amount, whatever they are. */
function odd(campaign: string, amount = "7"): (random: Random) => string {
  return (random) => ads(random, "view", campaign, amount) + "t".repeat(random.below(80));
}

export const adsLines: LineKinds = {
  plain: (random, bytes) => filled(adsLine(random), bytes),
  features: {
    ...blanks,
    "a quoted field with a comma": odd('"two, words"'),
    "a quoted field without a comma": odd('"one word"'),
    "a quoted field with doubled quotes": odd('"say ""yes"", please"'),
    "a long quoted field": (random) => odd(`"${", ".repeat(random.pick(longBytes))}"`)(random),
    "doubled quotes in a long field": (random) =>
      odd(`"${'""x'.repeat(random.pick(longBytes) / 10)}"`)(random),
    "an open quote": odd('"open'),
    "a quote inside a field": odd('in"side'),
    "a tag": (random) => adsLine(random).replace(" EV ", " EV: "),
    "a tag with a number": (random) => adsLine(random).replace(" EV ", " EV[812]:  "),
    "an exponent": odd("c1", "1.5e1"),
    "an exponent below the scale": odd("c1", "15E-9"),
    "a carriage return at the end": (random) => `${adsLine(random)}\r`,
    "two carriage returns at the end": (random) => `${adsLine(random)}\r\r`,
    "a carriage return inside": odd("a\rb"),
    "a long line": (random) => adsLine(random) + "x".repeat(random.pick(longBytes)),
    "a long line of commas": (random) => adsLine(random) + ",".repeat(random.pick(longBytes)),
    "bytes that are no UTF-8": odd("caf\xe9"),
    "UTF-8": odd("caf\xc3\xa9"),
    "empty fields": (random) => ads(random, "", "", ""),
    "a missing amount": odd("c1", ""),
    "fields that are missing": (random) => adsLine(random).split(",").slice(0, 2).join(),
    NULs: odd("a\0b"),
    "a NUL at the end": odd("c1\0"),
    "a bad number": odd("c1", "7a"),
    "numbers of many digits": odd("c1", "-000000000000000001234.5000000000000000000"),
    "a bad timestamp": (random) => adsLine(random).replace("T", "x"),
    "an offset": (random) => adsLine(random).replace("Z ", "+05:30 "),
    "a local time": (random) => adsLine(random).replace("Z ", " "),
    "a fraction of a second": (random) => adsLine(random).replace("Z ", ".123456-08:00 "),
    "another program": (random) => adsLine(random).replace(" EV ", " other "),
    "a program with a long name": (random) =>
      adsLine(random).replace(" EV ", " a-program-with-a-long-name "),
    "two spaces": (random) => adsLine(random).replace(" h", "  h"),
    "part of a line": (random) => adsLine(random).slice(0, random.below(30)),
  },
  bursts: {
    "many quoted fields": (random) =>
      Array.from({ length: 300 }, (_, n) => odd(`"n ""${n}"""`)(random)).join("\n"),
    "many new values": (random) =>
      Array.from({ length: 3000 }, (_, n) => odd(`new value ${n}`)(random)).join("\n"),
  },
};

function access(random: Random, request: string, agent: string): string {
  return (
    `192.0.2.${random.below(250)} - - [03/Jan/2020:${time(random)} +0000] ` +
    `"${request}" ${random.pick(["200", "404", "500"])} ${random.below(9000)} ` +
    `"http://example.com/" "${agent}"`
  );
}

function accessLine(random: Random): string {
  return access(random, `GET /page/${random.below(5)} HTTP/1.1`, "agent");
}

/** A line of one request and one agent, whatever they are. */
function asked(request: string, agent = "agent"): (random: Random) => string {
  return (random) => access(random, request, agent + "t".repeat(random.below(80)));
}

export const accessLines: LineKinds = {
  plain: (random, bytes) => filled(`${accessLine(random)} `, bytes),
  features: {
    ...blanks,
    "an escaped quote": asked('GET /\\"quoted\\" HTTP/1.1', 'an \\"agent\\"'),
    "an escaped backslash": asked("GET /\\\\ HTTP/1.1", "agent \\\\"),
    "a quote in the agent": asked("GET / HTTP/1.1", 'an "agent"'),
    "a request of one word": asked("\\x16\\x03"),
    "no request": asked("-"),
    "an empty request": asked(""),
    "a long request": (random) => asked(`GET /${"y".repeat(random.pick(longBytes))}`)(random),
    "a long request of spaces": (random) => asked(" ".repeat(random.pick(longBytes)))(random),
    "a long agent": (random) => asked("GET /", "\\\\".repeat(random.pick(longBytes)))(random),
    "a carriage return at the end": (random) => `${accessLine(random)}\r`,
    "bytes that are no UTF-8": asked("GET /caf\xe9 HTTP/1.1"),
    "a backslash at the end": (random) => accessLine(random).replace(/"$/, '\\"'),
    "an empty user": (random) => accessLine(random).replace("- - [", "-  ["),
    "two spaces before the request": (random) => accessLine(random).replace("] ", "]  "),
    "a fraction of a second": (random) => accessLine(random).replace(" +0000", ".123 +0000"),
    "a long client": (random) => accessLine(random).replace(/^[\d.]+/, "n".repeat(70)),
    "an IPv6 client": (random) => accessLine(random).replace(/^[\d.]+/, "2001:db8::1"),
    "an IPv4 client as IPv6 has it": (random) => `::ffff:${accessLine(random)}`,
    "an IPv6 client in another spelling": (random) =>
      accessLine(random).replace(/^[\d.]+/, "2001:0DB8:0:0::0:1"),
    "a client with a port": (random) => accessLine(random).replace(" ", ":80 "),
    "two clients": (random) => `192.0.2.7, ${accessLine(random)}`,
    "no status": (random) => accessLine(random).replace(/" \d+ /, '" 0.004 '),
    "a size of -1": (random) => accessLine(random).replace(/ \d+ "/, ' -1 "'),
    "another virtual host": (random) => `shop.example.net:443 ${accessLine(random)}`,
    "a user with spaces": (random) => accessLine(random).replace("- -", "- john doe [x]"),
    "a long user": (random) => accessLine(random).replace("- -", `- ${"u".repeat(70)}`),
    "missing values": (random) => accessLine(random).replace(/ \d+ "/, ' - "'),
    "another status": (random) => accessLine(random).replace(/" \d+ /, '" 302 '),
    "a bad timestamp": (random) => accessLine(random).replace("Jan", "Jab"),
    "an offset": (random) => accessLine(random).replace("+0000", "-0730"),
    "no offset": (random) => accessLine(random).replace(" +0000", ""),
    NULs: asked("GET /\0 HTTP/1.1"),
    "part of a line": (random) => accessLine(random).slice(0, random.below(90)),
    "more fields": (random) => `${accessLine(random)} 0.004 "x"`,
  },
  bursts: {
    "many new values": (random) =>
      Array.from({ length: 3000 }, (_, n) => asked(`GET /new/${n}`)(random)).join("\n"),
    "many clients in another spelling": (random) =>
      Array.from({ length: 3000 }, (_, n) =>
        accessLine(random).replace(/^[\d.]+/, `2001:DB8:0:0:a:b:c:${(n % 700).toString(16)}`),
      ).join("\n"),
  },
};

/** As access lines, behind a virtual host. */
export const vhostLines: LineKinds = {
  ...accessLines,
  plain: (random, bytes) => `shop.example.net ${accessLines.plain(random, bytes - 17)}`,
};
