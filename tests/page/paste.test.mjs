import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { focused, seconds, servedPage, token } from "./open-page.mjs";

const phone = { viewport: { width: 400, height: 700 } };
const status = (page, text) => page.locator("#token-status", { hasText: text }).waitFor();
const paste = (page, text) => page.getByLabel("Paste a JSON Web Token").fill(text);
const top = (page) => page.evaluate(() => document.getElementById("token").getBoundingClientRect().top);

const site = servedPage();

test("a long run of white space or of commas is read as soon as any text", async () => {
  const { page, context, assertClean } = await site.open();
  for (const run of [" ", ","]) {
    await paste(page, `x${run.repeat(400_000)}x`);
    await page.getByText("there is no dot in it").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator("#paste-message").waitFor({ state: "hidden" });
  }
  assertClean();
  await context.close();
});

describe("pasting on a narrow page", () => {
  test("a pasted token is scrolled into view and the focus stays in the box", async () => {
    for (const reducedMotion of ["no-preference", "reduce"]) {
      const { page, context, assertClean } = await site.open({ ...phone, reducedMotion });
      assert.ok((await top(page)) > 350);
      await paste(page, token({ exp: seconds() + 600 }));
      await status(page, "Current");
      await page.waitForFunction(() => document.getElementById("token").getBoundingClientRect().top < 100);
      assert.equal(await focused(page, "pasted"), true);
      assertClean();
      await context.close();
    }
  });

  test("typing in the box scrolls nothing, and neither does what is no token", async () => {
    // Without motion: a scroll that is still under way would undo the test's own.
    const still = { ...phone, reducedMotion: "reduce" };
    const { page, context, assertClean } = await site.open(still);
    await paste(page, "hello, this is a sentence and no token");
    await page.getByText("there is no dot in it").waitFor();
    await sleep(600);
    assert.ok((await top(page)) > 350);
    await paste(page, token({ exp: seconds() + 600 }));
    await page.waitForFunction(() => document.getElementById("token").getBoundingClientRect().top < 100);
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForFunction(() => scrollY === 0);
    await page.getByLabel("Paste a JSON Web Token").press("ControlOrMeta+End");
    const before = await page.locator("#raw").textContent();
    await page.keyboard.type("AAAA", { delay: 20 });
    await page.waitForFunction((text) => document.getElementById("raw").textContent === `${text}AAAA`, before);
    await sleep(600);
    assert.ok((await top(page)) > 350);
    assertClean();
    await context.close();
  });

  test("at 320 px names and addresses break at their joints and nothing is cut off", async () => {
    const { page, context, assertClean } = await site.open({ viewport: { width: 320, height: 640 } });
    await paste(
      page,
      token({
        iss: "https://identity.portcullis.example/realms/production",
        preferred_username: "alice",
        exp: seconds() + 600,
      }),
    );
    await status(page, "Current");
    const lines = (text) =>
      page
        .locator("#claims-rows bdi", { hasText: text })
        .evaluate((it) => new Set(Array.from(it.getClientRects(), ({ top }) => Math.round(top))).size);
    assert.equal(await lines("preferred_username"), 1);
    assert.ok((await lines("https://identity")) <= 2);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    assertClean();
    await context.close();
  });
});

