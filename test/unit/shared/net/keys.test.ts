import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curveKeyPair } from "zeromq";
import { parseAllowList } from "../../../../src/shared/net/curve/allow-list.ts";
import {
  addWorkerKey,
  createKeyFolder,
  readKeyPair,
  readPublicKey,
} from "../../../../src/shared/net/curve/key-folder.ts";
import { KeyPair } from "../../../../src/shared/net/curve/key-pair.ts";
import { decodeKey, encodeKey } from "../../../../src/shared/net/curve/z85.ts";
import { temporaryFolder } from "../../../support/net-fixture.ts";

function keyFolder(): string {
  const folder = join(temporaryFolder(), "keys");
  createKeyFolder(folder);
  return folder;
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("a key in Z85", () => {
  it("is the example of RFC 32, and what libzmq writes", () => {
    const example = Buffer.from(
      "bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518",
      "hex",
    );
    const text = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
    expect(encodeKey(example)).toBe(text);
    expect(Buffer.from(decodeKey(text)!).equals(example)).toBe(true);
    for (let count = 0; count < 20; count += 1) {
      const { publicKey } = curveKeyPair();
      expect(encodeKey(decodeKey(publicKey)!)).toBe(publicKey);
    }
  });

  it("survives the way there and back, whatever the bytes", () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(keys, (key) => {
        expect(decodeKey(encodeKey(key)!)).toEqual(key);
      }),
    );
  });

  it("is nothing else", () => {
    expect(encodeKey(new Uint8Array(31))).toBeNull();
    expect(decodeKey("")).toBeNull();
    expect(decodeKey("x".repeat(41))).toBeNull();
    expect(decodeKey(`"${"x".repeat(39)}`)).toBeNull();
    // Five digits above 32 bits.
    expect(decodeKey("#".repeat(40))).toBeNull();
  });
});

describe("a key pair", () => {
  it("follows from its secret half, as libzmq has it", () => {
    for (let count = 0; count < 20; count += 1) {
      const { publicKey, secretKey } = curveKeyPair();
      expect(KeyPair.fromSecret(secretKey)?.publicKey).toBe(publicKey);
    }
    expect(KeyPair.fromSecret("no key")).toBeNull();
  });

  it("shows its secret half to nobody who does not ask for it", () => {
    const pair = KeyPair.generate();
    const secret = pair.reveal();
    const shown = inspect({ pair }, { showHidden: true, depth: 9 }) + JSON.stringify({ pair });
    expect(shown).toContain(pair.publicKey);
    expect(shown).not.toContain(secret);
  });
});

describe("an allow-list", () => {
  it("has a key on each line, then a name; comments and empty lines are skipped", () => {
    const [a, b] = [KeyPair.generate().publicKey, KeyPair.generate().publicKey];
    const text = `# a comment\n#another\n\n${a}  rack 3\r\n\t${b}\n${a}\n`;
    expect(parseAllowList(text)).toEqual({ keys: new Set([a, b]), badLines: [] });
  });

  it("can have comments that begin with #, since no key does", () => {
    const highest = encodeKey(new Uint8Array(32).fill(0xff))!;
    expect(highest).toMatch(/^%/);
    expect(decodeKey(`#${highest.slice(1)}`)).toBeNull();
  });

  it("names the lines that are none, which admit nobody", () => {
    const key = KeyPair.generate().publicKey;
    const { keys, badLines } = parseAllowList(`*\n${key}\n${key.slice(1)}\n0.0.0.0/0\n`);
    expect(keys).toEqual(new Set([key]));
    expect(badLines).toEqual([1, 3, 4]);
  });
});

describe("a folder of keys", () => {
  it("has secrets that only their owner can read, and lists of who may speak where", () => {
    const folder = keyFolder();
    const list = (name: string): unknown => [
      ...parseAllowList(readFileSync(join(folder, "allow", name), "utf8")).keys,
    ];
    const worker = readKeyPair(folder, "worker").publicKey;
    expect(list("tasks")).toEqual([worker]);
    expect(list("results")).toEqual([worker]);
    expect(list("acks")).toEqual([readKeyPair(folder, "sink").publicKey]);
    expect(readPublicKey(folder, "sink")).toBe(readKeyPair(folder, "sink").publicKey);
    expect(modeOf(folder)).toBe("700");
    for (const path of filesOf(folder)) {
      expect(modeOf(path), path).toBe(path.endsWith(".pub") ? "644" : "600");
    }
  });

  it("gives one more worker all that it needs, and no secret but its own", () => {
    const folder = keyFolder();
    const copy = addWorkerKey(folder, "rack3");
    expect(readdirSync(copy).sort()).toEqual(["sink.pub", "ventilator.pub", "worker.key"]);
    const pair = readKeyPair(copy, "worker");
    expect(readPublicKey(copy, "ventilator")).toBe(readPublicKey(folder, "ventilator"));
    expect(modeOf(join(copy, "worker.key"))).toBe("600");
    for (const name of ["tasks", "results", "acks"]) {
      const text = readFileSync(join(folder, "allow", name), "utf8");
      expect(text.includes(`${pair.publicKey}  rack3\n`), name).toBe(name !== "acks");
    }
    const secrets = ["ventilator", "sink", "worker"] as const;
    for (const path of filesOf(copy)) {
      for (const owner of secrets) {
        expect(readFileSync(path, "utf8")).not.toContain(readKeyPair(folder, owner).reveal());
      }
    }
  });

  it("is never overwritten", () => {
    const folder = keyFolder();
    const before = filesOf(folder).map((path) => readFileSync(path, "utf8"));
    expect(() => createKeyFolder(folder)).toThrow("never overwritten");
    expect(filesOf(folder).map((path) => readFileSync(path, "utf8"))).toEqual(before);
    addWorkerKey(folder, "a");
    expect(() => addWorkerKey(folder, "a")).toThrow("choose another name");
  });

  it.each(["../a", "", ".", "..", "a/b", "a b", "-a", "a\n", "x".repeat(64), "a\u0000"])(
    "has no worker of the name %j",
    (name) => {
      const folder = keyFolder();
      const before = filesOf(folder);
      expect(() => addWorkerKey(folder, name)).toThrow("is no name");
      expect(filesOf(folder)).toEqual(before);
    },
  );

  it("that is incomplete says what is missing and how to get it", () => {
    const folder = temporaryFolder();
    expect(() => readKeyPair(folder, "sink")).toThrow(`there is no ${folder}/sink.key`);
    expect(() => readPublicKey(folder, "sink")).toThrow(`logmill keygen ${folder}`);
    expect(() => addWorkerKey(folder, "a")).toThrow("ventilator.pub");
    expect(existsSync(join(folder, "worker-a"))).toBe(false);
  });

  it("with a secret that others may read, or that is none, is refused", () => {
    const folder = keyFolder();
    const path = join(folder, "worker.key");
    const secret = readFileSync(path, "utf8").trim();
    chmodSync(path, 0o640);
    const read = (): unknown => readKeyPair(folder, "worker");
    expect(read).toThrow(`mode 640); run: chmod 600 ${path}`);
    chmodSync(path, 0o600);
    writeFileSync(path, `${secret}x`);
    expect(read).toThrow("holds no key of 40 characters");
    expect(read).not.toThrow(secret);
  });
});
