import { expect, it } from "vitest";
import { loadRedisLibrary } from "../../../../../src/sink/output/redis/connection.ts";

const failing = (code: string) => () => {
  throw Object.assign(new Error("no"), { code });
};

it("says how the library is installed that is not there", () => {
  expect(() => loadRedisLibrary(failing("MODULE_NOT_FOUND"))).toThrow(
    expect.objectContaining({
      code: "config_invalid",
      message: expect.stringContaining("run: npm install @redis/client") as string,
    }),
  );
});

it("does not call a library missing that cannot be loaded for another reason", () => {
  expect(() => loadRedisLibrary(failing("ERR_OTHER"))).toThrow("no");
});
