// Asks another process over HTTP, for commands that look at running roles.

import { request } from "node:http";
import { LogmillError } from "../../base/errors.ts";

const answerTimeoutMs = 5_000;
/** More than the metrics of a thousand workers. */
const answerBytesMax = 32 * 1024 * 1024;

/**
 * The body of a GET. Roles never redirect, so nothing is followed.
 * @param url `http://HOST:PORT/PATH`
 * @param token for routes that want one; null without.
 * @throws LogmillError `role_unreachable` when nobody answers, or not with 200.
 */
export function httpGet(url: string, token: string | null = null): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void => reject(unreachable(url, reason, cause));
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    // No agent: a command that has its answer ends at once.
    const asked = request(url, { headers, agent: false, timeout: answerTimeoutMs }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
        if (body.length > answerBytesMax) asked.destroy(new Error("its answer does not end"));
      });
      response.once("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode === 200) resolve(body);
        else if (statusCode === 401) reject(unauthorized(url, token));
        else fail(`it answers ${statusCode}: ${body.trim().slice(0, 200)}`);
      });
    });
    asked.once("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error));
    asked.end();
  });
}

function unauthorized(url: string, token: string | null): LogmillError {
  const problem = token === null ? "it wants a token" : "it has another token";
  return new LogmillError(
    "role_unreachable",
    `${url} can not be asked: ${problem}; set LOGMILL_HTTP_TOKEN to the one that the role was started with`,
    { fields: { url } },
  );
}

function unreachable(url: string, reason: string, cause?: unknown): LogmillError {
  return new LogmillError(
    "role_unreachable",
    `${url} can not be asked: ${reason}; name the HTTP address of a running role, as its log has it`,
    { cause, fields: { url } },
  );
}
