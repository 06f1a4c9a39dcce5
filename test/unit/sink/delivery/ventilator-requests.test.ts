import { expect, it } from "vitest";
import { protocolVersion, type AckMessage } from "../../../../src/shared/protocol/messages.ts";
import { Sessions } from "../../../../src/sink/delivery/core/sessions.ts";
import { RequestHandler } from "../../../../src/sink/delivery/ventilator-requests.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

const plan = "1".repeat(32);

interface Sent {
  readonly message: AckMessage;
  readonly wasSettled: boolean;
}

function newHandler(): { readonly requests: RequestHandler; readonly sent: readonly Sent[] } {
  let isSettled = false;
  const sent: Sent[] = [];
  const none = { sources: {}, summaries: {} };
  const requests = new RequestHandler({
    store: {
      storeId: "5".repeat(32),
      ready: () => Promise.resolve(),
      submit: () => expect.fail("no partial comes this way"),
      deadLetter: () => expect.fail("it is counted by the intake"),
      settle: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isSettled = true;
      },
      ledger: () => Promise.resolve({ sources: [], sheets: none }),
      sheets: () => Promise.resolve(none),
      examples: () => Promise.resolve([]),
      uncounted: () => Promise.resolve([]),
      summaries: () => Promise.resolve([]),
      read: () => expect.fail("no rows are read"),
      hint: () => undefined,
      close: () => Promise.resolve(),
    },
    sessions: new Sessions(plan),
    publishing: { complete: () => Promise.resolve([]) },
    logger: keepingLogger(),
    incarnation: 1n,
    deadLetter: () => undefined,
    send: (_link, message) => {
      sent.push({ message, wasSettled: isSettled });
      return Promise.resolve(true);
    },
  });
  return { requests, sent };
}

async function greet(requests: RequestHandler, link: number, session: bigint): Promise<void> {
  const about = { version: protocolVersion, ventilator: "v", plan, tagKey: new Uint8Array(32) };
  await requests.answer(link, { type: "ventilator_hello", session, ...about });
}

it("answers with a ledger that has everything that was admitted before the question", async () => {
  const { requests, sent } = newHandler();
  await requests.answer(0, { type: "ledger_request", request: 3, session: null });
  expect(sent).toMatchObject([{ message: { type: "ledger", request: 3 }, wasSettled: true }]);
});

it("tells no ledger to a session whose greeting was lost: the one before it still adds to it", async () => {
  const { requests, sent } = newHandler();
  await greet(requests, 0, 7n);
  await requests.answer(0, { type: "ledger_request", request: 3, session: 8n });
  expect(sent).toEqual([]);
  await greet(requests, 0, 8n);
  await requests.answer(1, { type: "ledger_request", request: 3, session: 8n });
  await requests.answer(0, { type: "ledger_request", request: 3, session: 7n });
  expect(sent).toEqual([]);
  await requests.answer(0, { type: "ledger_request", request: 4, session: 8n });
  expect(sent).toMatchObject([{ message: { type: "ledger", request: 4 } }]);
});