describe("one token after another", () => {
  test("the ring of another token jumps to its place", async () => {
    const { page, context, assertClean } = await site.open();
    const now = seconds();
    await paste(page, token({ iat: now, exp: now + 600 }));
    await status(page, "Current");
    const moving = await page.evaluate(
      (text) =>
        new Promise((resolve) => {
          const ring = document.getElementById("ring-left");
          new MutationObserver(() =>
            requestAnimationFrame(() => resolve([ring.getAnimations().length, ring.style.strokeDashoffset])),
          ).observe(document.getElementById("token-status"), { childList: true });
          const box = document.getElementById("pasted");
          box.value = text;
          box.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
        }),
      token({ iat: now - 90_000, exp: now - 86_400 }),
    );
    assert.deepEqual(moving, [0, "1"]);
    assert.match(await page.locator("#countdown").textContent(), /^Expired 1\sd 0\sh ago$/);
    assertClean();
    await context.close();
  });

  test("Copied is not said of the next token", async () => {
    const { page, context, assertClean } = await site.open();
    await page.evaluate(() => {
      navigator.clipboard.writeText = async () => {};
    });
    await paste(page, token({ exp: seconds() + 600 }));
    await page.getByRole("button", { name: "Copy token" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await paste(page, token({ exp: seconds() + 601 }));
    await page.getByRole("button", { name: "Copy token" }).waitFor({ timeout: 1000 });
    assertClean();
    await context.close();
  });
});

describe("what a token lets one doubt", () => {
  test("a token without a signature or with the algorithm none says so and is not green", async () => {
    const { page, context, assertClean } = await site.open();
    const colour = () => page.locator("#token-status").evaluate((it) => getComputedStyle(it).color);
    const signed = token({ exp: seconds() + 600 });
    await paste(page, signed);
    await status(page, "Current");
    const green = await colour();
    for (const unsigned of [
      signed.replace(/[^.]+$/, ""),
      token({ exp: seconds() + 600 }, { alg: "None" }),
      token({ sub: "1" }, { alg: "none" }),
    ]) {
      await paste(page, unsigned);
      await page.locator("#findings", { hasText: "This token is not signed: anyone could have written it." }).waitFor();
      await status(page, "not signed");
      assert.notEqual(await colour(), green);
      assert.equal(await page.locator("html").getAttribute("data-gate"), "down");
      await paste(page, signed);
      await page.locator("#findings", { hasText: "Inspected, not verified" }).waitFor();
      assert.equal(await colour(), green);
    }
    assertClean();
    await context.close();
  });

  test("dates that look like milliseconds are pointed out, and very long values scroll", async () => {
    const { page, context, assertClean } = await site.open();
    await paste(page, token({ exp: Date.now() + 600_000, iat: seconds(), text: "word ".repeat(500) }));
    await page.locator("#findings", { hasText: "“exp” looks like milliseconds, not seconds." }).waitFor();
    assert.equal(await page.locator("#claims-rows").getByText("looks like milliseconds").count(), 1);
    const value = page.getByRole("group", { name: "Value of text" });
    assert.ok(await value.evaluate((it) => it.clientHeight < 200 && it.scrollHeight > it.clientHeight));
    assertClean();
    await context.close();
  });
});

describe("the example", () => {
  test("a reader without a token gets one that is current, and the secret with which it is verified", async () => {
    const { page, context, assertClean } = await site.open();
    await page.getByRole("button", { name: "Example" }).click();
    await status(page, "Current");
    assert.match(await page.locator("#countdown").textContent(), /^(5\smin 0\ss|4\smin \d+\ss) left$/);
    assert.equal(await focused(page, "pasted"), true);
    const [, secret] = /secret: (\S+)$/.exec(await page.locator("#paste-message").textContent());
    await page.locator("#verify > summary").click();
    await page.getByLabel("Secret", { exact: true }).fill(secret);
    await page.keyboard.press("Enter");
    await status(page, "Current, verified");
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByRole("button", { name: "Example" }).waitFor();
    assertClean();
    await context.close();
  });

  test("an example that cannot be loaded is said in words", async () => {
    const { page, context, assertClean } = await site.open();
    await page.route("**/chunks/lazy-*", (route) => route.abort());
    await page.getByRole("button", { name: "Example" }).click();
    await page.getByText("The example could not be loaded.").waitFor();
    assertClean(/^Failed to load resource/);
    await context.close();
  });
});

describe("what people copy", () => {
  test("a wrapped token is joined, and the answer of a login gives its token", async () => {
    const { page, context, assertClean } = await site.open();
    const bare = token({ exp: seconds() + 600 });
    for (const [text, hint] of [
      [bare.replace(/.{30}/g, "$&\n"), "Left out: the line breaks inside it."],
      [bare.replace(/.{30}/g, "$& "), "Left out: the white space inside it."],
      [JSON.stringify({ token: bare }), "Left out: the JSON around it."],
      [`${JSON.stringify({ token: bare, type: "Bearer" }, null, 2)}\n`, "Left out: the JSON around it"],
    ]) {
      await paste(page, "");
      await paste(page, text);
      await page.locator("#paste-message", { hasText: hint }).waitFor();
      assert.equal(await page.locator("#raw").textContent(), bare);
    }
    assertClean();
    await context.close();
  });
});
