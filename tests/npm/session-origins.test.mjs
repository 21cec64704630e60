// The origins to which the token is sent, and those to which it is not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSession } from "portcullis/session";
import { URL_OF_SERVICE, failing } from "./session/service.mjs";
import { times, world } from "./session/support.mjs";

const ME = `${URL_OF_SERVICE}/me`;
const API = "https://api.example.test";

/** `open(options)` with a login: a session whose requests to other services are answered by `answers`, in turn, and recorded in `seen`. */
async function beside(t, options, answers = []) {
  const { service, loggedIn } = world(t);
  const seen = [];
  const fetch = async (input, init) => {
    const request = /^(data|blob):/.test(input.url ?? input)
      ? { url: String(input), headers: new Headers(init?.headers) }
      : new Request(input, init);
    if (request.url.startsWith(`${URL_OF_SERVICE}/`)) return service.fetch(request);
    seen.push(request);
    return (answers.shift() ?? (() => new Response("elsewhere")))();
  };
  const session = await loggedIn({ ...options, fetch });
  return { service, session, seen, tokens: () => seen.map(({ headers }) => headers.get("authorization")) };
}

describe("the token", () => {
  test("is sent to the extra origins, given as strings or URLs, and still to the service's origin", async (t) => {
    const origins = [API, new URL("https://other.example.test:8443/"), "HTTP://127.0.0.1:80"];
    const { session, tokens } = await beside(t, { origins });
    origins.push("https://late.example.test");
    for (const input of [
      API,
      `${API}/v1/things?a=b`,
      new URL(`${API}/v1`),
      new Request(`${API}/v1`),
      "https://other.example.test:8443/x",
      "http://127.0.0.1/",
    ]) {
      await session.fetch(input);
    }
    assert.deepEqual(tokens(), Array(6).fill(`Bearer ${session.token}`));
    assert.equal((await session.fetch(ME)).status, 200);
  });

  test("is sent to no origin that only looks like one of them", async (t) => {
    const { session, seen, tokens } = await beside(t, { origins: [API] });
    const addresses = [
      ...[
        "http://api.example.test/",
        "https://api.example.test:8443/",
        "https://api.example.test.evil.test/",
        "https://api.example.testevil/",
      ],
      ...[
        "https://v1.api.example.test/",
        "https://example.test/",
        `https://evil.test/?${API}/`,
        `https://evil.test/#${ME}`,
        `https://evil.test\\@login.example.test/`,
      ],
      ...[
        "data:text/plain,x",
        `blob:${URL_OF_SERVICE}/0e6c7a02-9f0d-4c0e-9a34-4c9b1e5b7d10`,
        `blob:${API}/0e6c7a02-9f0d-4c0e-9a34-4c9b1e5b7d10`,
        "about:blank",
      ],
      ...["https://late.example.test/", "https://LOGIN.example.test.:443/"],
    ];
    for (const address of addresses) await session.fetch(address);
    assert.equal(seen.length, addresses.length);
    assert.deepEqual(
      tokens().filter((token) => token !== null),
      [],
    );
  });

  test("is sent to no address with a user name and a password, because fetch refuses such an address", async (t) => {
    const { session, seen } = await beside(t);
    for (const address of [
      "https://login.example.test@evil.test/",
      "https://a:b@login.example.test/me",
      "//evil.test/",
      "/me",
    ]) {
      await assert.rejects(session.fetch(address), TypeError);
    }
    assert.deepEqual(seen, []);
  });

  test("is sent by the real address of a request, whatever its properties say", async (t) => {
    const { service, session, tokens, seen } = await beside(t);
    class Liar extends Request {
      get url() {
        return ME;
      }
      clone() {
        return new Request("https://evil.test/");
      }
    }
    let asked = 0;
    const changing = { toString: () => (asked++ === 0 ? ME : "https://evil.test/") };
    await session.fetch(new Liar("https://evil.test/"));
    assert.equal((await session.fetch(changing)).status, 200);
    service.next.push(failing(401, "token_overdue", { "www-authenticate": 'Bearer error="invalid_token"' }));
    assert.equal((await session.fetch(new Liar(ME))).status, 200);
    assert.deepEqual(tokens(), [null]);
    assert.equal(seen.length, 1);
  });

  test("is renewed when another service refuses it, and the request is sent there again", async (t) => {
    const refusal = () =>
      new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
    const { session, service, tokens } = await beside(t, { origins: [API] }, [refusal]);
    const first = session.token;
    assert.equal(await (await session.fetch(new Request(API, { method: "POST", body: "text" }))).text(), "elsewhere");
    assert.notEqual(session.token, first);
    assert.deepEqual(tokens(), [`Bearer ${first}`, `Bearer ${session.token}`]);
    assert.equal(times(service, "refresh"), 1);
  });

  test("is sent along no redirect of another service", async (t) => {
    const redirect = () => new Response(null, { status: 302, headers: { location: ME } });
    const { session, seen } = await beside(t, { origins: [API] }, [redirect]);
    await assert.rejects(session.fetch(API), { name: "SessionError", code: "answer_unexpected", status: 302 });
    assert.equal(seen.length, 1);
  });

  test("is sent nowhere by an option that is not a list of origins", () => {
    for (const origins of [
      ...[
        API,
        null,
        7,
        {},
        [7],
        [null],
        [undefined],
        [""],
        ["*"],
        ["null"],
        ["api.example.test"],
        ["//api.example.test"],
        ["/"],
        [[API]],
      ],
      ...[
        "data:text/plain,x",
        `blob:${API}/x`,
        "file:///x",
        "ws://api.example.test",
        "https://a:b@api.example.test",
        "https://a@api.example.test",
      ].map((address) => [address]),
      ...["/v1", "//", "/?a", "?", "#", "/#a"].map((rest) => [API + rest]),
      [API, `${API}/v1`],
    ]) {
      assert.throws(
        () => createSession({ url: URL_OF_SERVICE, origins }),
        { name: "TypeError", message: /^the option "origins" / },
        JSON.stringify(origins),
      );
    }
    for (const origins of [undefined, [], [API], [`${API}/`], [new URL(API)]])
      createSession({ url: URL_OF_SERVICE, origins }).close();
  });
});
