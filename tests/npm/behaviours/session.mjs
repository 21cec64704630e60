// `portcullis/session` in each runtime, with a service in the same program. Other tests cover its behavior in
// all circumstances and with the Worker itself.
import { SECRET } from "./support.mjs";

const NAMES = ["createSession", "SessionError"];
const URL_OF_IT = "https://login.example";
const json = (status, body, headers) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const refusal = (code) => json(401, { code, status: 401 }, { "www-authenticate": 'Bearer error="invalid_token"' });

/** A service with one user that answers like the Worker, and a list of the requests it got. */
export function service({ sign, verify, secretKey }, right = "right") {
  const key = secretKey(SECRET, "HS512");
  const asked = [];
  let count = 0;
  const refreshes = new Set();
  const tokens = () => {
    const refresh_token = `refresh-${++count}`;
    refreshes.add(refresh_token);
    const now = Math.floor(Date.now() / 1000);
    const token = sign({ sub: "usr_1", count }, key, { expiresIn: 600, now });
    return json(200, { token, expires_at: now + 600, expires_in: 600, refresh_token, refresh_expires_in: 86_400 });
  };
  const routes = {
    "/login": ({ password }) =>
      password === right ? tokens() : json(401, { code: "credentials_incorrect", status: 401 }),
    "/refresh": ({ refresh_token }) => (refreshes.delete(refresh_token) ? tokens() : refusal("token_incorrect")),
    "/logout": () => (refreshes.clear(), new Response(null, { status: 204 })),
    "/me": (_, token) => (token === undefined ? refusal("token_missing") : json(200, verify(token, key).claims)),
  };
  return {
    asked,
    forget: () => refreshes.clear(),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const path = new URL(request.url).pathname;
      asked.push(path);
      const text = await request.text();
      return routes[path](
        text === "" ? {} : JSON.parse(text),
        request.headers.get("authorization")?.slice("Bearer ".length),
      );
    },
  };
}

export default ({ sessions, portcullis, ok, equal, deepEqual }) => {
  const begin = () => {
    const server = service(portcullis);
    return { server, session: sessions.createSession({ url: URL_OF_IT, fetch: server.fetch }) };
  };
  const codeOf = (promise) =>
    promise.then(
      () => "no error",
      (error) => (error instanceof sessions.SessionError ? error.code : error),
    );

  return {
    "it exports the contract's names and nothing else": () => {
      deepEqual(
        Object.keys(sessions)
          .filter((name) => name !== "default")
          .sort(),
        [...NAMES].sort(),
      );
    },

    "a polluted Object.prototype gives no option": async () => {
      const polluted = (name, value, call) => {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
        try {
          return call();
        } finally {
          delete Object.prototype[name];
        }
      };
      const server = service(portcullis);
      const others = [];
      const other = (input, init) => (
        others.push(new Request(input, init).url), Promise.reject(new Error("another service"))
      );
      const kept = [];
      const storage = { getItem: () => null, setItem: (...all) => void kept.push(all), removeItem: () => {} };
      for (const [name, value] of Object.entries({
        href: "https://evil.example",
        storage,
        storageKey: "evil",
        refreshBefore: 1e9,
        origins: ["https://evil.example"],
      })) {
        const session = polluted(name, value, () => sessions.createSession({ url: URL_OF_IT, fetch: server.fetch }));
        await session.login("user", "right");
        equal(session.status, "active", name);
        await codeOf(session.logout());
        session.close();
      }
      deepEqual([others, kept], [[], []]);
      ok(
        server.asked.every((path) => ["/login", "/logout"].includes(path)),
        server.asked.join(),
      );
      const own = globalThis.fetch;
      globalThis.fetch = server.fetch;
      try {
        const session = polluted("fetch", other, () => sessions.createSession({ url: URL_OF_IT }));
        await session.login("user", "right");
        equal(session.status, "active", "fetch");
        await codeOf(session.logout());
        session.close();
      } finally {
        globalThis.fetch = own;
      }
      deepEqual(others, []);
    },

    "it logs in, puts the token on requests, and logs out": async () => {
      const { session } = begin();
      equal(session.status, "none");
      await session.login("user", "right");
      equal(session.status, "active");
      ok(session.secondsLeft > 590 && session.secondsLeft <= 600, `${session.secondsLeft} seconds`);
      const answer = await session.fetch(`${URL_OF_IT}/me`);
      equal((await answer.json()).count, 1);
      await session.logout();
      deepEqual([session.status, session.token], ["none", undefined]);
    },

    "it puts the token on requests to the given origins, by the address to which they really go, and to no others":
      async () => {
        const server = service(portcullis);
        const seen = [];
        const fetch = async (input, init) => {
          const request = new Request(input, init);
          if (request.url.startsWith(`${URL_OF_IT}/`)) return server.fetch(request);
          seen.push([request.url, request.headers.get("authorization")?.slice(0, 7) ?? "none", await request.text()]);
          return new Response("");
        };
        const session = sessions.createSession({ url: URL_OF_IT, origins: ["https://api.example"], fetch });
        await session.login("user", "right");
        class Liar extends Request {
          get url() {
            return "https://api.example/";
          }
        }
        for (const input of [
          ...["https://api.example/", new Request("https://api.example/text", { method: "POST", body: "text" })],
          ...[
            "https://api.example.test/",
            "http://api.example/",
            new Liar("https://evil.example/", { method: "PUT", body: "text" }),
          ],
        ]) {
          await session.fetch(input);
        }
        deepEqual(seen, [
          ["https://api.example/", "Bearer ", ""],
          ["https://api.example/text", "Bearer ", "text"],
          ["https://api.example.test/", "none", ""],
          ["http://api.example/", "none", ""],
          // The address to which `fetch` would really send the request.
          [seen[4][0], "none", "text"],
        ]);
        session.close();
      },

    "a wrong password is an error of its own with the service's code": async () => {
      const { session } = begin();
      equal(await codeOf(session.login("user", "wrong")), "credentials_incorrect");
      equal(session.status, "none");
    },

    "it renews the token once for all callers that ask at the same time": async () => {
      const { server, session } = begin();
      await session.login("user", "right");
      const first = session.token;
      await Promise.all([session.refresh(), session.refresh(), session.refresh()]);
      ok(session.token !== first);
      deepEqual(server.asked, ["/login", "/refresh"]);
      session.close();
    },

    "it reports its end when the service refuses to renew it": async () => {
      const { server, session } = begin();
      const heard = [];
      for (const event of ["refreshed", "ended"]) session.on(event, ({ type, reason }) => heard.push(reason ?? type));
      await session.login("user", "right");
      server.forget();
      equal(await codeOf(session.refresh()), "session_ended");
      deepEqual(heard, ["refreshed", "refused"]);
      equal(session.status, "none");
      session.close();
    },
  };
};
