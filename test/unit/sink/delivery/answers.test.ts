import { describe, expect, it } from "vitest";
import { Registry } from "../../../../src/shared/runtime/metrics.ts";
import { Answers } from "../../../../src/sink/delivery/answers.ts";
import { Sessions } from "../../../../src/sink/delivery/core/sessions.ts";
import { createSinkMetrics } from "../../../../src/sink/metrics.ts";
import { sampleHeader } from "../../../golden/protocol-samples.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

describe("answers", () => {
  it("are due until every batch that was taken in is durable or refused", () => {
    const answers = new Answers({
      storeId: "5".repeat(32),
      sessions: new Sessions(sampleHeader.plan),
      metrics: createSinkMetrics(new Registry()),
      logger: keepingLogger(),
      offer: () => undefined,
      onMerged: () => undefined,
    });
    const durable = { header: sampleHeader, duplicate: false, lines: 1 };
    expect(answers.areDue).toBe(false);
    for (let batch = 0; batch < 4; batch += 1) answers.owe();
    answers.durable([durable, { ...durable, duplicate: true }]);
    expect(answers.areDue).toBe(true);
    answers.refused({ header: sampleHeader }, { reason: "overlap" });
    expect(answers.areDue).toBe(true);
    answers.refused({ header: sampleHeader }, { reason: "plan" });
    expect(answers.areDue).toBe(false);
  });
});
