import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { focused, seconds, servedPage, token } from "./open-page.mjs";

const phone = { viewport: { width: 400, height: 700 } };
const status = (page, text) => page.locator("#token-status", { hasText: text }).waitFor();
const paste = (page, text) => page.getByLabel("Paste a JSON Web Token").fill(text);
const top = (page) => page.evaluate(() => document.getElementById("token").getBoundingClientRect().top);

const site = servedPage();

test("the page reads a long run of white space or commas as fast as any text", async () => {
  const { page, context, assertClean } = await site.open();
  for (const run of [" ", ","]) {
    await paste(page, `x${run.repeat(400_000)}x`);
    await page.getByText("it has no dot").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator("#paste-message").waitFor({ state: "hidden" });
  }
  assertClean();
  await context.close();
});

describe("pasting on a narrow page", () => {
  test("the page scrolls to a pasted token and leaves the focus in the box", async () => {
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

  test("the page does not scroll for typed text or for a text that is not a token", async () => {
    // Without motion, because a scroll in progress would undo the scroll of the test.
    const still = { ...phone, reducedMotion: "reduce" };
    const { page, context, assertClean } = await site.open(still);
    await paste(page, "hello, this is a sentence and no token");
    await page.getByText("it has no dot").waitFor();
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

  test("at 320 px, names and addresses break after their separators and no text is cut off", async () => {
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
  test("the ring jumps to its place when another token is shown", async () => {
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

  test("the page does not say Copied for the next token", async () => {
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

describe("findings about a token", () => {
  test("the page says that a token without a signature or with the algorithm none is unsigned, and does not show it in green", async () => {
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

  test("the page reports dates that look like milliseconds, and very long values scroll", async () => {
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
  test("the example is a current token, and the page shows the secret that verifies it", async () => {
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

  test("the page says that the example could not be loaded", async () => {
    const { page, context, assertClean } = await site.open();
    await page.route("**/chunks/lazy-*", (route) => route.abort());
    await page.getByRole("button", { name: "Example" }).click();
    await page.getByText("The example could not be loaded.").waitFor();
    assertClean(/^Failed to load resource/);
    await context.close();
  });
});

describe("text that people copy with a token", () => {
  test("the page joins a wrapped token and takes the token from the response of a login", async () => {
    const { page, context, assertClean } = await site.open();
    const bare = token({ exp: seconds() + 600 });
    for (const [text, hint] of [
      [bare.replace(/.{30}/g, "$&\n"), "The page removed the line breaks inside it."],
      [bare.replace(/.{30}/g, "$& "), "The page removed the white space inside it."],
      [JSON.stringify({ token: bare }), "The page removed the JSON around it."],
      [`${JSON.stringify({ token: bare, type: "Bearer" }, null, 2)}\n`, "The page removed the JSON around it"],
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
