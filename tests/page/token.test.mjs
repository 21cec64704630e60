import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { seconds, servedPage, token } from "./open-page.mjs";

const status = (page, text) => page.locator("#token-status", { hasText: text }).waitFor();
const paste = (page, text) => page.getByLabel("Paste a JSON Web Token").fill(text);

/** Counts how often each text enters an element. */
const listen = (page, id) =>
  page.evaluate((it) => {
    window.heard = [];
    const element = document.getElementById(it);
    new MutationObserver(() => {
      if (element.textContent) window.heard.push(element.textContent);
    }).observe(element, { childList: true, characterData: true, subtree: true });
  }, id);
const heard = (page) => page.evaluate(() => window.heard);

const site = servedPage();

describe("the countdown", () => {
  test("a page that was suspended while the token expired shows the expiry when it resumes", async () => {
    const { page, context, assertClean } = await site.open();
    const now = seconds();
    await page.clock.install({ time: now * 1000 });
    await paste(page, token({ iat: now, exp: now + 3600 }));
    await page.clock.runFor(1000);
    await status(page, "Current");
    // The clock advances while timers stand still, as on a sleeping computer; then the tab becomes visible.
    await page.clock.pauseAt((now + 60) * 1000);
    await page.clock.setSystemTime((now + 7200) * 1000);
    assert.equal(await page.locator("#token-status").textContent(), "Current");
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await status(page, "Expired");
    assert.match(await page.locator("#countdown").textContent(), /^Expired 1\sh 0\smin ago$/);
    assertClean();
    await context.close();
  });

  test("the page announces once that a token becomes valid and once that it expires", async () => {
    const { page, context, assertClean } = await site.open();
    await listen(page, "announcer");
    const now = seconds();
    await paste(page, token({ nbf: now + 3, exp: now + 5 }));
    await status(page, "Not yet valid");
    await status(page, "Current");
    await status(page, "Expired");
    await sleep(1500);
    assert.deepEqual(await heard(page), [
      "The pasted token: Not yet valid.",
      "The token is now valid.",
      "The token has expired.",
    ]);
    assertClean();
    await context.close();
  });
});

