// One run over a folder in which somebody put everything that is no log: links out of the tree and in
// circles, pipes, sockets, folders, and names that a terminal would take for commands.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

let users = 0;
/** A line that is in no other file. */
const line = (): string =>
  `2011-06-30T12:00:00-07:00 h EVT_V1 click,u${(users += 1)},c1,p,s,i,0.50\n`;

const isRoot = process.getuid?.() === 0;

async function withSocket(path: string, use: () => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    await use();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Everything that is no log, in the folder of logs; returns what the run has to say of each. */
function placeHostileFiles({ logs }: AdsProject, outside: string): Map<string, RegExp> {
  writeFileSync(join(outside, "secret"), line());
  mkdirSync(join(outside, "folder"));
  writeFileSync(join(outside, "folder", "secret"), line());
  symlinkSync(join(outside, "secret"), join(logs, "link-out"));
  symlinkSync("../../../../../../../../etc/passwd", join(logs, "link-dots"));
  symlinkSync(join(outside, "folder"), join(logs, "link-folder"));
  symlinkSync("nowhere", join(logs, "dangling"));
  symlinkSync("loop-b", join(logs, "loop-a"));
  symlinkSync("loop-a", join(logs, "loop-b"));
  symlinkSync("/dev/zero", join(logs, "device"));
  mkdirSync(join(logs, "folder"));
  execFileSync("mkfifo", [join(logs, "pipe")]);
  const said = new Map([
    ["link-out", /link-out is not read, for it leads to .*secret, outside of .*follow_links: true/],
    ["link-dots", /link-dots is not read, for it leads to \/etc\/passwd, outside of/],
    ["link-folder", /link-folder\/secret is not read, for it leads to .*folder\/secret, outside/],
    ["dangling", /dangling: it does not exist any more, or is a link that leads nowhere/],
    ["loop-a", /loop-a: its symbolic links go in circles/],
    ["device", /device is not read, for it leads to \/dev\/zero/],
    ["folder", /logs\/folder: it is a directory; exclude it/],
    ["pipe", /logs\/pipe: it is no regular file/],
    ["socket", /logs\/socket: it is no regular file/],
  ]);
  writeFileSync(join(logs, "unreadable"), line());
  chmodSync(join(logs, "unreadable"), 0);
  if (!isRoot) said.set("unreadable", /unreadable: permission denied/);
  return said;
}

describe("a folder of logs with what is none", () => {
  it("is read as far as it is logs, and everything else is named and refused", async () => {
    // Globs pass over what can be no file; whoever names such a thing is told.
    const named = ["dangling", "loop-a", "pipe", "socket"].map((name) => `logs/${name}`);
    const include = ["logs/*", "logs/**/secret", "logs/inner/*", ...named];
    const project = new AdsProject({ include });
    const outside = tempFolder();
    writeFileSync(join(project.logs, "honest"), line());
    mkdirSync(join(project.logs, "inner"));
    writeFileSync(join(project.logs, "inner", "target"), line());
    symlinkSync("inner/target", join(project.logs, "link-within"));
    const said = placeHostileFiles(project, outside);
    const files = isRoot ? 3 : 2;
    await withSocket(join(project.logs, "socket"), async () => {
      const { exitCode, stdout, stderr } = await runProgram([
        ...["run", "-c", project.configPath, "--json"],
      ]);
      expect(exitCode, stderr).toBe(1);
      for (const [name, sentence] of said) expect(stderr, name).toMatch(sentence);
      expect(JSON.parse(stdout)).toMatchObject({ lines: files, accepted: files, rejected: {} });
    });
    for (const name of said.keys()) {
      recordEvidence({
        part: "hostile input",
        fault: `among the logs: ${name}`,
        expected: "named and refused, never opened and waited for; the others count",
        observed: `exit 1, the sentence, and ${files} of ${files} honest lines`,
        runs: 1,
        lost: 0,
        twice: 0,
      });
    }
  });

  it("follows links where it is told to, and a file named on the command line in any case", async () => {
    const project = new AdsProject();
    const outside = tempFolder();
    writeFileSync(join(outside, "real"), line());
    symlinkSync(join(outside, "real"), join(project.logs, "link"));
    project.configure({ followLinks: true });
    expect(await project.run()).toMatchObject({ lines: 1, accepted: 1 });
    const access = '1.2.3.4 - - [30/Jun/2011:00:00:03 -0700] "GET / HTTP/1.0" 200 5\n';
    writeFileSync(join(outside, "access"), access);
    symlinkSync(join(outside, "access"), join(project.folder, "access"));
    const { stdout } = await runProgram([
      ...["summarize", join(project.folder, "access"), "--format", "common", "--json"],
    ]);
    expect(stdout).toContain('"lines":1');
  });

  it("shows names as text, whatever bytes they have", async () => {
    const project = new AdsProject();
    const names = [
      "a\nb",
      "c\u001b[2J\u001b]0;owned\u0007",
      "d\u202egol",
      "e".repeat(250),
      "f\u009b1m",
      "'g\"$(h)",
    ];
    for (const name of names) writeFileSync(join(project.logs, name), line());
    // What is wrong with it makes the program say its name.
    const bad = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
    for (const name of names) writeFileSync(join(project.logs, `${name.slice(0, 200)}.bad`), bad);
    const invalid = Buffer.concat([Buffer.from(`${project.logs}/i`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(invalid, line());
    for (const format of ["pretty", "json"]) {
      const { exitCode, stdout, stderr } = await runProgram(
        ["run", "-c", project.configPath, "--workers", "1"],
        { env: { LOGMILL_LOG_FORMAT: format } },
      );
      expect(exitCode, stderr).toBe(1);
      // eslint-disable-next-line no-control-regex -- looking for what must not reach a terminal
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stderr).toContain("owned");
      expect(stderr).toContain("its name is not UTF-8; rename it");
      expect(stdout).toContain("12 files");
    }
    recordEvidence({
      part: "hostile input",
      fault:
        "names of files with newlines, escape sequences, direction marks, 250 bytes, invalid UTF-8",
      expected: "all but the invalid one are read; no control character is printed",
      observed: "none in standard output and error, pretty and JSON",
      runs: names.length * 2 + 1,
    });
  });
});
