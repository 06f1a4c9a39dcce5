import { describe, expect, it } from "vitest";
import { parseHttpAddress } from "../../../../src/cli/commands/http-address.ts";

describe("parseHttpAddress", () => {
  it.each([
    ["0.0.0.0:8555", { host: "0.0.0.0", port: 8555 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    [":9000", { host: "127.0.0.1", port: 9000 }],
    ["[::1]:80", { host: "::1", port: 80 }],
  ])("reads %s", (text, address) => {
    expect(parseHttpAddress(text)).toEqual(address);
  });

  it.each(["", "8555", "host", "host:", "host:65536", "host:-1", "::1:80", "a b:1x", "[::1]"])(
    "refuses %j with an example",
    (text) => {
      expect(() => parseHttpAddress(text)).toThrow(/is no HOST:PORT, such as 0\.0\.0\.0:8555/);
    },
  );
});
