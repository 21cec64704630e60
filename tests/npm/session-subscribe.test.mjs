import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./session/machine.mjs";
import { PASSWORD } from "./session/service.mjs";
import { createStorage, world } from "./session/support.mjs";

test("subscribe calls its listener after a login, a refresh and a logout, and works without this", async (t) => {
  const { open } = world(t);
  const session = open();
  const { subscribe } = session;
  const seen = [];
  const stop = subscribe(() => seen.push(session.status));
  await session.login("alice", PASSWORD);
  await session.refresh();
  await session.logout();
  assert.deepEqual(seen, ["active", "active", "none"]);
  stop();
  await session.login("alice", PASSWORD);
  assert.equal(seen.length, 3);
});

test("subscribe calls its listener when the stored session is loaded", async (t) => {
  const { open, loggedIn } = world(t);
  const storage = createStorage();
  await loggedIn({ storage });
  const session = open({ storage });
  const seen = [];
  session.subscribe(() => seen.push(session.status));
  assert.equal(session.status, "none");
  await session.ready;
  await settle();
  assert.deepEqual(seen, ["active"]);
});

test("an error of a subscriber stops nothing, and a subscriber must be a function", async (t) => {
  const { open } = world(t);
  const session = open();
  assert.throws(() => session.subscribe("refreshed"), TypeError);
  assert.throws(() => session.on("change", () => {}), TypeError);
});

test("a service that cannot be reached may be a missing CORS permission, and the message says so", async (t) => {
  const { open } = world(t);
  const session = open({ fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
  await assert.rejects(session.login("alice", PASSWORD), { code: "unreachable", message: /CORS_ORIGINS/ });
});
