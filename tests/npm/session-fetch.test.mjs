import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settle } from "./session/machine.mjs";
import { URL_OF_SERVICE, answerLost, failing, lost } from "./session/service.mjs";
import { times, world } from "./session/support.mjs";

const ME = `${URL_OF_SERVICE}/me`;
const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
const authorizations = (service, path) =>
  service.requests
    .filter(({ url }) => new URL(url).pathname.endsWith(path))
    .map(({ headers }) => headers.get("authorization"));
const redirect = (location) => () => new Response(null, { status: 307, headers: { location } });
/** Refuses a token that has not expired. */
const incorrect = failing(401, "token_incorrect", {
  "www-authenticate": 'Bearer realm="x", error="invalid_token", error_description="token incorrect"',
});

describe("fetch", () => {
  test("puts the token on requests to the service's origin, in whatever form the address is given", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const { fetch } = session;
    for (const input of [
      ME,
      new URL(ME),
      new Request(ME),
      `${URL_OF_SERVICE}/sub/me`,
      "HTTPS://LOGIN.example.test:443/me",
    ]) {
      assert.equal((await fetch(input)).status, 200);
    }
    assert.deepEqual(authorizations(service, "/me"), Array(5).fill(`Bearer ${session.token}`));
  });

  test("puts the token on requests to no other origin", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    for (const origin of [
      ...[
        "http://login.example.test",
        "https://login.example.test:8443",
        "https://example.test",
        "https://sub.login.example.test",
      ],
      ...["https://login.example.test.evil.test", "https://elsewhere.test/?https://login.example.test"],
    ]) {
      assert.equal(await (await session.fetch(origin)).text(), "elsewhere");
      assert.equal(service.requests.at(-1).headers.get("authorization"), null, origin);
    }
  });

  test("keeps the rest of the request: its method, headers and body", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const init = { method: "PUT", headers: { "x-mine": "1" }, body: "text" };
    for (const args of [
      [ME, init],
      [new Request(ME, init)],
      [new Request(ME, { method: "PUT", headers: { "x-not": "1" } }), init],
      [ME, new Request(ME, init)],
    ]) {
      assert.deepEqual(await (await session.fetch(...args)).json(), { path: "me", method: "PUT", body: "text" });
      const { headers } = service.requests.at(-1);
      assert.equal(headers.get("x-mine"), "1");
      assert.equal(headers.get("x-not"), null);
    }
    assert.deepEqual(init.headers, { "x-mine": "1" });
  });

  test("does not change a request that has its own Authorization header, refused or not", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    for (const args of [
      [ME, { headers: { Authorization: "Basic eDp5" } }],
      [new Request(ME, { headers: { authorization: "Basic eDp5" } })],
    ]) {
      service.next.push(incorrect);
      assert.equal((await session.fetch(...args)).status, 401);
    }
    assert.deepEqual(authorizations(service, "/me"), ["Basic eDp5", "Basic eDp5"]);
    assert.equal(times(service, "refresh"), 0);
  });

  test("sends the request unchanged when there is no session", async (t) => {
    const { service, open } = world(t);
    assert.equal((await open().fetch(ME)).status, 401);
    assert.deepEqual(authorizations(service, "/me"), [null]);
    assert.deepEqual(service.asked, ["me"]);
  });

  test("follows no redirect with the token, to the same or another origin", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    for (const [args, location] of [
      [[ME], "https://elsewhere.test/"],
      [[ME], "/other"],
      [[ME, { redirect: "follow" }], "https://elsewhere.test/"],
      [[new Request(ME)], "https://elsewhere.test/"],
    ]) {
      service.next.push(redirect(location));
      const error = await failure(session.fetch(...args));
      assert.deepEqual([error.name, error.code, error.status], ["SessionError", "answer_unexpected", 307]);
    }
    assert.deepEqual(new Set(service.requests.map(({ redirect }) => redirect)), new Set(["manual"]));
    service.next.push(redirect("https://elsewhere.test/"));
    assert.equal((await session.fetch(ME, { redirect: "manual" })).status, 307);
    service.next.push(() => new Response(null, { status: 304 }));
    assert.equal((await session.fetch(ME)).status, 304);
  });

  test("renews a token that the service reports as expired, and sends the request again", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const { token } = session;
    service.next.push(failing(401, "token_overdue", { "www-authenticate": 'Bearer error="invalid_token"' }));
    assert.equal((await session.fetch(ME)).status, 200);
    assert.deepEqual(service.asked, ["me", "refresh", "me"]);
    assert.deepEqual(authorizations(service, "/me"), [`Bearer ${token}`, `Bearer ${session.token}`]);
    assert.notEqual(session.token, token);
  });

  test("renews an expired token before it sends the request", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 60 } });
    const session = await loggedIn();
    machine.sleep(100);
    assert.equal((await session.fetch(ME)).status, 200);
    assert.deepEqual(service.asked, ["refresh", "me"]);
  });

  test("sends a request a second time and never a third time", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    service.next.push(incorrect, undefined, incorrect);
    assert.equal((await session.fetch(ME)).status, 401);
    assert.deepEqual(service.asked, ["me", "refresh", "me"]);
  });

  test("sends a request only once for any other response, such as a 401 about something else", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    for (const [status, code, headers] of [
      [401, "credentials_incorrect", { "www-authenticate": 'Bearer realm="portcullis"' }],
      [401, "nothing", {}],
      ...[400, 403, 404, 429, 500, 503].map((status) => [
        status,
        "other",
        { "www-authenticate": 'Bearer error="invalid_token"' },
      ]),
    ]) {
      service.next.push(failing(status, code, headers));
      assert.equal((await session.fetch(ME)).status, status);
    }
    service.next.push(lost);
    assert.ok((await failure(session.fetch(ME))) instanceof TypeError);
    assert.equal(times(service, "refresh"), 0);
    assert.equal(times(service, "me"), 9);
  });

  test("sends a body again if it can be read again: text, bytes, forms, blobs and bodies of requests", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const form = new FormData();
    form.set("a", "text");
    for (const make of [
      () => [ME, { method: "POST", body: "text" }],
      () => [ME, { method: "POST", body: new TextEncoder().encode("text") }],
      () => [ME, { method: "POST", body: new URLSearchParams({ a: "text" }) }],
      () => [ME, { method: "POST", body: new Blob(["text"]) }],
      () => [ME, { method: "POST", body: form }],
      () => [new Request(ME, { method: "POST", body: "text" })],
      () => [new Request(ME, { method: "POST", body: new Blob(["text"]).stream(), duplex: "half" })],
    ]) {
      service.next.push(incorrect);
      const { method, body } = await (await session.fetch(...make())).json();
      assert.equal(method, "POST");
      assert.match(body, /text/);
    }
    assert.equal(times(service, "refresh"), 7);
  });

  test("sends a stream once: the response is the 401, and the token is renewed for the next request", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const { token } = session;
    async function* chunks() {
      yield new TextEncoder().encode("text");
    }
    for (const body of [new Blob(["text"]).stream(), chunks()]) {
      service.next.push(incorrect);
      const response = await session.fetch(ME, { method: "POST", body, duplex: "half" });
      assert.equal(response.status, 401);
      assert.equal((await response.json()).code, "token_incorrect");
    }
    assert.deepEqual(service.asked, ["me", "refresh", "me", "refresh"]);
    assert.notEqual(session.token, token);
  });

  test("renews an expired token once for many requests at once", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 60 } });
    const session = await loggedIn();
    machine.sleep(100);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => session.fetch(ME).then(({ status }) => status)),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.equal(times(service, "refresh"), 1);
  });

  test("renews no token for a 401 to a token that has been renewed in the meantime", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    let answer;
    service.next.push(() => new Promise((resolve) => (answer = () => resolve(incorrect()))));
    const slow = session.fetch(ME);
    await settle();
    await session.refresh();
    answer();
    assert.equal((await slow).status, 200);
    assert.deepEqual(service.asked, ["me", "refresh", "me"]);
  });

  test("returns the 401 if the session turns out to have ended", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    service.end();
    const response = await session.fetch(ME);
    assert.equal(response.status, 401);
    assert.equal((await response.json()).code, "token_incorrect");
    assert.deepEqual(session.told, ["ended: refused"]);
  });

  test("fails without a request if the token has expired and cannot be renewed", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 60 } });
    const session = await loggedIn();
    machine.sleep(100);
    service.next.push(lost);
    assert.equal((await failure(session.fetch(ME))).code, "unreachable");
    service.end();
    assert.equal((await failure(session.fetch(ME))).code, "session_ended");
    assert.equal(times(service, "me"), 0);
  });

  test("stops at a signal before the request, during it, and while the token is renewed", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const reason = new Error("not any more");
    assert.equal(await failure(session.fetch(ME, { signal: AbortSignal.abort(reason) })), reason);
    assert.equal(await failure(session.fetch(new Request(ME, { signal: AbortSignal.abort(reason) }))), reason);
    assert.deepEqual(service.asked, []);

    const during = new AbortController();
    service.next.push(
      (_, request) =>
        new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason))),
    );
    const sent = failure(session.fetch(ME, { signal: during.signal }));
    await settle();
    during.abort(reason);
    assert.equal(await sent, reason);

    const renewing = new AbortController();
    let answer;
    service.next.push(incorrect, (serve) => new Promise((resolve) => (answer = () => resolve(serve()))));
    const waiting = failure(session.fetch(new Request(ME, { signal: renewing.signal })));
    await settle();
    renewing.abort(reason);
    assert.equal(await waiting, reason);
    answer();
    await settle();
    assert.deepEqual(session.told, ["refreshed"], "others still get the new token");
  });

  test("fails for a request whose refresh response was lost, and keeps the session", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 60 } });
    const session = await loggedIn();
    machine.sleep(100);
    service.next.push(answerLost);
    assert.equal((await failure(session.fetch(ME))).code, "unreachable");
    await machine.pass(1);
    assert.equal((await session.fetch(ME)).status, 200);
    assert.deepEqual(service.asked, ["refresh", "refresh", "me"]);
  });
});
