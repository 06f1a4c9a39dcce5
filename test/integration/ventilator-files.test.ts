// Files and what happens to them between runs: content is counted once, wherever it lies now and
// whatever it is called, and content that only looks alike is counted on its own.

import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import { Bench, brief, hits, hitsKey, lines, summaryNamed } from "../support/ventilator-fixture.ts";

const content = lines(0, 300);
/** More than the 64 KiB that make a name. */
const large = lines(0, 2000, "large");

function expectMerged(bench: Bench, ...expected: string[]): void {
  for (const key of [balanceKey, hitsKey]) {
    expect(brief(bench.store.contents(key))).toEqual(brief(expected));
  }
}

/** What a second run over the same folder sends. */
async function rerun(bench: Bench): Promise<number> {
  const { bytes, problems } = await bench.run();
  expect(problems).toEqual([]);
  return bytes;
}

describe("content that is merged", () => {
  it("is not sent again by a second run, nor read", async () => {
    const bench = new Bench();
    bench.write("a.log", content);
    bench.write("b.log", large);
    bench.write("c.log.gz", gzipSync(lines(0, 50, "c")));
    await bench.run();
    expectMerged(bench, content, large, lines(0, 50, "c"));
    const again = await bench.run();
    expect([again.batches, again.isComplete]).toEqual([0, true]);
    expect(await again.metric("done_files")).toBe(3);
  });

  it("is known again after a rename, a touch, a copy and a link", async () => {
    // Files that have changed within the last seconds are not trusted by what they look like.
    const now = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => now() + 60_000);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const bench = new Bench();
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name) =>
      bench.write(`${name}.log`, lines(0, 200, name)),
    );
    await bench.run();
    renameSync(a!, join(bench.logs, "a.log.1"));
    utimesSync(b!, 1, 1);
    copyFileSync(c!, join(bench.logs, "c.copy"));
    linkSync(d!, join(bench.logs, "d.link"));
    expect(await rerun(bench)).toBe(0);
    const known = bench.store.hints.map(({ path }) => path.replace(`${bench.logs}/`, ""));
    // Of two links, the one that is found first is where the file was seen last.
    expect(known.sort()).toEqual(["a.log.1", "b.log", "c.copy", "d.link"]);
    // Told once, it is trusted from then on.
    bench.store.hints.length = 0;
    expect(await rerun(bench)).toBe(0);
    expect(bench.store.hints).toEqual([]);
  });

  it("is known again when it was compressed, beside the plain file or in its place", async () => {
    const bench = new Bench();
    const plain = bench.write("a.log", large);
    await bench.run();
    bench.write("a.log.gz", gzipSync(large));
    expect(await rerun(bench)).toBe(0);
    rmSync(plain);
    expect(await rerun(bench)).toBe(0);
    expectMerged(bench, large);
  });

  it("is continued when it was rotated, compressed and has grown before that", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", large);
    await bench.run();
    rmSync(path);
    const grown = large + lines(0, 100, "late");
    bench.write("a.log.1.gz", gzipSync(grown));
    expect(await rerun(bench)).toBe(grown.length - large.length);
    expectMerged(bench, grown);
  });

  it("is back-filled for a summary that was added, and nothing else is sent", async () => {
    const bench = new Bench();
    bench.write("a.log", content);
    await bench.run();
    const added = summaryNamed("added");
    bench.configure({ summaries: [hits, added] });
    bench.write("b.log", lines(0, 100, "b"));
    const { tasks } = await bench.run();
    expectMerged(bench, content, lines(0, 100, "b"));
    const addedKey = summaryKey(added);
    expect(bench.store.contents(addedKey).sort()).toEqual([lines(0, 100, "b"), content].sort());
    const ofA = tasks.filter(({ header }) => header.hint.path.endsWith("a.log"));
    expect(ofA.every(({ header }) => header.summaries.join() === addedKey)).toBe(true);
  });

  it("is found at two paths and sent once", async () => {
    const bench = new Bench();
    bench.write("a.log", large);
    bench.write("b.log", large);
    bench.write("c.log", large.slice(0, large.indexOf("\n", 70_000) + 1));
    bench.write("d.log.gz", gzipSync(large));
    bench.write("short.log", content.slice(0, content.indexOf("\n", 900) + 1));
    bench.write("whole.log", content);
    const { bytes } = await bench.run();
    expect(bytes).toBe(large.length + content.length);
    expectMerged(bench, large, content);
    expect(await rerun(bench)).toBe(0);
  });

  it("listed under two sources counts once on the sheet, and for each summary", async () => {
    const other = summaryNamed("other", ["web"]);
    const bench = new Bench({ alsoNamed: ["web"], summaries: [hits, other] });
    bench.write("a.log", content);
    const { metric } = await bench.run();
    expectMerged(bench, content);
    expect(bench.store.contents(summaryKey(other))).toEqual([content]);
    expect(await metric("replanned_batches_total")).toBe(0);
    expect(await rerun(bench)).toBe(0);
  });
});

