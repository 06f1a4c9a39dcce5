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
 * @throws LogmillError `role_unreachable` when nobody answers, or not with 200. It has the field `status`
 *   where somebody did.
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
        else reject(refused(url, statusCode, token, body));
      });
    });
    asked.once("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error));
    asked.end();
  });
}

/** Somebody is there, and does not answer the question. */
function refused(url: string, status: number, token: string | null, body: string): LogmillError {
  const fields = { url, status };
  const said = (sentence: string): LogmillError =>
    new LogmillError("role_unreachable", `${url} can not be asked: ${sentence}`, { fields });
  if (status === 401 && token === null) {
    return said(`the token is missing; ${tokenFix}`);
  }
  if (status === 401) return said(`the token is wrong; ${tokenFix}`);
  if (status === 403) {
    return said(
      "the role was started without a token, so it answers this on its own host alone; start it with " +
        `http.token_file or LOGMILL_HTTP_TOKEN, and ${tokenFix}`,
    );
  }
  return said(`it answers ${status}: ${body.trim().slice(0, 200)}`);
}

const tokenFix =
  "give the one that the role was started with in LOGMILL_HTTP_TOKEN or with --token-file FILE";

function unreachable(url: string, reason: string, cause?: unknown): LogmillError {
  return new LogmillError(
    "role_unreachable",
    `${url} can not be asked: ${reason}; name the HTTP address of a running role, as its log has it`,
    { cause, fields: { url } },
  );
}
