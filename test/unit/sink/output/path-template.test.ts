import { describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import { bucketPath, templateFault } from "../../../../src/sink/output/path-template.ts";

describe("a path template", () => {
  it.each([
    ["out/{summary}/{bucket}.csv", ["a", "b"]],
    ["{bucket}-{summary}-{bucket}.csv", ["a", "b"]],
    ["out/{bucket}.csv", ["a"]],
  ])("%s is good for %s", (template, summaries) => {
    expect(templateFault(template, summaries)).toBeNull();
  });

  it("is refused where two buckets would share a file", () => {
    expect(templateFault("out/{summary}.csv", ["a"])).toContain("put {bucket} into it");
  });

  it("is refused where two summaries would share a file", () => {
    expect(templateFault("out/{bucket}.csv", ["a", "b"])).toContain("put {summary} into it");
  });

  it("is refused where it asks for what there is not", () => {
    expect(templateFault("out/{sumary}/{bucket}.csv", ["a"])).toContain("{sumary} is unknown");
    expect(templateFault("out/{}/{bucket}.csv", ["a"])).toContain("{} is unknown");
  });
});

describe("the path of a bucket", () => {
  const names = { summary: "daily", bucket: "2011-11-06T01-0400" };

  it("has the names in place of the placeholders, everywhere", () => {
    expect(bucketPath("/mill/{summary}/{bucket}/{bucket}.csv", names)).toBe(
      "/mill/daily/2011-11-06T01-0400/2011-11-06T01-0400.csv",
    );
  });

  it("takes a name as text, not as a replacement pattern", () => {
    expect(bucketPath("/a/{summary}/{bucket}", { summary: "$&{bucket}", bucket: "b" })).toBe(
      "/a/$&{bucket}/b",
    );
  });

  it.each(["..", ".", "", "a/b", "a\\b", "a\0b"])(
    "is refused for a summary called %j",
    (summary) => {
      expect(() => bucketPath("/a/{summary}/{bucket}", { summary, bucket: "b" })).toThrow(
        LogmillError,
      );
    },
  );
});
