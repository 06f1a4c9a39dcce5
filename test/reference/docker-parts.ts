// Which records of Docker go on with a line that an earlier record has begun, found plainly. Lines are "binary"
// strings without their endings.

/** What is looked at of lines that are longer than one that is read whole. */
const beginningChars = 1024;

export class ReferenceParts {
  readonly #pending = new Set<string>();

  /** Streams that are within a line, as a preamble has them. */
  get preamble(): string {
    return ["stdout", "stderr"].filter((stream) => this.#pending.has(stream)).join(" ");
  }

  /** Takes the next line; true if it goes on with one. */
  take(line: string, lineCharsMax = 1024 * 1024): boolean {
    const isLong = line.length > lineCharsMax;
    const seen = isLong ? line.slice(0, beginningChars) : line;
    const record = /^\{"log":("?[^]*?)","stream":"(stdout|stderr)"/.exec(seen);
    if (record === null || !seen.startsWith('{"log":"')) {
      if (isLong && seen.startsWith('{"log":"')) {
        this.#pending.add("stdout").add("stderr");
      }
      return false;
    }
    const [, text, stream] = record as unknown as [string, string, string];
    const isLater = this.#pending.has(stream);
    if (/(?:^"|[^\\])(?:\\\\)*\\n$/.test(text)) this.#pending.delete(stream);
    else this.#pending.add(stream);
    return isLater;
  }
}
