import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKey, publicKey, secretKey, sign } from "portcullis";
import { KNOWN, KNOWN_SALTED, LEGACY_SECRET_KEY, legacyToken } from "../support/legacy.mjs";
import { alice } from "../support/users.mjs";
import { SECRET_KEY, withWorker } from "../support/worker.mjs";
import { REFUSED, focuses, greeted, logIn, seconds, servedPage, token } from "./open-page.mjs";

const SECRET = "page-tests-only-0123456789abcdef-0123456789abcdef-0123456789abcdef";

const paste = async (page, text) => {
  await page.getByLabel("Paste a JSON Web Token").fill(text);
  await page.waitForFunction((it) => document.getElementById("raw").textContent === it, text);
};
const open = (page) => page.locator("#verify > summary").click();
const choose = (page, name) => page.getByRole("radio", { name, exact: true }).check();
const verify = (page) => page.getByRole("button", { name: "Verify", exact: true }).click();
const says = (page, text) => page.locator("#verify-message", { hasText: text }).waitFor();
const secret = (page) => page.getByLabel("Secret", { exact: true });
const signed = (claims, key, options) => sign({ exp: seconds() + 600, ...claims }, key, options);

const site = servedPage({ users: [alice] });

/** Opens a page with its verify section open, and asserts after the test that the page is clean. */
async function withVerify(use, { allowed, text } = {}) {
  const opened = await site.open();
  if (text) await paste(opened.page, text);
  await open(opened.page);
  await use(opened.page, opened);
  opened.assertClean(allowed);
  await opened.context.close();
}

describe("verifying with a secret", () => {
  test("the service's secret verifies the token of a login, and the page says so in both places", async () => {
    const { page, context, assertClean } = await site.open();
    await logIn(page);
    await greeted(page);
    await open(page);
    await secret(page).fill(SECRET_KEY);
    assert.equal(await page.getByLabel("Algorithm").inputValue(), "HS512");
    await verify(page);
    await says(page, "Verified. The signature (HS512) is right for this secret, and the token is valid now.");
    assert.equal(await page.locator("#token-status").textContent(), "Current, verified");
    assert.match(await page.locator("#findings").textContent(), /^Verified: the signature is right/);
    // After the key changes, the previous verdict disappears.
    await secret(page).press("End");
    await page.keyboard.type("x");
    await page.locator("#verify-message").waitFor({ state: "hidden" });
    assert.equal(await page.locator("#token-status").textContent(), "Current");
    assertClean();
    await context.close();
  });

  test("the page distinguishes another secret, another algorithm and a secret that is too short", () =>
    withVerify(
      async (page) => {
        for (const [text, algorithm, words] of [
          [SECRET.replace("0", "1"), "HS256", /^The signature is wrong: .* token_signature_invalid$/],
          [SECRET, "HS512", /^The key is not for HS256, .* token_algorithm_not_allowed$/],
          ["short", "HS256", /^The key cannot be used: a key for HS256 must have at least 32 bytes\. key_invalid$/],
          ["", "HS256", /^Enter the secret\.$/],
        ]) {
          await secret(page).fill(text);
          await page.getByLabel("Algorithm").selectOption(algorithm);
          await verify(page);
          await says(page, words);
          assert.equal(await page.locator("#token[data-verified]").count(), 0);
        }
        assert.equal(await secret(page).getAttribute("aria-invalid"), "true");
        await focuses(page, "secret");
      },
      { text: signed({ sub: "1" }, secretKey(SECRET, "HS256")) },
    ));

  test("the page accepts a secret in base64 of either alphabet", () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i));
    return withVerify(
      async (page) => {
        await page.getByLabel("Secret is written as").selectOption("base64");
        for (const form of ["base64", "base64url"]) {
          await secret(page).fill(bytes.toString(form));
          await verify(page);
          await says(page, "Verified.");
        }
        await secret(page).fill("not base64!");
        await verify(page);
        await says(page, "The secret is not base64.");
      },
      { text: signed({ sub: "1" }, secretKey(bytes, "HS256")) },
    );
  });

  test("the page says that the signature is right when only another check fails", async () => {
    const key = secretKey(SECRET, "HS256");
    await withVerify(async (page) => {
      for (const [text, words] of [
        [
          signed({ exp: seconds() - 125 }, key),
          /^The signature is right, but the token expired 2 minutes ago\. token_expired$/,
        ],
        [
          signed({ nbf: seconds() + 7300, exp: seconds() + 9000 }, key),
          /^The signature is right, but the token is not valid yet: it becomes valid in 2 hours\. token_not_yet_valid$/,
        ],
        [sign({ sub: "1" }, key), /^The signature is right, but the claim "exp" is missing\. token_claim_invalid$/],
      ]) {
        await paste(page, text);
        await secret(page).fill(SECRET);
        await verify(page);
        await says(page, words);
        assert.match(await page.locator("#findings").textContent(), /Verified: the signature is right/);
      }
    });
  });

  test("the secret and the salt verify a token of itsdangerous, with code that is loaded on demand", () =>
    withVerify(
      async (page, { requests }) => {
        await secret(page).fill(LEGACY_SECRET_KEY);
        await verify(page);
        await says(page, /^Verified\. The signature \(HS512\) is right for this secret \(itsdangerous\)/);
        assert.equal(
          requests.some((it) => /lazy-legacy-\w+\.js$/.test(it)),
          true,
        );
        assert.equal(
          requests.some((it) => /lazy-(?!legacy)\w+\.js$/.test(it)),
          false,
        );
        await paste(page, KNOWN);
        await verify(page);
        await says(page, /^The signature is right, but the token expired \d+ years ago/);
        await paste(page, KNOWN_SALTED);
        await verify(page);
        await says(page, "The signature is wrong");
        await page.getByLabel("Salt of the itsdangerous serializer").fill("login");
        await verify(page);
        await says(page, /^The signature is right, but the token expired/);
      },
      { text: legacyToken() },
    ));
});

