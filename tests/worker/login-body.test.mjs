import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { assertProblem, loggedIn, postLogin } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const RIGHT = { username: "alice", password: PASSWORDS.alice };
const right = JSON.stringify(RIGHT);
const padded = (length) => right.padEnd(length, " ");
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

describe("the body of a login", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice] });
  });
  after(() => worker?.stop());

  describe("is refused as malformed (400)", () => {
    const nested = (open, close, depth) => open.repeat(depth) + close.repeat(depth);
    const cases = {
      "nothing at all": "",
      "white space alone": "  \n",
      "half an object": '{"username":"alice"',
      "not JSON": "username=alice",
      "single quotes": "{'username':'alice','password':'x'}",
      "a trailing comma": '{"username":"alice","password":"x",}',
      "a comment": '{"username":"alice","password":"x"/**/}',
      "an array": `[${right}]`,
      "null": "null",
      "a string": '"alice"',
      "a number": "1",
      "no member": "{}",
      "no password": '{"username":"alice"}',
      "no username": '{"password":"x"}',
      "an unknown member": JSON.stringify({ ...RIGHT, admin: true }),
      "__proto__": '{"__proto__":{},"username":"alice","password":"x"}',
      "a member in another case": '{"Username":"alice","password":"x"}',
      "two passwords": `{"username":"alice","password":"x","password":${JSON.stringify(PASSWORDS.alice)}}`,
      "two usernames": `{"username":"alice","username":"alice","password":${JSON.stringify(PASSWORDS.alice)}}`,
      "two usernames, one escaped": `{"\\u0075sername":"bob","username":"alice","password":${JSON.stringify(PASSWORDS.alice)}}`,
      "two unknown members": '{"a":1,"a":2}',
      "something after the object": `${right}x`,
      "two objects": right + right,
      "a NUL after the object": `${right}\0`,
      "a byte order mark": `\ufeff${right}`,
      "a control character in a string": '{"username":"ali\tce","password":"x"}',
      "an unknown escape": '{"username":"\\xalice","password":"x"}',
      "a lone high surrogate": '{"username":"alice","password":"\\ud800"}',
      "a lone low surrogate": '{"username":"\\udc00","password":"x"}',
      "deep arrays": nested("[", "]", 4000),
      "deep objects": `{"username":${'{"a":'.repeat(1000)}1${"}".repeat(1000)},"password":"x"}`,
      "deep arrays, not closed": "[".repeat(8000),
      "a huge number": `{"username":1e999999,"password":"x"}`,
    };
    for (const wrong of [1, 0.5, true, null, [], ["alice"], {}]) {
      cases[`a username that is ${JSON.stringify(wrong)}`] = JSON.stringify({ ...RIGHT, username: wrong });
      cases[`a password that is ${JSON.stringify(wrong)}`] = JSON.stringify({ ...RIGHT, password: wrong });
    }
    cases["a byte that is not UTF-8"] = bytes('{"username":"alice","password":"', [0xff], '"}');
    cases["an overlong UTF-8 sequence"] = bytes('{"username":"alic', [0xc1, 0xa5], '","password":"x"}');
    cases["a surrogate in UTF-8"] = bytes('{"username":"', [0xed, 0xa0, 0x80], '","password":"x"}');
    cases["a cut UTF-8 sequence"] = bytes(right, [0xe2, 0x82]);
    cases["UTF-16"] = Buffer.from(right, "utf16le");
    cases["a byte order mark in UTF-8, as bytes"] = bytes([0xef, 0xbb, 0xbf], right);

    for (const [what, body] of Object.entries(cases)) {
      test(what, async () => {
        await assertProblem(await postLogin(worker, body), 400, "request_malformed");
      });
    }

    test("and no detail repeats the request", async () => {
      const { detail } = await assertProblem(await postLogin(worker, { ...RIGHT, xyzzy: 1 }), 400, "request_malformed");
      assert.doesNotMatch(detail, /xyzzy|alice|horse/);
    });

    test("and the next login works", () => loggedIn(worker, "alice"));
  });

  describe("has at most 8192 bytes", () => {
    const chunked = (text, size = 1000) =>
      fetch(`${worker.url}/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        duplex: "half",
        body: ReadableStream.from(
          (function* () {
            for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
          })(),
        ),
      });

    test("and 8192 bytes are accepted and 8193 are not, when the length is announced", async () => {
      assert.equal((await postLogin(worker, padded(8192))).status, 200);
      await assertProblem(await postLogin(worker, padded(8193)), 413, "body_too_large");
      await assertProblem(await postLogin(worker, padded(1_000_000)), 413, "body_too_large");
    });

    test("and 8192 bytes are accepted and 8193 are not, when the length is not announced", async () => {
      assert.equal((await chunked(padded(8192))).status, 200);
      assert.equal((await chunked(right, 1)).status, 200);
      await assertProblem(await chunked(padded(8193)), 413, "body_too_large");
      // For a long body, the client may only see that the Worker stops reading.
      const long = await chunked(padded(200_000), 16_000).then(
        ({ status }) => status,
        () => "reset",
      );
      assert.ok([413, "reset"].includes(long), String(long));
    });

    test("and an announced length that is too long is refused before the body arrives", async () => {
      const headers = { "content-type": "application/json", "content-length": "900000" };
      const status = await new Promise((resolve, reject) => {
        const sent = request(`${worker.url}/login`, { method: "POST", headers, timeout: 10_000 }, (response) => {
          resolve(response.statusCode);
          sent.destroy();
        });
        sent.on("error", reject).on("timeout", () => reject(new Error("no answer")));
        sent.write("{");
      });
      assert.equal(status, 413);
    });
  });

  describe("is JSON in UTF-8 with that content type", () => {
    for (const type of [
      "text/plain",
      "text/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/jsonp",
      "application/json-seq",
      "application/problem+json",
      "application/json; charset=iso-8859-1",
      "application/json; charset=utf-16",
      "application/json, text/plain",
      "json",
      "*/*",
    ]) {
      test(`${type} is not supported (415)`, async () => {
        const response = await postLogin(worker, right, { "content-type": type });
        await assertProblem(response, 415, "media_type_unsupported");
      });
    }

    test("no content type is not supported (415)", async () => {
      const response = await fetch(`${worker.url}/login`, { method: "POST", body: Buffer.from(right) });
      await assertProblem(response, 415, "media_type_unsupported");
    });

    test("a compressed body is not supported (415)", async () => {
      const response = await postLogin(worker, right, { "content-encoding": "gzip" });
      await assertProblem(response, 415, "media_type_unsupported");
    });

    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      "application/json;charset=UTF-8",
      'Application/JSON ; charset="utf-8"',
    ]) {
      test(`${type} is supported`, async () => {
        assert.equal((await postLogin(worker, right, { "content-type": type })).status, 200);
      });
    }
  });
});
