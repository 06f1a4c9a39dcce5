// What `logmill status` does: asks every role it is given for its /status, and prints one screen.

import { LogmillError, errorTable } from "../../shared/base/errors.ts";
import { httpGet } from "../../shared/runtime/http/http-client.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { clientToken } from "./client-token.ts";
import { roleUrls } from "../run/role-urls.ts";
import { statusScreen } from "../screens/status-screen.ts";
import type { AskedRole } from "../screens/status-screen.ts";

/**
 * Prints, and returns the exit code: 1 when a role did not answer.
 * @throws LogmillError `usage`, `bad_secret`.
 */
export async function showStatus(
  roles: readonly string[],
  isJson: boolean,
  tokenFile: string | undefined,
): Promise<number> {
  const token = clientToken(tokenFile, process.env);
  const asked = await Promise.all(roleUrls(roles).map((url) => ask(url, token)));
  const text = isJson
    ? `${JSON.stringify(asked)}\n`
    : statusScreen(asked, terminalStyle(process.stdout, process.env));
  process.stdout.write(text);
  const isWhole = asked.every(({ status }) => status !== null);
  return isWhole ? 0 : errorTable.role_unreachable.exitCode;
}

async function ask(url: string, token: string | null): Promise<AskedRole> {
  const failed = { url, status: null, isRefused: false };
  try {
    const status = JSON.parse(await httpGet(`${url}/status`, token)) as AskedRole["status"];
    return { url, status, isRefused: false, problem: null };
  } catch (error) {
    if (error instanceof LogmillError) {
      return { ...failed, isRefused: error.fields["status"] !== undefined, problem: error.message };
    }
    if (error instanceof SyntaxError) return { ...failed, problem: `${url} is no role` };
    throw error;
  }
}
