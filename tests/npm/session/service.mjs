// A service that answers like the Worker, in this process and by the machine's time.

const GRACE = 30;

const problem = (status, code, headers = {}) =>
  new Response(JSON.stringify({ type: "about:blank", title: code, status, detail: code, code }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
const refused = (code) =>
  problem(401, code, {
    "www-authenticate": `Bearer realm="portcullis", error="invalid_token", error_description="${code}"`,
  });

export const PASSWORD = "correct horse battery staple";
export const URL_OF_SERVICE = "https://login.example.test";

/**
 * - `fetch`: the function for a session. `asked`: the path of each request, in order.
 * - `next`: functions that answer in place of the service, one for each request (each gets the service's own answer);
 *   `undefined` lets the service answer.
 */
export function startService(machine, { life = 3600, session = 86_400, url = URL_OF_SERVICE } = {}) {
  const { pathname: base } = new URL(`${url}/`);
  const sessions = new Map();
  let count = 0;
  const service = {
    asked: [],
    requests: [],
    next: [],
    fetch: answer,
    end: () => sessions.clear(),
    tokens: () => count,
  };
  const now = () => Math.floor(machine.now());

  function tokens(id) {
    const found = sessions.get(id);
    count += 1;
    return Response.json({
      token: `access.${id}.${now() + life}.${count}`,
      token_type: "Bearer",
      expires_in: life,
      expires_at: now() + life,
      refresh_token: `refresh.${id}.${found.number}`,
      refresh_expires_in: found.ends - now(),
    });
  }

  function refresh(text) {
    const [, id, number] = text.split(".");
    const found = sessions.get(id);
    if (!found) return refused("token_incorrect");
    if (found.ends <= now()) return refused("token_overdue");
    const behind = found.number - Number(number);
    if (behind === 1 && now() - found.rotated < GRACE) return tokens(id);
    if (behind !== 0) {
      sessions.delete(id);
      return refused("token_incorrect");
    }
    Object.assign(found, { number: found.number + 1, rotated: now() });
    return tokens(id);
  }

  function guarded(request, reply) {
    const [, token] = /^Bearer (.*)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    if (!token) return problem(401, "token_missing", { "www-authenticate": 'Bearer realm="portcullis"' });
    const [, id, expires] = token.split(".");
    if (Number(expires) <= now()) return refused("token_overdue");
    return sessions.has(id) ? reply(id) : refused("token_incorrect");
  }

  async function serve(request, path) {
    const body = await request.text();
    switch (path) {
      case "login": {
        const { username, password } = JSON.parse(body);
        if (password !== PASSWORD)
          return problem(401, "credentials_incorrect", { "www-authenticate": 'Bearer realm="portcullis"' });
        // The part of a token that names its user.
        const id = Buffer.from(JSON.stringify({ sub: username, n: `${sessions.size}${count}` })).toString("base64url");
        sessions.set(id, { number: 1, rotated: now(), ends: now() + session });
        return tokens(id);
      }
      case "refresh":
        return refresh(JSON.parse(body).refresh_token);
      case "logout":
        return guarded(request, (id) => {
          sessions.delete(id);
          return new Response(null, { status: 204 });
        });
      default:
        return guarded(request, () => Response.json({ path, method: request.method, body }));
    }
  }

  async function answer(input, init) {
    const request = new Request(input, init);
    const { pathname, origin } = new URL(request.url);
    const path = pathname.replace(base, "");
    service.asked.push(path);
    service.requests.push(request.clone());
    request.signal.throwIfAborted();
    const special = service.next.shift();
    if (origin !== new URL(url).origin) return new Response("elsewhere");
    return (await special?.(() => serve(request, path), request)) ?? serve(request, path);
  }
  return service;
}

/** Failures for `next`. */
export const lost = () => {
  throw new TypeError("fetch failed");
};
/** The service processes the request, and the response is lost. */
export const answerLost = async (serve) => {
  await serve();
  throw new TypeError("fetch failed");
};
export const failing = (status, code, headers) => () => problem(status, code, headers);
