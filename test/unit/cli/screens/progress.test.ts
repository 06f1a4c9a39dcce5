import { describe, expect, it } from "vitest";
import { ProgressBar } from "../../../../src/cli/screens/progress.ts";
import type { ProgressReport } from "../../../../src/shared/process/role-report.ts";

const report = (bytesRead: number): ProgressReport => ({
  type: "progress",
  filesTotal: 1,
  filesDone: 0,
  bytesTotal: 1000,
  bytesRead,
  linesAcknowledged: bytesRead,
  batchesInFlight: 2,
  batches: 1,
  redelivered: 0,
  duplicates: 0,
});

function screen(color = false) {
  let nowMs = 0;
  const written: string[] = [];
  const stream = { columns: 80, write: (text: string) => written.push(text) };
  const clock = { nowMs: () => nowMs, wallMs: () => nowMs };
  const bar = new ProgressBar(stream, { width: 80, color }, clock);
  return { bar, written, at: (ms: number) => (nowMs = ms) };
}

describe("ProgressBar", () => {
  it("draws over its own line and hides the cursor once", () => {
    const { bar, written, at } = screen();
    bar.update(report(100));
    at(100);
    bar.update(report(500));
    expect(written).toHaveLength(2);
    expect(written[0]!.startsWith("\u001b[?25l\r\u001b[K")).toBe(true);
    expect(written[0]).toContain(" 10%");
    expect(written[1]!.startsWith("\r\u001b[K")).toBe(true);
    expect(written[1]).toContain(" 50%");
    expect(written.join("")).not.toContain("\n");
    bar.end();
  });

  it("draws no more often than every 80 ms", () => {
    const { bar, written, at } = screen();
    for (let ms = 0; ms < 800; ms += 10) {
      at(ms);
      bar.update(report(ms));
    }
    expect(written).toHaveLength(10);
    bar.end();
  });

  it("clears the line, gives the cursor back and leaves no listener, once", () => {
    const before = process.listenerCount("exit");
    const { bar, written } = screen();
    bar.update(report(100));
    expect(process.listenerCount("exit")).toBe(before + 1);
    bar.end();
    bar.end();
    expect(written).toHaveLength(2);
    expect(written[1]).toBe("\r\u001b[K\u001b[?25h");
    expect(process.listenerCount("exit")).toBe(before);
  });

  it("writes nothing when nothing was drawn", () => {
    const { bar, written } = screen();
    bar.end();
    expect(written).toEqual([]);
  });

  it("puts log lines above the bar", () => {
    const { bar, written } = screen();
    bar.write("before\n");
    bar.update(report(100));
    bar.write("worker 1 died\n");
    expect(written[0]).toBe("before\n");
    expect(written[2]!.startsWith("\r\u001b[Kworker 1 died\n")).toBe(true);
    expect(written[2]).toMatch(/ 10%[^\n]*$/);
    bar.end();
  });

  it("has colours only where they are wanted", () => {
    const plain = screen();
    plain.bar.update(report(500));
    plain.bar.end();
    // eslint-disable-next-line no-control-regex -- looking for colour escapes
    expect(plain.written[0]!.replace(/^\u001b\[\?25l\r\u001b\[K/, "")).not.toMatch(/\u001b/);
    const coloured = screen(true);
    coloured.bar.update(report(500));
    coloured.bar.end();
    expect(coloured.written[0]).toContain("\u001b[36m█");
  });
});