describe("a file that has grown", () => {
  it("sends only what is new", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", content);
    await bench.run();
    const added = lines(300, 400);
    appendFileSync(path, added);
    expect(await rerun(bench)).toBe(added.length);
    expectMerged(bench, content + added);
  });

  it("and was changed before its end is another one", async () => {
    const bench = new Bench();
    bench.write("a.log", large);
    await bench.run();
    const changed = large.slice(0, -20) + "#".repeat(19) + "\n";
    bench.write("a.log", changed + content);
    await bench.run();
    expectMerged(bench, large, changed + content);
  });

  it("counts a last line that had no end when it has one", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", `${content}no en`);
    const first = await bench.run();
    expectMerged(bench, content);
    expect(await first.metric("unfinished_bytes")).toBe(5);
    appendFileSync(path, "d\nnext\n");
    const second = await bench.run();
    expectMerged(bench, `${content}no end\nnext\n`);
    expect(await second.metric("unfinished_bytes")).toBe(0);
  });
});

describe("files that begin alike", () => {
  it("are both counted, whether they part early or late, and stay apart", async () => {
    const bench = new Bench();
    const contents = [
      content,
      content.replace("line 200", "LINE 200"),
      large,
      large.replace("line 1500", "LINE 1500"),
      large.replace("line 1999", "LINE 1999"),
    ];
    for (const [index, each] of contents.entries()) bench.write(`${index}.log`, each);
    await bench.run();
    expectMerged(bench, ...contents);
    for (const index of contents.keys()) {
      renameSync(join(bench.logs, `${index}.log`), join(bench.logs, `moved-${9 - index}`));
    }
    expect(await rerun(bench)).toBe(0);
  });

  it("are both counted when the first one is gone", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", large);
    await bench.run();
    rmSync(path);
    const other = large.replace("line 1500", "LINE 1500");
    bench.write("a.log", other);
    await bench.run();
    expectMerged(bench, large, other);
    expect(await rerun(bench)).toBe(0);
  });

  it("and come first by name never get the name of what was merged", async () => {
    const bench = new Bench();
    const path = bench.write("m.log", large);
    await bench.run();
    rmSync(path);
    // Too short for the merged range to say anything about it.
    const lookalike = large
      .slice(0, large.indexOf("\n", 80_000) + 1)
      .replace("line 1200", "LINE 1200");
    bench.write("a.log", lookalike);
    bench.write("z.log", large);
    await bench.run();
    expectMerged(bench, large, lookalike);
  });

  it("with nothing but the same header line are one until they part", async () => {
    const bench = new Bench();
    bench.write("a.log", "header\n");
    bench.write("b.log", "header\n");
    await bench.run();
    expectMerged(bench, "header\n");
    bench.write("a.log", `header\n${lines(0, 10, "a")}`);
    bench.write("b.log", `header\n${lines(0, 10, "b")}`);
    await bench.run();
    expectMerged(bench, `header\n${lines(0, 10, "a")}`, `header\n${lines(0, 10, "b")}`);
  });
});

