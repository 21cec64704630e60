// The page's two questions to the service. Whatever goes wrong becomes a Problem with a
// code that messages.js has words for.

const PATIENCE = 20_000;

export class Problem extends Error {
  constructor(code, { status, retryAfter } = {}) {
    super(code);
    Object.assign(this, { name: "Problem", code, status, retryAfter });
  }
}

/** Seconds to wait: Retry-After holds either seconds or a date. */
function waitOf(response) {
  const value = response.headers.get("Retry-After");
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

async function ask(path, init) {
  let response, body;
  try {
    response = await fetch(path, { ...init, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    body = await response.text();
  } catch (error) {
    if (error.name === "TimeoutError") throw new Problem("timed_out");
    throw new Problem(navigator.onLine ? "unreachable" : "offline");
  }
  try {
    body = JSON.parse(body);
  } catch {
    body = undefined;
  }
  if (!response.ok) throw new Problem(body?.code, { status: response.status, retryAfter: waitOf(response) });
  return body;
}

/** The token the service gives for a username and password. */
export async function logIn(username, password) {
  const answer = await ask("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (typeof answer?.token !== "string") throw new Problem("answer_unexpected");
  return answer.token;
}

/** Whose token it is, as the service sees it: { id, username, phone }. */
export async function whoAmI(token) {
  const answer = await ask("/me", { headers: { Authorization: `Bearer ${token}` } });
  if (typeof answer !== "object" || answer === null) throw new Problem("answer_unexpected");
  return answer;
}