describe("any token", () => {
  test("the page inspects a token as soon as it is pasted", async () => {
    const { page, context, requests, assertClean } = await site.open();
    const asked = requests.length;
    const now = seconds();
    await paste(
      page,
      token(
        { iss: "https://id.example", aud: ["api", "web"], iat: now, exp: now + 90_000, roles: { admin: true } },
        { alg: "ES256", kid: "k1" },
      ),
    );
    await status(page, "Current");
    assert.match(await page.locator("#countdown").textContent(), /^1\sd (1\sh|0\sh) left$/);
    assert.match(await page.locator("#claims-rows").textContent(), /https:\/\/id\.example/);
    assert.match(await page.locator("#claims-rows").textContent(), /"admin": true/);
    assert.match(await page.locator("#header-rows").textContent(), /ES256.*k1/);
    assert.match(await page.locator("#findings").textContent(), /Inspected, not verified.*anyone could have written/);
    // The page sends a pasted token nowhere.
    assert.equal(requests.length, asked);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("heading", { name: "No token yet" }).waitFor();
    assertClean();
    await context.close();
  });

  test("the page distinguishes an expired token, a token without an expiry and a legacy token", async () => {
    const { page, context, assertClean } = await site.open();
    const now = seconds();
    await paste(page, token({ exp: now - 125 }));
    await status(page, "Expired");
    assert.match(
      await page.locator("#dates").textContent(),
      /^Expired2 minutes ago \w{3},? \d+ \w+ \d{4}, \d\d:\d\d:\d\d (GMT|BST)$/,
    );
    assert.match(await page.locator("#countdown").textContent(), /^Expired 2\smin \d+\ss ago$/);
    await paste(page, token({ sub: "1" }));
    await status(page, "Never expires");
    await paste(page, token({ id: 7 }, { alg: "HS512", iat: now - 7200, exp: now - 3600 }));
    await status(page, "Expired");
    assert.match(await page.locator("#findings").textContent(), /This is a legacy token: its dates are in the header/);
    assert.match(await page.locator("#header-rows").textContent(), /when the token expires\d{10}\w+day/);
    assertClean();
    await context.close();
  });

  test("the page shows dates in the reader's time zone and names the time zone", async () => {
    for (const [timezoneId, words] of [
      ["Asia/Tokyo", "Friday, 2 January 2026 at 12:04:05 GMT+9"],
      ["America/New_York", "Thursday, 1 January 2026 at 22:04:05 GMT-5"],
    ]) {
      const { page, context, assertClean } = await site.open({ timezoneId });
      await paste(page, token({ exp: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 }));
      await page.locator("#claims-rows", { hasText: words }).waitFor();
      await page.getByText(`Times are in your time zone, ${timezoneId}.`).waitFor();
      assertClean();
      await context.close();
    }
  });

  test("the page explains well-known members, and each finding has the package's code", async () => {
    const { page, context, assertClean } = await site.open();
    for (const [claims, header, code] of [
      [{ exp: seconds() - 60 }, {}, "token_expired"],
      [{ nbf: seconds() + 600 }, {}, "token_not_yet_valid"],
      [{ iat: seconds() + 600, exp: seconds() + 900 }, {}, "token_claim_invalid"],
      [{ sub: "1" }, {}, "token_claim_invalid"],
      [{ exp: seconds() + 60 }, { alg: "RS512" }, "token_algorithm_not_allowed"],
    ]) {
      await paste(page, token({ iss: "us", ...claims }, { alg: "HS512", ...header }));
      await page.locator("#findings li:first-child code", { hasText: code }).waitFor();
    }
    assert.match(await page.locator("#claims-rows").textContent(), /issuer: the service that issued the token/);
    assert.match(await page.locator("#header-rows").textContent(), /algorithm of the signature.*RSA with SHA-512/);
    await paste(page, "a.b");
    await page.locator("#token-empty-text code", { hasText: "token_malformed" }).waitFor();
    assertClean();
    await context.close();
  });

  test("the page writes out invisible characters, so that no claim can look like another", async () => {
    const { page, context, assertClean } = await site.open();
    const hostile = {
      sub: "ali\u200bce",
      name: "\u202Eecila",
      roles: ["user", "\u2066nimda\u0007"],
      "ex\u00adp": 1,
      note: "two\nlines",
      plain: "עברית",
      exp: seconds() + 600,
    };
    await paste(page, token(hostile, { alg: "HS256\u202E\u{e0041}", kid: "\u0000k" }));
    await status(page, "Current");
    const json = await page.locator("#claims-json").textContent();
    for (const text of ["ali\\u200bce", "\\u202eecila", "\\u2066nimda\\u0007", "ex\\u00adp", "two\\nlines", "עברית"])
      assert.ok(json.includes(text), text);
    assert.deepEqual(JSON.parse(json), hostile);
    assert.deepEqual(JSON.parse(await page.locator("#header-json").textContent()), {
      alg: "HS256\u202E\u{e0041}",
      kid: "\u0000k",
    });
    const notes = (id) => page.locator(`#${id} tr`).filter({ hasText: "contains invisible characters" }).count();
    assert.deepEqual([await notes("claims-rows"), await notes("header-rows")], [3, 2]);
    assert.ok((await page.locator("#claims-rows").textContent()).includes("\\u2066nimda"));
    assert.ok((await page.locator("#findings").textContent()).includes("“HS256\\u202e\\udb40\\udc41”"));
    assertClean();
    await context.close();
  });

  test("the page shows claims with markup or with the names of object properties as text", async () => {
    const { page, context, assertClean } = await site.open();
    const markup = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    const header = JSON.stringify({ alg: markup, kid: markup, typ: "JWT", constructor: 1 });
    const claims = `{"__proto__":{"exp":1},"toString":"x","sub":${JSON.stringify(markup)},${JSON.stringify(markup)}:"x","exp":${seconds() + 600}}`;
    const text = [header, claims, "x".repeat(40)].map((part) => Buffer.from(part).toString("base64url")).join(".");
    await paste(page, text);
    await status(page, "Current");
    assert.equal(await page.locator("main img, main script").count(), 0);
    for (const name of ["__proto__", "toString", markup])
      await page.locator("#claims-rows th", { hasText: name }).waitFor();
    assert.equal(await page.evaluate(() => ({}).exp), undefined);
    await page.locator("#findings", { hasText: markup }).waitFor();
    assertClean();
    await context.close();
  });

  test("the page removes white space and a Bearer prefix and says so", async () => {
    const { page, context, assertClean } = await site.open();
    const bare = token({ exp: seconds() + 600 });
    for (const [text, hint] of [
      [`  ${bare}\n`, "The page removed the white space around it."],
      [`Bearer ${bare}`, "The page removed the “Bearer” before it."],
      [`Authorization: JWT ${bare}`, "The page removed the “JWT” before it."],
      [`"${bare}",`, "The page removed the quotation marks around it."],
    ]) {
      await paste(page, text);
      await page.getByText(hint).waitFor();
      assert.equal(await page.locator("#raw").textContent(), bare);
    }
    await paste(page, bare);
    await page.locator("#paste-message").waitFor({ state: "hidden" });
    assertClean();
    await context.close();
  });

  test("the page explains why a text is not a token, and more typing can complete the token", async () => {
    const { page, context, assertClean } = await site.open();
    const good = token({ exp: seconds() + 600 });
    for (const [text, words] of [
      ["hello", /it has no dot, but a token has three parts/],
      ["hello to all\nof you", /it has no dot/],
      [good.split(".").slice(0, 2).join("."), /it has 2 parts/],
      ["a.b.c.d.e", /an encrypted token/],
      ["!!!.???.***", /characters that a token cannot have/],
      [good.slice(4), /not a valid JSON Web Token: a part of the token is not/],
      [`${good}\n${good}`, /a line break in the text/],
      [`${good}${"A".repeat(8192)}`, /longer than the 8,192 characters/],
    ]) {
      await paste(page, text);
      await page.locator("#paste-message", { hasText: words }).waitFor();
      assert.equal(await page.locator("#token-view").isHidden(), true);
    }
    await paste(page, good);
    await status(page, "Current");
    assert.equal(await page.locator("#paste-message").isHidden(), true);
    assertClean();
    await context.close();
  });

  test("markup in a claim stays text", async () => {
    const { page, context, assertClean } = await site.open();
    const hostile = "<img src=x onerror=window.harmed=1>\"'><script>window.harmed=1</script>";
    await paste(page, token({ name: hostile, [hostile]: { [hostile]: hostile } }, { alg: hostile, kid: hostile }));
    await page.locator("#claims-rows", { hasText: hostile }).waitFor();
    await sleep(300);
    assert.equal(await page.locator("#token img, #token script").count(), 0);
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assertClean();
    await context.close();
  });

  test("the page shows the other claims of a token whose dates are malformed", async () => {
    const { page, context, assertClean } = await site.open();
    await paste(page, token({ exp: "tomorrow", sub: "7" }));
    await status(page, "Dates unreadable");
    await page.getByText("“exp” must be a time in seconds, but is not.").waitFor();
    assert.match(await page.locator("#claims-rows").textContent(), /tomorrow.*7/);
    assertClean();
    await context.close();
  });

  test("dates out of range do not break the page", async () => {
    const { page, context, assertClean } = await site.open();
    await paste(page, token({ exp: 1e15, iat: -1, nbf: 0 }));
    await page.locator("#claims-rows", { hasText: "1000000000000000" }).waitFor();
    assertClean();
    await context.close();
  });

  test("the page shows the raw token in its three parts and can copy it", async () => {
    const { page, context, assertClean } = await site.open({ permissions: ["clipboard-read", "clipboard-write"] });
    const bare = token({ exp: seconds() + 600 });
    await paste(page, ` ${bare}`);
    await status(page, "Current");
    const parts = await page
      .locator("#raw > span:not(.dot)")
      .evaluateAll((spans) => spans.map((span) => [span.textContent, getComputedStyle(span).color]));
    assert.deepEqual(
      parts.map(([text]) => text),
      bare.split("."),
    );
    assert.equal(new Set(parts.map(([, colour]) => colour)).size, 3);
    // Read the copied text from the event, because the page may not read the clipboard.
    await page.evaluate(() => {
      navigator.clipboard.writeText = async (text) => {
        window.copied = text;
      };
    });
    await page.getByRole("button", { name: "Copy token" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => window.copied), bare);
    assertClean();
    await context.close();
  });
});