describe("input that is not as it should be", () => {
  it("is reported, and the rest goes on", async () => {
    const bench = new Bench({ include: ["logs/*", "logs/missing.log"] });
    const packed = gzipSync(large);
    bench.write("a.log", content);
    bench.write("cut.gz", packed.subarray(0, packed.length - 100));
    const damaged = Buffer.from(gzipSync(lines(0, 5000, "damaged")));
    damaged.fill(0xff, damaged.length >> 1);
    bench.write("damaged.gz", damaged);
    bench.write("not-really.gz", lines(0, 20, "plain"));
    bench.write("torn.gz", Buffer.from("1f8b08000000000000ffdeadbeef", "hex"));
    bench.write("empty.log", "");
    bench.write("empty.gz", gzipSync(""));
    mkdirSync(join(bench.logs, "folder"));
    const { problems, isComplete } = await bench.run();
    expect(isComplete).toBe(true);
    expect(problems.map((problem) => problem.replaceAll(`${bench.logs}/`, "")).sort()).toEqual([
      expect.stringMatching(/^cannot read folder: it is a directory; exclude it/),
      expect.stringMatching(/^cut.gz is damaged gzip after \d+ bytes.*unexpected end of file/),
      expect.stringMatching(/^damaged.gz is damaged gzip after \d+ bytes of content/),
      "source ads: no file matches logs/missing.log",
      expect.stringMatching(/^torn.gz is damaged gzip after 0 bytes of content/),
    ]);
    const merged = bench.store.contents(hitsKey);
    expect(merged).toContain(content);
    expect(merged).toContain(lines(0, 20, "plain"));
    const cut = merged.find((text) => text.startsWith("large"))!;
    expect(large.startsWith(cut) && cut.endsWith("\n") && cut.length > 1000).toBe(true);
    // The damage is found again; what precedes it is not sent again.
    const again = await bench.run();
    expect(again.batches).toBe(0);
    expect(again.problems.length).toBe(5);
  });

  it("a cut gzip that was completed goes on where it was cut", async () => {
    const bench = new Bench();
    const packed = gzipSync(large);
    const path = bench.write("a.gz", packed.subarray(0, packed.length >> 1));
    await bench.run();
    appendFileSync(path, packed.subarray(packed.length >> 1));
    expect(await rerun(bench)).toBeLessThan(large.length);
    expectMerged(bench, large);
  });

  it("gzip of many members is one content, wherever the members end", async () => {
    const bench = new Bench();
    const members = Array.from({ length: 40 }, (_, index) => lines(index * 7, index * 7 + 7, "m"));
    const cutInLine = members.join("").slice(0, -30);
    bench.write("a.gz", Buffer.concat(members.map((member) => gzipSync(member))));
    bench.write("b.gz", Buffer.concat([gzipSync("x".repeat(30)), gzipSync(cutInLine)]));
    await bench.run();
    expectMerged(bench, members.join(""), "x".repeat(30) + cutInLine);
    expect(await rerun(bench)).toBe(0);
  });

  it("an over-long line is one batch with its beginning, and costs nothing else", async () => {
    const bench = new Bench();
    const long = `${"long ".repeat(20_000)}\n`;
    bench.write("a.log", `${lines(0, 10)}${long}${lines(10, 20)}`);
    const { tasks } = await bench.run();
    const oversize = tasks.filter(({ header }) => header.kind === "oversize");
    expect(
      oversize.map(({ header, payload }) => [header.to - header.from, payload.length]),
    ).toEqual([[long.length, 1024]]);
    expect(
      tasks
        .filter(({ header }) => header.kind === "lines")
        .map(({ payload }) => payload.toString())
        .join(""),
    ).toBe(lines(0, 20));
    expect(await rerun(bench)).toBe(0);
  });

  it("a file that shrinks before it is read to its end is reported", async () => {
    const bench = new Bench({ maxInFlight: 1 });
    const path = bench.write("a.log", large);
    let isCut = false;
    const sink = await bench.sink({
      fate: () => {
        if (!isCut) truncateSync(path, 5000);
        isCut = true;
        return "ack";
      },
    });
    bench.worker();
    const { ventilator } = await bench.ventilator();
    const { problems } = await ventilator.ended;
    expect(problems).toEqual([expect.stringMatching(/shrank from \d+ to 5000 bytes/)]);
    expect(sink.damaged).toBe(0);
  });

  it("patterns that match nothing are a problem when nothing else is matched", async () => {
    const bench = new Bench({ include: ["logs/*.gz", "logs/*.log"] });
    expect((await bench.run()).problems).toEqual([
      "source ads: no file matches logs/*.gz",
      "source ads: no file matches logs/*.log",
    ]);
    bench.write("a.log", content);
    expect((await bench.run()).problems).toEqual([]);
  });

  it("excluded files are left alone, and names with brackets are taken literally", async () => {
    const bench = new Bench({ include: ["logs/[a].log", "logs/*.txt"], exclude: ["**/b.txt"] });
    bench.write("[a].log", content);
    bench.write("b.txt", large);
    await bench.run();
    expectMerged(bench, content);
  });
});
