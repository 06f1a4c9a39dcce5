// What a command says of a role that does not answer its question.

import { expect, it } from "vitest";
import { clientToken } from "../../../../../src/cli/commands/client-token.ts";
import { LogmillError } from "../../../../../src/shared/base/errors.ts";
import { httpGet } from "../../../../../src/shared/runtime/http/http-client.ts";
import { startHttpServer } from "../../../../../src/shared/runtime/http/http-server.ts";
import { HttpToken } from "../../../../../src/shared/runtime/http/http-token.ts";
import { closing } from "../../../../support/net-fixture.ts";

const secret = "a-token-of-more-than-16-characters";
const routes = [{ path: "/status", access: "token", handle: () => new Response("{}") }] as const;

async function role(host: string, token: HttpToken | null) {
  const server = closing(await startHttpServer({ host, port: 0, token, routes }));
  return `http://127.0.0.1:${new URL(server.url).port}/status`;
}

it.each([
  ["has none", null, "the token is missing"],
  ["has another one", "another-token-of-more-than-16", "the token is wrong"],
])("names the token where the command %s", async (_, token, problem) => {
  const url = await role("127.0.0.1", new HttpToken(secret, "a test"));
  await expect(httpGet(url, token)).rejects.toThrow(
    `${problem}; give the one that the role was started with in LOGMILL_HTTP_TOKEN or with --token-file`,
  );
  await expect(httpGet(url, secret)).resolves.toBe("{}");
});

it("names the token where the role was started without one and is asked from elsewhere", async () => {
  const url = await role("0.0.0.0", null);
  const error: unknown = await httpGet(url, null).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LogmillError);
  expect(String(error)).toMatch(
    /without a token.*start it with http.token_file or LOGMILL_HTTP_TOKEN/,
  );
  expect((error as LogmillError).fields).toMatchObject({ status: 403 });
});

it("an empty variable is no token", () => {
  expect(clientToken(undefined, { LOGMILL_HTTP_TOKEN: "" })).toBeNull();
  expect(clientToken(undefined, { LOGMILL_HTTP_TOKEN: secret })).toBe(secret);
});
