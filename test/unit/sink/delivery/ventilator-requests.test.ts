import { expect, it } from "vitest";
import { protocolVersion, type AckMessage } from "../../../../src/shared/protocol/messages.ts";
import { Sessions } from "../../../../src/sink/delivery/core/sessions.ts";
import { Desk } from "../../../../src/sink/delivery/ventilator-requests.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

const plan = "1".repeat(32);

interface Told {
  readonly message: AckMessage;
  readonly wasSettled: boolean;
}

function newDesk(): { readonly desk: Desk; readonly told: readonly Told[] } {
  let isSettled = false;
  const told: Told[] = [];
  const desk = new Desk({
    store: {
      storeId: "5".repeat(32),
      ready: () => Promise.resolve(),
      settle: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isSettled = true;
      },
      ledger: () => [],
      sheets: () => ({ sources: {}, summaries: {} }),
      examples: () => [],
      hint: () => undefined,
    },
    sessions: new Sessions(plan),
    upkeep: { complete: () => Promise.resolve([]) },
    logger: keepingLogger(),
    incarnation: 1n,
    bury: () => undefined,
    tell: (_link, message) => {
      told.push({ message, wasSettled: isSettled });
      return Promise.resolve(true);
    },
  });
  return { desk, told };
}

async function greet(desk: Desk, link: number, session: bigint): Promise<void> {
  const about = { version: protocolVersion, ventilator: "v", plan, tagKey: new Uint8Array(32) };
  await desk.answer(link, { type: "ventilator_hello", session, ...about });
}

it("answers with a ledger that has everything that was admitted before the question", async () => {
  const { desk, told } = newDesk();
  await desk.answer(0, { type: "ledger_request", request: 3, session: null });
  expect(told).toMatchObject([{ message: { type: "ledger", request: 3 }, wasSettled: true }]);
});

it("tells no ledger to a session whose greeting was lost: the one before it still adds to it", async () => {
  const { desk, told } = newDesk();
  await greet(desk, 0, 7n);
  await desk.answer(0, { type: "ledger_request", request: 3, session: 8n });
  expect(told).toEqual([]);
  await greet(desk, 0, 8n);
  await desk.answer(1, { type: "ledger_request", request: 3, session: 8n });
  await desk.answer(0, { type: "ledger_request", request: 3, session: 7n });
  expect(told).toEqual([]);
  await desk.answer(0, { type: "ledger_request", request: 4, session: 8n });
  expect(told).toMatchObject([{ message: { type: "ledger", request: 4 } }]);
});