describe("verifying with a JWK or a JWK Set", () => {
  const [ours, other] = [generateKey("EdDSA"), generateKey("EdDSA")];
  const es256 = generateKey("ES256");

  test("a key, a key set and a key that fits neither have their own messages", () =>
    withVerify(
      async (page) => {
        await choose(page, "A JWK or JWK Set");
        for (const [text, words] of [
          [JSON.stringify(publicKey(ours)), /^Verified\. The signature \(EdDSA\) is right for this key/],
          [JSON.stringify({ keys: [publicKey(other), publicKey(ours)] }), /^Verified\./],
          [JSON.stringify({ keys: [publicKey(other)] }), /^No key of the set has both the id .* token_key_unknown$/],
          [JSON.stringify({ ...publicKey(other), kid: ours.kid }), /^The signature is wrong/],
          [JSON.stringify({ ...publicKey(es256), kid: ours.kid }), /token_algorithm_not_allowed$|token_key_unknown$/],
          ['{"kty":"oct"}', /^The key cannot be used: .* key_invalid$/],
          ["[]", /^This is not a JWK: a JWK is a JSON object\./],
          ["{", /^This is not JSON/],
          ["-----BEGIN PUBLIC KEY-----", /^This is a PEM key\./],
          ["", /^Enter a JWK/],
        ]) {
          await page.getByLabel("JWK or JWK Set, as JSON").fill(text);
          await verify(page);
          await says(page, words);
        }
      },
      { text: signed({ sub: "1" }, ours) },
    ));
});

describe("verifying with a JWK Set URL", () => {
  test("the key set of a service verifies its token, and the request for the set carries no token", async () => {
    const SIGNING_KEYS = JSON.stringify({ keys: [generateKey("ES256")] });
    await withWorker(
      { users: [alice], vars: { SECRET_KEY: undefined, TOKEN_ALGORITHM: undefined, SIGNING_KEYS } },
      async (signing) => {
        const { page, context, assertClean } = await site.open({ url: signing.url });
        await logIn(page);
        await greeted(page);
        await open(page);
        assert.equal(await page.getByRole("radio", { name: "A JWK Set URL" }).isChecked(), true);
        const asked = page.waitForRequest("**/.well-known/jwks.json");
        await verify(page);
        await says(page, "Verified. The signature (ES256) is right for a key of this set");
        const headers = await (await asked).allHeaders();
        for (const name of ["authorization", "cookie", "referer"]) assert.equal(headers[name], undefined, name);
        assertClean();
        await context.close();
      },
    );
  });

  test("the page rejects an address that cannot be a key set of this origin, and does not send a token entered as an address", () =>
    withVerify(
      async (page, { requests }) => {
        await choose(page, "A JWK Set URL");
        const text = token({ sub: "1" });
        const asked = requests.length;
        for (const [address, words] of [
          [
            "https://keys.example/jwks.json",
            /^This page can fetch a key set only from its own origin, http:\/\/127\.0\.0\.1:\d+\./,
          ],
          [`/${text}`, "looks like a token"],
          [text, "looks like a token"],
          [`/keys?token=${text}`, "looks like a token"],
          ["/keys?set=1", "a path of this origin that starts with a slash"],
          ["keys", "a path of this origin that starts with a slash"],
          ["https://", "This is not an address. Enter a path such as /.well-known/jwks.json."],
        ]) {
          await page.getByLabel("Path of the key set").fill(address);
          await verify(page);
          await says(page, words);
        }
        assert.deepEqual(
          requests.slice(asked).filter((it) => !it.includes("/chunks/")),
          [],
        );
        for (const [address, words] of [
          ["/.well-known/jwks.json", "The key set at this address is empty."],
          ["/nothing/here", "There is no key set at this address: the service answered with status 404."],
          ["/style.css", "is not JSON"],
          ["/openapi.json", "it has no “keys”"],
        ]) {
          await page.getByLabel("Path of the key set").fill(address);
          await verify(page);
          await says(page, words);
        }
      },
      { allowed: REFUSED, text: token({ sub: "1" }) },
    ));
});

