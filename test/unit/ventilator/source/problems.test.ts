import { expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import { Problems } from "../../../../src/ventilator/source/problems.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

function unreadable(errno: string): LogmillError {
  const message = `cannot read a.log: ${errno}`;
  return new LogmillError("source_unreadable", message, { fields: { errno } });
}

it.each([
  ["read once", true, ["cannot read a.log: ENOENT", "cannot read a.log: EIO"]],
  ["followed", false, ["cannot read a.log: EIO"]],
])("a file that is gone is a problem where files are read once: %s", (_, isOnce, sentences) => {
  const problems = new Problems(keepingLogger(), isOnce);
  const taken = ["ENOENT", "EIO", "ENOENT"].map((errno) =>
    problems.take(unreadable(errno), "a.log"),
  );
  expect(taken).toEqual(["gone", "failed", "gone"]);
  expect(problems.list()).toEqual(sentences);
});

it("an error of another class is thrown on", () => {
  const problems = new Problems(keepingLogger(), false);
  const error = new LogmillError("store_damaged", "no input's fault");
  expect(() => {
    problems.take(error, "a.log");
  }).toThrow(error);
  expect(problems.count).toBe(0);
});

it("what is said of a file is forgotten when that file has been read", () => {
  const problems = new Problems(keepingLogger(), false);
  problems.take(unreadable("EIO"), "a.log");
  problems.add("no file matches *.gz");
  problems.fixed("b.log");
  expect(problems.count).toBe(2);
  problems.fixed("a.log");
  expect(problems.list()).toEqual(["no file matches *.gz"]);
});
