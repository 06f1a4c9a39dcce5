import { describe, expect, it } from "vitest";
import { parseRedisUrl, redisUrlProblem } from "../../../../src/shared/model/redis-url.ts";

describe("an address of Redis", () => {
  it.each([
    ["redis://cache", { host: "cache", port: 6379, database: 0, user: null, isTls: false }],
    ["redis://cache:1/3", { host: "cache", port: 1, database: 3, place: "redis://cache:1/3" }],
    ["redis://::1", null],
    ["rediss://[::1]/", { host: "::1", isTls: true, place: "rediss://[::1]:6379/0" }],
    ["redis://a%40b@h", { host: "h", user: "a@b", place: "redis://h:6379/0" }],
  ])("%s is understood", (text, expected) => {
    if (expected === null) expect(redisUrlProblem(text)).not.toBeNull();
    else {
      expect(redisUrlProblem(text)).toBeNull();
      expect(parseRedisUrl(text)).toMatchObject(expected);
    }
  });

  it.each([
    ["cache:6379", "must begin with redis:// or rediss://, not cache:"],
    ["cache", "must be redis://[USER@]HOST[:PORT][/DATABASE], or rediss:// for TLS"],
    ["http://cache", "must begin with redis:// or rediss://, not http:"],
    ["redis://u:secret@cache", "must have no password; put it into a file, and name that as"],
    ["redis://", "names no host"],
    ["redis:///1", "names no host"],
    ["redis://h:0", "must have a port from 1 to 65535"],
    ["redis://h:99999", "must be redis://"],
    ["redis://h/x", "has a database that is no number"],
    ["redis://h/1?a=b", "must end with the database"],
  ])("%s is refused", (text, problem) => {
    expect(redisUrlProblem(text)).toContain(problem);
  });
});
