// What `logmill status` does: asks every role it is given for its /status, and prints one screen.

import { LogmillError, errorTable } from "../../shared/base/errors.ts";
import { httpGet } from "../../shared/runtime/http/http-client.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { roleUrls } from "../run/role-urls.ts";
import { statusScreen } from "../screens/status-screen.ts";
import type { AskedRole } from "../screens/status-screen.ts";

/**
 * Prints, and returns the exit code: 1 when a role did not answer.
 * @throws LogmillError `usage`.
 */
export async function showStatus(roles: readonly string[], isJson: boolean): Promise<number> {
  const token = process.env["LOGMILL_HTTP_TOKEN"] ?? null;
  const asked = await Promise.all(roleUrls(roles).map((url) => ask(url, token)));
  const text = isJson
    ? `${JSON.stringify(asked)}\n`
    : statusScreen(asked, terminalStyle(process.stdout, process.env));
  process.stdout.write(text);
  const isWhole = asked.every(({ status }) => status !== null);
  return isWhole ? 0 : errorTable.role_unreachable.exitCode;
}

async function ask(url: string, token: string | null): Promise<AskedRole> {
  try {
    const status = JSON.parse(await httpGet(`${url}/status`, token)) as AskedRole["status"];
    return { url, status, problem: null };
  } catch (error) {
    if (error instanceof LogmillError) return { url, status: null, problem: error.message };
    if (error instanceof SyntaxError) return { url, status: null, problem: `${url} is no role` };
    throw error;
  }
}