describe("data that the verify section clears", () => {
  test("closing the section or leaving the page clears the secret", () =>
    withVerify(async (page) => {
      const key = page.getByLabel("JWK or JWK Set, as JSON");
      for (const leave of [
        () => page.getByRole("button", { name: "Close and clear" }).click(),
        () => open(page),
        () => page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))),
      ]) {
        await choose(page, "A JWK or JWK Set");
        await key.fill("a key");
        await choose(page, "A secret");
        await secret(page).fill(SECRET);
        await page.getByRole("button", { name: "Show secret" }).click();
        await leave();
        await page.locator("#verify:not([open])").waitFor();
        await page.waitForFunction(() =>
          ["secret", "jwk", "salt"].every((id) => document.getElementById(id).value === ""),
        );
        assert.equal(await page.locator("#secret").getAttribute("type"), "password");
        await open(page);
      }
      await page.getByRole("button", { name: "Close and clear" }).click();
      await page.waitForFunction(() => document.activeElement?.matches("#verify > summary"));
    }));

  test("neither the token nor the secret is in any request, the address, the history or the storage", async () => {
    const text = signed({ sub: "1" }, secretKey(SECRET, "HS256"));
    const { page, context, assertClean } = await site.open();
    const sent = [];
    page.on("request", (request) =>
      sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData()}`),
    );
    const length = await page.evaluate(() => history.length);
    await paste(page, text);
    await open(page);
    await secret(page).fill(SECRET);
    await verify(page);
    await says(page, "Verified.");
    for (const it of sent) {
      assert.match(it, /\/chunks\/[\w-]+\.js /);
      for (const part of [SECRET, ...text.split(".")]) assert.equal(it.includes(part), false);
    }
    assert.deepEqual(
      await page.evaluate(() => [
        location.pathname + location.search + location.hash,
        history.state,
        localStorage.length,
        sessionStorage.length,
        document.cookie,
      ]),
      ["/", null, 0, 0, ""],
    );
    assert.equal(await page.evaluate(() => history.length), length);
    assertClean();
    await context.close();
  });

  test("the page loads the verifier only when its section is opened", async () => {
    const { page, context, requests, assertClean } = await site.open();
    await paste(page, token({ sub: "1" }));
    assert.equal(
      requests.some((it) => it.includes("/lazy-")),
      false,
    );
    const loaded = page.waitForResponse("**/chunks/lazy-*.js");
    await open(page);
    assert.equal((await loaded).status(), 200);
    assertClean();
    await context.close();
  });

  test("the page says that the verifier could not be loaded", async () => {
    const { page, context, assertClean } = await site.open();
    await page.route("**/chunks/lazy-*", (route) => route.abort());
    await paste(page, token({ exp: seconds() + 60 }));
    await open(page);
    await secret(page).fill(SECRET);
    await verify(page);
    await says(page, "The verifier could not be loaded.");
    assertClean(REFUSED);
    await context.close();
  });

  test("without a token there is nothing to verify, and the focus moves to the box for a token", () =>
    withVerify(async (page) => {
      await verify(page);
      await says(page, "There is no token to verify.");
      await focuses(page, "pasted");
    }));
});

describe("links to a section of the page", () => {
  test("a link opens its section and moves the focus to it, each time", async () => {
    const { page, context, assertClean } = await site.open({ url: `${site.url}/#verify` });
    const onSummary = () =>
      page.waitForFunction(
        () => document.getElementById("verify").open && document.activeElement?.matches("#verify > summary"),
      );
    await onSummary();
    await page.getByRole("link", { name: "Inspect" }).click();
    await focuses(page, "pasted");
    await page.getByRole("link", { name: "Log in" }).click();
    await focuses(page, "username");
    for (let i = 0; i < 2; i += 1) {
      await page.getByRole("link", { name: "Verify" }).click();
      await onSummary();
      await page.getByRole("button", { name: "Close and clear" }).click();
    }
    await logIn(page);
    await greeted(page);
    await page.getByRole("link", { name: "Log in" }).click();
    await focuses(page, "session-title");
    assertClean();
    await context.close();
  });
});
