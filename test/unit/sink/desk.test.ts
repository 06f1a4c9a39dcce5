import { expect, it } from "vitest";
import type { AckMessage } from "../../../src/shared/protocol/messages.ts";
import { Sessions } from "../../../src/sink/core/sessions.ts";
import { Desk } from "../../../src/sink/desk.ts";
import { keepingLogger } from "../../support/silent-logger.ts";

it("answers with a ledger that has everything that was admitted before the question", async () => {
  let isSettled = false;
  const told: { readonly message: AckMessage; readonly wasSettled: boolean }[] = [];
  const desk = new Desk({
    store: {
      storeId: "5".repeat(32),
      ready: () => Promise.resolve(),
      settle: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isSettled = true;
      },
      ledger: () => [],
      balance: () => ({}),
      hint: () => undefined,
    },
    sessions: new Sessions("1".repeat(32)),
    upkeep: { complete: () => Promise.resolve([]) },
    logger: keepingLogger(),
    incarnation: 1n,
    bury: () => undefined,
    tell: (_link, message) => {
      told.push({ message, wasSettled: isSettled });
      return Promise.resolve(true);
    },
  });
  await desk.answer(0, { type: "ledger_request", request: 3 });
  expect(told).toMatchObject([{ message: { type: "ledger", request: 3 }, wasSettled: true }]);
});
