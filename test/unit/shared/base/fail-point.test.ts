import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as failPoints from "../../../../src/shared/base/fail-point.ts";
import type { FailPointName } from "../../../../src/shared/base/fail-point.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

type FailPoints = typeof failPoints;

/** The module as a new process of a build with fail-points, or without, loads it. */
async function loaded(env: Readonly<Record<string, string>>, exist = true): Promise<FailPoints> {
  vi.unstubAllEnvs();
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  if (exist) vi.stubGlobal("__LOGMILL_FAIL_POINTS__", true);
  else vi.unstubAllGlobals();
  vi.resetModules();
  return await import("../../../../src/shared/base/fail-point.ts");
}

const test1 = { LOGMILL_TEST: "1" };
const point: FailPointName = "sink.wal.written";

beforeEach(() => vi.stubEnv("LOGMILL_FAILPOINT", undefined));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("a fail-point", () => {
  test("acts at the visit that is asked for, once, and at no other place", async () => {
    const { failPoint } = await loaded({ ...test1, LOGMILL_FAILPOINT: `${point}:3:eio` });
    failPoint(point);
    failPoint("sink.wal.synced");
    failPoint(point);
    expect(() => failPoint(point)).toThrow(expect.objectContaining({ code: "EIO" }));
    failPoint(point);
  });

  test.each([
    ["enospc", { code: "ENOSPC" }],
    ["throw", { message: `fail-point ${point}` }],
  ])("can %s", async (action, error) => {
    const { failPoint } = await loaded({ ...test1, LOGMILL_FAILPOINT: `${point}:1:${action}` });
    expect(() => failPoint(point)).toThrow(expect.objectContaining(error));
  });

  test("of several entries acts one after the other, over all processes", async () => {
    const used = join(tempFolder(), "used");
    const env = {
      ...test1,
      LOGMILL_FAILPOINT: `${point}:1:throw,${point}:2:throw`,
      LOGMILL_FAILPOINT_FILE: used,
    };
    const first = await loaded(env);
    expect(existsSync(used)).toBe(false);
    expect(() => first.failPoint(point)).toThrow();
    expect(readFileSync(used, "utf8")).toBe("x");
    const second = await loaded(env);
    second.failPoint(point);
    // Another process was there first.
    writeFileSync(used, "xx");
    second.failPoint(point);
    const third = await loaded(env);
    third.failPoint(point);
    third.failPoint(point);
    expect(readFileSync(used, "utf8")).toBe("xx");
  });

  test("does nothing where it is not asked for, and nothing in a build without", async () => {
    (await loaded(test1)).failPoint(point);
    const { checkFailPoints, failPoint, failPointsExist } = await loaded(
      { LOGMILL_FAILPOINT: `${point}:1:throw` },
      false,
    );
    checkFailPoints();
    failPoint(point);
    expect(failPointsExist).toBe(false);
  });
});

describe("what is asked for is refused", () => {
  test.each([
    [{ LOGMILL_FAILPOINT: `${point}:1:kill` }, /LOGMILL_TEST=1 is not set/u],
    [{ ...test1, LOGMILL_FAILPOINT: "sink.nowhere:1:kill" }, /sink\.nowhere:1:kill/u],
    [{ ...test1, LOGMILL_FAILPOINT: `${point}:0:kill` }, /NAME:NTH:ACTION/u],
    [{ ...test1, LOGMILL_FAILPOINT: `${point}:1:explode` }, /NAME:NTH:ACTION/u],
    [{ ...test1, LOGMILL_FAILPOINT: `${point}:1:kill,${point}:2:kill` }, /LOGMILL_FAILPOINT_FILE/u],
  ])("%j", async (env, message) => {
    const { checkFailPoints } = await loaded(env);
    expect(checkFailPoints).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(checkFailPoints).toThrow(message);
  });
});
