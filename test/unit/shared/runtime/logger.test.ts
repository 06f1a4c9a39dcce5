import { describe, expect, it } from "vitest";
import { createLogger } from "../../../../src/shared/runtime/logger.ts";
import type { LoggerOptions } from "../../../../src/shared/runtime/logger.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const records: string[] = [];
  const logger = createLogger({
    role: "sink",
    environment: { LOGMILL_LOG_FORMAT: "json" },
    write: (record) => records.push(record),
    ...options,
  });
  return { logger, records };
}

describe("createLogger", () => {
  it("writes one JSON object a line with role, level, time and fields", () => {
    const { logger, records } = capture();
    logger.info({ batch: 7 }, "merged");
    expect(records).toHaveLength(1);
    expect(records[0]).toMatch(/\}\n$/);
    const record = JSON.parse(records[0]!) as Record<string, unknown>;
    expect(record).toMatchObject({ role: "sink", level: "info", batch: 7, msg: "merged" });
    expect(record["time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("writes the stack of an error in `err`", () => {
    const { logger, records } = capture();
    logger.error({ err: new Error("boom") }, "failed");
    expect(records[0]).toContain("boom");
    expect(records[0]).toContain("logger.test");
  });

  it("drops records below the level", () => {
    const { logger, records } = capture({ level: "warn" });
    logger.info("quiet");
    logger.child({ a: 1 }).debug("quiet");
    logger.warn("loud");
    expect(records).toHaveLength(1);
  });

  it("lets LOGMILL_LOG_LEVEL win over the given level, and ignores unknown levels", () => {
    const environment = { LOGMILL_LOG_FORMAT: "json", LOGMILL_LOG_LEVEL: "debug" };
    const verbose = capture({ level: "warn", environment });
    verbose.logger.debug("seen");
    expect(verbose.records).toHaveLength(1);
    const odd = capture({ environment: { ...environment, LOGMILL_LOG_LEVEL: "loud" } });
    odd.logger.debug("unseen");
    odd.logger.info("seen");
    expect(odd.records).toHaveLength(1);
  });

  it("gives a child's fields to each of its records, and to its children's", () => {
    const { logger, records } = capture();
    logger.child({ source: "ads" }).child({ file: "a.log" }).warn("odd");
    expect(JSON.parse(records[0]!)).toMatchObject({ source: "ads", file: "a.log", msg: "odd" });
  });

  it("writes readable lines when asked, without colour under NO_COLOR", () => {
    const { logger, records } = capture({
      environment: { LOGMILL_LOG_FORMAT: "pretty", NO_COLOR: "1" },
    });
    logger.info({ batch: 7 }, "merged");
    expect(records[0]).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: sink: merged \{"batch":7\}\n$/);
  });
});
