// Tabs that share a session, in which different users log in.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settle } from "./session/machine.mjs";
import { PASSWORD, URL_OF_SERVICE } from "./session/service.mjs";
import { createSlowStorage, createStorage, times, world } from "./session/support.mjs";

for (const [name, create] of [
  ["a storage", createStorage],
  ["a storage that answers later", createSlowStorage],
]) {
  describe(`tabs that share ${name}`, () => {
    test("are told when another user logs in, and not when the same user logs in again", async (t) => {
      const { open } = world(t);
      const storage = create();
      const [one, two] = [open({ storage }), open({ storage })];
      await one.login("alice", PASSWORD);
      await settle();
      await two.login("alice", PASSWORD);
      await settle();
      await two.login("bob", PASSWORD);
      await settle();
      assert.equal(one.token, two.token);
      assert.deepEqual(one.told, ["refreshed", "refreshed", "userchanged", "refreshed"]);
      assert.deepEqual(two.told, ["refreshed", "refreshed", "refreshed"], "it knows whom it logged in");
    });

    test("do not send a request of one user again as another user", async (t) => {
      const { open, service } = world(t);
      const storage = create();
      const [one, two] = [open({ storage }), open({ storage })];
      await one.login("alice", PASSWORD);
      await settle();
      // The other tab logs in before this tab knows of the refusal.
      service.next.push(async (_serve) => {
        await two.login("bob", PASSWORD);
        await settle();
        return new Response("", { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
      });
      const sent = times(service, "notes");
      const response = await one.fetch(`${URL_OF_SERVICE}/notes`, { method: "POST", body: "alice's" });
      assert.equal(response.status, 401);
      assert.equal(times(service, "notes"), sent + 1);
    });

    test("send a request that waits for one user's new token without the token of another user", async (t) => {
      const { machine, open, service } = world(t, { service: { life: 3600 } });
      const storage = create();
      const [one, two] = [open({ storage }), open({ storage })];
      await one.login("alice", PASSWORD);
      await settle();
      machine.sleep(3700);
      service.next.push(async (serve) => {
        await two.login("bob", PASSWORD);
        await settle();
        return serve();
      });
      const response = await one.fetch(`${URL_OF_SERVICE}/notes`, { method: "POST", body: "alice's" });
      assert.equal(response.status, 401);
      const { headers } = service.requests.findLast(({ url }) => url.endsWith("/notes"));
      assert.equal(headers.get("authorization"), null);
    });
  });
}
