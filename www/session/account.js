// Reads the account of the session from the service.

import { serviceUrl } from "../lib/service.js";

/** Resolves with { id, username, phone }. Throws a SessionError, or an Error with the problem's `code`. */
export async function whoAmI(session) {
  const response = await session.fetch(`${serviceUrl}me`, { cache: "no-store", credentials: "omit" });
  const answer = await response.json().catch(() => undefined);
  if (!response.ok) throw Object.assign(new Error(), { code: answer?.code, status: response.status });
  if (typeof answer !== "object" || answer === null) throw Object.assign(new Error(), { code: "answer_unexpected" });
  return answer;
}
