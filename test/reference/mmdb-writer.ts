// Writes databases of addresses (MMDB 2.0), small ones, slowly: a tree of networks and the record of each. What
// is written is also kept as a list, so that a test can look an address up by going through it.

/** A network: the bits of its address that it fixes, `0` and `1`, and what the database says of it. */
export interface Network {
  readonly bits: string;
  readonly record: unknown;
}

export interface DatabaseOptions {
  readonly ipVersion: 4 | 6;
  readonly recordSize: 24 | 28 | 32;
  /** Networks of IPv6, by their bits, that lead to where IPv4 is, at ::/96. */
  readonly aliases?: readonly string[];
}

type Tree = [Branch, Branch];
type Branch = Tree | { readonly record: unknown } | "alias" | null;

const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
const separatorBytes = 16;

/** A later network is put over an earlier one. */
export function writeDatabase(networks: readonly Network[], options: DatabaseOptions): Buffer {
  const { ipVersion, recordSize, aliases = [] } = options;
  const root: Tree = [null, null];
  for (const { bits, record } of networks) put(root, bits, { record });
  for (const bits of aliases) put(root, bits, "alias");
  const nodes: Tree[] = [];
  const numberOf = new Map<Tree, number>();
  const visit = (tree: Tree): void => {
    numberOf.set(tree, nodes.length);
    nodes.push(tree);
    for (const branch of tree) if (Array.isArray(branch)) visit(branch);
  };
  visit(root);
  const data: Buffer[] = [];
  let dataBytes = 0;
  const recordAt = (record: unknown): number => {
    const encoded = encode(record);
    const at = dataBytes;
    data.push(encoded);
    dataBytes += encoded.length;
    return nodes.length + separatorBytes + at;
  };
  const valueOf = (branch: Branch): number => {
    if (branch === "alias") return valueOf(branchAt(root, "0".repeat(96)));
    if (branch === null) return nodes.length;
    return Array.isArray(branch) ? numberOf.get(branch)! : recordAt(branch.record);
  };
  const tree = nodes.map(([left, right]) => node(valueOf(left), valueOf(right), recordSize));
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: "logmill-test",
    description: {},
    ip_version: ipVersion,
    languages: [],
    node_count: nodes.length,
    record_size: recordSize,
  };
  return Buffer.concat([...tree, Buffer.alloc(separatorBytes), ...data, marker, encode(metadata)]);
}

function put(root: Tree, bits: string, leaf: Branch): void {
  let tree = root;
  for (const bit of bits.slice(0, -1)) {
    const side = bit === "1" ? 1 : 0;
    const branch = tree[side];
    // Whatever was there holds for both halves until one of them is said otherwise.
    const next: Tree = Array.isArray(branch) ? branch : [branch, branch];
    tree[side] = next;
    tree = next;
  }
  tree[bits.at(-1) === "1" ? 1 : 0] = leaf;
}

function branchAt(root: Tree, bits: string): Branch {
  let branch: Branch = root;
  for (const bit of bits) {
    if (!Array.isArray(branch)) return branch;
    branch = branch[bit === "1" ? 1 : 0];
  }
  return branch === "alias" ? null : branch;
}

function node(left: number, right: number, recordSize: number): Buffer {
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 24) {
    bytes.writeUIntBE(left, 0, 3);
    bytes.writeUIntBE(right, 3, 3);
  } else if (recordSize === 28) {
    bytes.writeUIntBE(left & 0xffffff, 0, 3);
    bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
    bytes.writeUIntBE(right & 0xffffff, 4, 3);
  } else {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
  }
  return bytes;
}

/** Text, whole numbers, lists and maps, as the format has them. */
function encode(value: unknown): Buffer {
  if (typeof value === "string")
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([control(7, entries.length), ...entries.flat().map(encode)]);
}

function control(type: number, size: number): Buffer {
  const [shown, more] = size < 29 ? [size, []] : [29, [size - 29]];
  return type < 8
    ? Buffer.from([(type << 5) | shown, ...more])
    : Buffer.from([shown, type - 7, ...more]);
}
