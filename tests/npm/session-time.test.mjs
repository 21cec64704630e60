import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settle } from "./session/machine.mjs";
import { PASSWORD, answerLost, failing, lost } from "./session/service.mjs";
import { createStorage, times, world } from "./session/support.mjs";

const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
const near = (actual, expected, by = 1) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not within ${by} of ${expected}`);
const down = (count) => Array(count).fill(lost);

/** Seconds from the login to the first refresh, with a precision of one second. */
async function firstRefresh({ machine, service }) {
  const began = machine.now();
  while (times(service, "refresh") === 0 && machine.now() < began + 10_000) await machine.pass(1);
  return machine.now() - began;
}

describe("renewing a token", () => {
  test("happens a minute before its expiry, or up to a quarter of that earlier", async (t) => {
    const seen = new Set();
    for (let round = 0; round < 8; round += 1) {
      const here = world(t, { service: { life: 3600 } });
      const session = await here.loggedIn();
      const after = await firstRefresh(here);
      assert.ok(after >= 3600 - 77 && after <= 3600 - 58, `${after}`);
      assert.deepEqual(session.told, ["refreshed"]);
      near(session.secondsLeft, 3600, 2);
      seen.add(after);
    }
    assert.ok(seen.size > 1, "not always at the same time");
  });

  test("happens as early as the option says, but not before half of the token's life", async (t) => {
    for (const [refreshBefore, life, least, most] of [
      [600, 3600, 2848, 3002],
      [600, 100, 36, 53],
      [0, 100, 98, 101],
    ]) {
      const here = world(t, { service: { life } });
      await here.loggedIn({ refreshBefore });
      const after = await firstRefresh(here);
      assert.ok(after >= least && after <= most, `${after} of ${life}, ${refreshBefore} ahead`);
    }
  });

  test("continues as long as the session may last, and then ends the session", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 600, session: 3000 } });
    const session = await loggedIn();
    await machine.pass(2900);
    assert.equal(session.status, "active");
    assert.ok(times(service, "refresh") >= 5);
    await machine.pass(700);
    assert.equal(session.status, "none");
    assert.equal(session.told.at(-1), "ended: expired");
    assert.equal(machine.timers().length, 0);
  });

  test("with a lifetime of months needs a timer beyond 2^31 ms, and happens in time", async (t) => {
    const life = 60 * 86_400;
    const { machine, service, loggedIn } = world(t, { service: { life, session: 4 * life } });
    await loggedIn({ refreshBefore: 3600 });
    assert.ok(machine.timers().every(({ delay }) => delay <= 2 ** 31 - 1));
    machine.sleep(life - 3 * 3600);
    await machine.pass(60);
    // The session does not trust the clock after the long sleep, and asks the service once.
    assert.equal(times(service, "refresh"), 1);
    const next = machine.timers().map(({ delay }) => delay);
    assert.ok(next.length > 0 && next.every((delay) => delay <= 2 ** 31 - 1));
  });

  test("happens before the expiry of tokens that last two seconds", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 2 } });
    const session = await loggedIn();
    for (let step = 0; step < 100; step += 1) {
      await machine.pass(0.1);
      assert.equal(session.status, "active");
    }
    assert.ok(
      times(service, "refresh") >= 5 && times(service, "refresh") <= 16,
      `${times(service, "refresh")} in ten seconds`,
    );
    assert.ok(!session.told.includes("expiring") && !session.told.includes("expired"));
  });

  test("happens once for two callers that ask at the same time", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    await Promise.all([session.refresh(), session.refresh()]);
    assert.deepEqual(service.asked, ["refresh"]);
    await session.refresh();
    assert.deepEqual(service.asked, ["refresh", "refresh"]);
  });
});

describe("when a refresh fails", () => {
  test("the events tell of the failure (expiring), of the token's expiry (expired) and of the renewal (refreshed)", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 600 } });
    const session = await loggedIn();
    service.next = down(1000);
    await machine.pass(530);
    assert.deepEqual(session.told, []);
    await machine.pass(20);
    assert.deepEqual(session.told, ["expiring"]);
    await machine.pass(60);
    assert.deepEqual(session.told, ["expiring", "expired"]);
    assert.equal(session.status, "expired");
    assert.equal(session.token, undefined);
    assert.ok(session.secondsLeft < 0);
    service.next = [];
    await machine.pass(61);
    assert.deepEqual(session.told, ["expiring", "expired", "refreshed"]);
    assert.equal(session.status, "active");
    service.next = down(1000);
    await machine.pass(660);
    assert.deepEqual(session.told.slice(3), ["expiring", "expired"], "and the same for the next token");
  });

  test("a lost response is requested again with the same token within seconds", async (t) => {
    const { machine, service, loggedIn } = world(t);
    const session = await loggedIn();
    service.next.push(answerLost, lost, failing(503, "store_unavailable"));
    assert.equal((await failure(session.refresh())).code, "unreachable");
    await machine.pass(10);
    assert.equal(times(service, "refresh"), 4);
    assert.deepEqual(session.told, ["refreshed"]);
    const sent = await Promise.all(service.requests.map(async (request) => (await request.json()).refresh_token));
    assert.equal(new Set(sent).size, 1);
    await session.refresh();
    assert.equal(session.status, "active");
  });

  test("the session retries less and less often, and at least once a minute", async (t) => {
    const { machine, service, loggedIn } = world(t);
    const session = await loggedIn();
    service.next = down(1000);
    await failure(session.refresh());
    await machine.pass(60);
    const first = times(service, "refresh");
    assert.ok(first >= 5 && first <= 9, `${first} in the first minute`);
    await machine.pass(600);
    const rest = times(service, "refresh") - first;
    assert.ok(rest >= 9 && rest <= 21, `${rest} in ten minutes`);
  });

  test("the session respects Retry-After, for its own timer and for callers", async (t) => {
    const { machine, service, loggedIn } = world(t, { machine: { browser: true } });
    const session = await loggedIn();
    service.next.push(failing(429, "too_many_attempts", { "retry-after": "120" }));
    assert.equal((await failure(session.refresh())).retryAfter, 120);
    machine.dispatch("online");
    await machine.pass(60);
    assert.equal((await failure(session.refresh())).code, "too_many_attempts");
    await machine.pass(59);
    assert.equal(times(service, "refresh"), 1);
    await machine.pass(3);
    assert.equal(times(service, "refresh"), 2);
    assert.deepEqual(session.told, ["refreshed"]);
  });

  test("the session reads a date in Retry-After by the service's clock", async (t) => {
    const { machine, service, loggedIn } = world(t, { machine: { ahead: -3600 } });
    const session = await loggedIn();
    service.next.push(
      failing(503, "store_unavailable", { "retry-after": new Date((machine.now() + 100) * 1000).toUTCString() }),
    );
    near((await failure(session.refresh())).retryAfter, 100, 2);
  });

  test("only a 401 of the service ends the session", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    for (const answer of [
      ...[400, 403, 404, 408, 413, 429, 500, 502, 503].map((status) => failing(status, "any_code")),
      ...[() => new Response("<p>Log in to this Wi-Fi", { status: 401 }), () => new Response("<p>Welcome"), lost],
    ]) {
      service.next.push(answer);
      await failure(session.refresh());
      assert.equal(session.status, "active");
    }
    service.end();
    assert.equal((await failure(session.refresh())).code, "session_ended");
    assert.deepEqual(session.told, ["ended: refused"]);
  });

  test("the session refreshes at once when the browser is online again", async (t) => {
    const { machine, service, loggedIn } = world(t, { machine: { browser: true }, service: { life: 600 } });
    const session = await loggedIn();
    service.next = down(1000);
    await machine.pass(1200);
    assert.equal(session.status, "expired");
    service.next = [];
    const before = times(service, "refresh");
    machine.dispatch("online");
    await settle();
    assert.equal(times(service, "refresh"), before + 1);
    assert.equal(session.told.at(-1), "refreshed");
  });
});

describe("time", () => {
  for (const [name, ahead] of [
    ["right", 0],
    ["an hour ahead", 3600],
    ["an hour behind", -3600],
    ["years behind", -1e8],
  ]) {
    test(`the remaining time is right if the clock is ${name}, also after the page was loaded again`, async (t) => {
      const here = world(t, { machine: { ahead }, service: { life: 7200 } });
      const storage = createStorage();
      const session = await here.loggedIn({ storage });
      near(session.secondsLeft, 7200);
      near(session.now, here.machine.now());
      await here.machine.pass(1000);
      near(session.secondsLeft, 6200);
      session.close();
      here.machine.sleep(1000);
      const again = here.open({ storage });
      await again.ready;
      near(again.secondsLeft, 5200);
      assert.equal(again.status, "active");
      assert.equal(again.token, session.token);
      assert.deepEqual(again.told, []);
      await here.machine.pass(5000);
      assert.equal(times(here.service, "refresh"), 0);
      await here.machine.pass(200);
      assert.equal(times(here.service, "refresh"), 1);
    });
  }

  test("the remaining time is right to a hundredth of a second if the clock is right to a second", async (t) => {
    const { machine, loggedIn } = world(t, { service: { life: 7200 } });
    const session = await loggedIn();
    near(session.secondsLeft, Math.floor(machine.now()) + 7200 - machine.now(), 0.01);
  });

  test("the session dates a slow response at the middle of its duration if the clock is wrong", async (t) => {
    const { machine, service, open } = world(t, { machine: { ahead: 3600 }, service: { life: 7200 } });
    const session = open();
    service.next.push(async (serve) => {
      await new Promise((resolve) => setTimeout(resolve, 4000));
      const response = await serve();
      await new Promise((resolve) => setTimeout(resolve, 4000));
      return response;
    });
    const login = session.login("alice", PASSWORD);
    await machine.pass(8);
    await login;
    near(session.now, machine.now(), 0.6);
  });

  for (const [name, seconds] of [
    ["ahead", 3600],
    ["back", -3600],
  ]) {
    test(`the session notices within half a minute that the clock is set ${name} by an hour, and asks the service`, async (t) => {
      const { machine, service, loggedIn } = world(t, { service: { life: 86_400 } });
      const session = await loggedIn();
      await machine.pass(100);
      machine.setClock(seconds);
      await machine.pass(31);
      assert.equal(times(service, "refresh"), 1);
      near(session.secondsLeft, 86_400, 32);
      near(session.now, machine.now());
      await machine.pass(600);
      assert.equal(times(service, "refresh"), 1);
      assert.ok(!session.told.includes("expired"));
    });
  }

  test("setting the clock back while the network is down does not make the token last longer", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 600 } });
    const session = await loggedIn();
    service.next = down(1000);
    machine.setClock(-3600);
    await machine.pass(300);
    near(session.secondsLeft, 300);
  });

  test("a machine that slept past the token's expiry renews the token when it wakes, and reports only that", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 600 } });
    const session = await loggedIn();
    machine.sleep(7200);
    assert.equal(session.status, "expired");
    assert.equal(session.token, undefined);
    await machine.pass(31);
    assert.equal(times(service, "refresh"), 1);
    assert.deepEqual(session.told, ["refreshed"]);
    near(session.secondsLeft, 600, 32);
  });

  for (const type of ["visibilitychange", "pageshow", "focus"]) {
    test(`a page that gets the event ${type} does the same without waiting for a timer`, async (t) => {
      const { machine, service, loggedIn } = world(t, { machine: { browser: true }, service: { life: 600 } });
      const session = await loggedIn();
      machine.sleep(7200);
      machine.dispatch(type);
      await settle();
      assert.equal(times(service, "refresh"), 1);
      assert.deepEqual(session.told, ["refreshed"]);
    });
  }

  test("a machine that slept past the session's end learns that the session has ended", async (t) => {
    const { machine, loggedIn } = world(t, { service: { life: 600, session: 3600 } });
    const session = await loggedIn();
    machine.sleep(7200);
    await machine.pass(31);
    assert.deepEqual(session.told, ["ended: expired"]);
    assert.equal(session.status, "none");
    assert.equal(machine.timers().length, 0);
  });

  test("the session notices a clock that was set back while no page was open, and asks the service", async (t) => {
    const { machine, service, loggedIn, open } = world(t, { service: { life: 7200 } });
    const storage = createStorage();
    (await loggedIn({ storage })).close();
    machine.setClock(-3600);
    const session = open({ storage });
    await session.ready;
    await settle();
    assert.equal(times(service, "refresh"), 1);
    near(session.secondsLeft, 7200);
  });

  test("a clock that was set ahead by a year does not end the session", async (t) => {
    const { machine, service, loggedIn, open } = world(t);
    const storage = createStorage();
    (await loggedIn({ storage })).close();
    machine.setClock(365 * 86_400);
    const session = open({ storage });
    await session.ready;
    await settle();
    assert.equal(times(service, "refresh"), 1);
    near(session.secondsLeft, 3600);
    assert.deepEqual(session.told, ["refreshed"]);
  });
});
