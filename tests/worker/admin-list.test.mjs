// The list of users for operators.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { admin, administered, userPath } from "../support/admin.mjs";
import { assertProblem } from "../support/requests.mjs";
import { user } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";

describe("GET /admin/users lists users", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  const removed = (name) => administered(worker, "DELETE", userPath(name));
  const malformed = async (response) => assertProblem(await response, 400, "request_malformed");
  const stored = async (name) => JSON.parse(await worker.kv.get(`user:${name}`));
  const list = (query = "") => administered(worker, "GET", `/admin/users${query}`);

  test("from KV, in the order of their names, with id, phone and disabled", async () => {
    await worker.kv.put("user:list-b", JSON.stringify(user(71, "list-b", "alice", { disabled: true })));
    await worker.kv.put("user:list-a", JSON.stringify(user(70, "list-a", "alice")));
    assert.deepEqual(await list("?prefix=LIST-"), {
      users: [
        { id: 70, username: "list-a", phone: "+442079460070", disabled: false },
        { id: 71, username: "list-b", phone: "+442079460071", disabled: true },
      ],
    });
  });

  test("page by page, without removed users", async () => {
    const names = Array.from({ length: 230 }, (_, i) => `page-${String(i).padStart(3, "0")}`);
    await Promise.all(
      names.map((name, i) => worker.kv.put(`user:${name}`, JSON.stringify(user(1000 + i, name, "alice")))),
    );
    await removed("page-007");
    await eventually(async () => (await stored("page-007")).portcullis?.removed, "the tombstone is in KV");
    const found = [];
    let cursor;
    let pages = 0;
    do {
      const page = await list(
        `?prefix=page-&limit=50${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      found.push(...page.users.map(({ username }) => username));
      cursor = page.cursor;
      pages++;
    } while (cursor !== undefined);
    assert.equal(pages, 5);
    assert.deepEqual(
      found,
      names.filter((name) => name !== "page-007"),
    );
    assert.equal((await list("?prefix=page-")).users.length, 99, "100 keys, one of them a tombstone's");
    assert.equal((await list("?prefix=page-&limit=1000")).users.length, 229);
  });

  for (const query of [
    "?limit=0",
    "?limit=1001",
    "?limit=x",
    "?limit=",
    "?limit=1&limit=1",
    "?other=1",
    "?prefix=%00",
    `?cursor=${"x".repeat(1025)}`,
  ]) {
    test(`except with ${query.slice(0, 20)} (400)`, () => malformed(admin(worker, "GET", `/admin/users${query}`)));
  }
});
