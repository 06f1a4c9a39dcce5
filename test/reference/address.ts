// An address in its one spelling, slowly and plainly.

/** The spelling that all spellings of an address have in common; null if the text is no address. */
export function referenceAddress(text: string): string | null {
  if (isDotted(text)) return text;
  const match = /^([0-9A-Fa-f:.]*)(%[A-Za-z0-9._-]+)?$/.exec(text);
  const groups = match === null ? null : groupsOf(match[1]!);
  if (groups === null) return null;
  const zone = match![2] ?? "";
  if (zone === "" && /^0,0,0,0,0,65535,/.test(groups.join())) {
    return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join(".");
  }
  return shortened(groups.map((group) => group.toString(16))) + zone;
}

function isDotted(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
  );
}

/** All eight groups, or null. */
function groupsOf(text: string): number[] | null {
  const sides = text.split("::");
  if (sides.length > 2) return null;
  const [before, after] = sides.map((side) => (side === "" ? [] : side.split(":")));
  const last = (after ?? before)!;
  if (last.at(-1)?.includes(".") === true) {
    const dotted = last.pop()!;
    if (!isDotted(dotted)) return null;
    const [a, b, c, d] = dotted.split(".").map(Number);
    last.push((a! * 256 + b!).toString(16), (c! * 256 + d!).toString(16));
  }
  const written = [...before!, ...(after ?? [])];
  if (!written.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const missing = 8 - written.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const zeros = Array<string>(missing).fill("0");
  return [...before!, ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}

/** With `::` for the first of the longest runs of zeros, if that has two or more. */
function shortened(groups: readonly string[]): string {
  for (let length = 8; length >= 2; length -= 1) {
    for (let at = 0; at + length <= 8; at += 1) {
      if (groups.slice(at, at + length).some((group) => group !== "0")) continue;
      return `${groups.slice(0, at).join(":")}::${groups.slice(at + length).join(":")}`;
    }
  }
  return groups.join(":");
}

/** 32 or 128 bits; null of what is no address, or one of a single link. */
export function addressBits(text: string): string | null {
  const spelling = referenceAddress(text);
  if (spelling === null || spelling.includes("%")) return null;
  if (!spelling.includes(":"))
    return spelling
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  const [left = "", right] = spelling.split("::");
  const groups = (side: string): string[] => (side === "" ? [] : side.split(":"));
  const [before, after] = [groups(left), groups(right ?? "")];
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}
