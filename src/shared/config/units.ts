// Sizes and durations as people write them in the configuration: `64KiB`, `1MB`, `200ms`, `1m`.

const sizeUnits = new Map([
  ["B", 1],
  ["kB", 1000],
  ["KB", 1000],
  ["MB", 1000 ** 2],
  ["GB", 1000 ** 3],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
]);

const durationUnits = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** JSON Schema patterns of the texts that the parsers below accept. */
export const sizePattern = String.raw`^\d+(\.\d+)? ?(B|kB|KB|MB|GB|KiB|MiB|GiB)?$`;
export const durationPattern = String.raw`^\d+(\.\d+)? ?(ms|s|m|h)$`;

/** Bytes, or null if the text is no size or no whole number of bytes. No unit means bytes. */
export function parseSize(text: string): number | null {
  return parseQuantity(text, sizeUnits, "B");
}

/** Milliseconds, or null if the text is no duration. The unit must be written. */
export function parseDuration(text: string): number | null {
  return parseQuantity(text, durationUnits, null);
}

/** The shortest exact way to write so many bytes. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, ["GiB", "MiB", "KiB", "GB", "MB", "kB"], sizeUnits, "B");
}

/** The shortest exact way to write so many milliseconds. */
export function formatDuration(durationMs: number): string {
  return formatQuantity(durationMs, ["h", "m", "s"], durationUnits, "ms");
}

function parseQuantity(
  text: string,
  units: ReadonlyMap<string, number>,
  unitless: string | null,
): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text);
  if (match === null) return null;
  const factor = units.get(match[2] === "" ? (unitless ?? "") : match[2]!);
  if (factor === undefined) return null;
  const quantity = Number(match[1]) * factor;
  return Number.isSafeInteger(quantity) ? quantity : null;
}

function formatQuantity(
  quantity: number,
  names: readonly string[],
  units: ReadonlyMap<string, number>,
  base: string,
): string {
  const name = names.find((unit) => quantity > 0 && quantity % units.get(unit)! === 0);
  return name === undefined ? `${quantity}${base}` : `${quantity / units.get(name)!}${name}`;
}
