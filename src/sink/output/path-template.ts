// Where the file of a bucket goes: a template with `{summary}` and `{bucket}`. A template is good
// when no two buckets of one output can get the same path, so `{bucket}` is a must, and `{summary}`
// as soon as the output has more than one.

import { LogmillError } from "../../shared/base/errors.ts";

const placeholders = ["summary", "bucket"] as const;

/** What is wrong with a template, as one sentence with its fix; null if nothing. */
export function templateFault(template: string, summaries: readonly string[]): string | null {
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1]!)
    .find((name) => !placeholders.some((known) => known === name));
  if (unknown !== undefined) {
    return `path: {${unknown}} is unknown; there are {summary} and {bucket}`;
  }
  if (!template.includes("{bucket}")) {
    return `path: "${template}" gives all buckets the same file; put {bucket} into it`;
  }
  if (summaries.length > 1 && !template.includes("{summary}")) {
    return `path: "${template}" gives all summaries the same files; put {summary} into it`;
  }
  return null;
}

/** Path of a bucket's file. Throws `config_invalid` where a name would leave its folder. */
export function bucketPath(
  template: string,
  names: { readonly summary: string; readonly bucket: string },
): string {
  return template.replace(/\{(summary|bucket)\}/g, (_, name: "summary" | "bucket") => {
    const value = names[name];
    // Neither a separator nor a part that means a folder may come out of a name.
    if (value === "" || /[/\\\0]/.test(value) || /^\.+$/.test(value)) {
      throw new LogmillError(
        "config_invalid",
        `the ${name} ${JSON.stringify(value)} can be no part of a path; give it another name`,
      );
    }
    return value;
  });
}
