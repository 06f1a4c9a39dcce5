import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isLoopbackHost } from "../../../../../src/shared/base/loopback.ts";
import { loadHttpToken } from "../../../../../src/shared/runtime/http/http-token.ts";
import { temporaryFolder } from "../../../../support/net-fixture.ts";

const secret = "0123456789abcdef0123456789abcdef";

function tokenFile(text = `${secret}\n`, mode = 0o600): string {
  const path = join(temporaryFolder(), "token");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("the HTTP token", () => {
  it("comes from the environment, else from its file, else there is none", () => {
    const file = tokenFile();
    expect(loadHttpToken(file, {})?.admits(`Bearer ${secret}`)).toBe(true);
    const other = loadHttpToken(file, { LOGMILL_HTTP_TOKEN: "another-token-that-is-long" });
    expect(other?.admits(`Bearer ${secret}`)).toBe(false);
    expect(other?.admits("Bearer another-token-that-is-long")).toBe(true);
    expect(loadHttpToken(null, { LOGMILL_HTTP_TOKEN: "" })).toBeNull();
  });

  it("is not in anything that a log could print", () => {
    const token = loadHttpToken(null, { LOGMILL_HTTP_TOKEN: secret });
    expect(inspect(token, { showHidden: true, depth: 9 })).not.toContain(secret);
    expect(JSON.stringify(token)).not.toContain(secret);
  });

  it("is refused when it is no secret, with the fix and without the text", () => {
    const short = (): unknown => loadHttpToken(null, { LOGMILL_HTTP_TOKEN: "hunter2" });
    expect(short).toThrow(/LOGMILL_HTTP_TOKEN must have at least 16 .*openssl/);
    expect(short).not.toThrow(/hunter2/);
    expect(() => loadHttpToken(tokenFile(`${secret} ${secret}`), {})).toThrow("without spaces");
  });

  it.each([0o640, 0o604, 0o620, 0o666])("is refused in a file of mode %o", (mode) => {
    const file = tokenFile(undefined, mode);
    const load = (): unknown => loadHttpToken(file, {});
    expect(load).toThrow(`run: chmod 600 ${file}`);
    expect(load).not.toThrow(secret);
  });

  it("is refused from what is no file, no small file, or not there", () => {
    const folder = join(temporaryFolder(), "folder");
    mkdirSync(folder, { mode: 0o700 });
    expect(() => loadHttpToken(folder, {})).toThrow("is not a file");
    expect(() => loadHttpToken(tokenFile("x".repeat(5000)), {})).toThrow("larger than 4096");
    expect(() => loadHttpToken(join(folder, "none"), {})).toThrow("does not exist");
  });
});

describe("loopback", () => {
  it.each(["127.0.0.1", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"])(
    "is %s",
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );

  it.each(["0.0.0.0", "::", "", "*", "128.0.0.1", "localhost.evil.example", "127.0.0.1.x", "eth0"])(
    "is not %s",
    (host) => expect(isLoopbackHost(host)).toBe(false),
  );
});
