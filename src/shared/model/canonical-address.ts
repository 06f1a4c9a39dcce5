// The one spelling of an address, as the kernel has it (`kernel/assembly/canonical-address.ts`), of single addresses.

import { isIP } from "node:net";

/** As fields of type `ip` have it; null if the text is no address. */
export function canonicalAddress(text: string): string | null {
  const family = isIP(text);
  if (family !== 6) return family === 4 ? text : null;
  const [address, zone] = text.split("%");
  const spelt = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  if (zone !== undefined) return `${spelt}%${zone}`;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(spelt);
  if (mapped === null) return spelt;
  return [mapped[1]!, mapped[2]!]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}
