import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { alice } from "../support/users.mjs";
import { greeted, logIn, seconds, servedPage, token } from "./open-page.mjs";

describe("the page as it is served and drawn", () => {
  const site = servedPage({ users: [alice] });

  test("the page's policy allows only its own files", async () => {
    for (const path of ["/", "/app.js", "/style.css", "/favicon.svg"]) {
      const answer = await fetch(new URL(path, site.url));
      assert.equal(answer.status, 200, path);
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.doesNotMatch(policy, /'unsafe-(inline|eval)'|https?:|\*/, path);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(answer.headers.get("referrer-policy"), "no-referrer", path);
      await answer.arrayBuffer();
    }
  });

  test("the browser blocks requests to another origin, forms and markup from text", async () => {
    const { page, context } = await site.open();
    const refused = await page.evaluate(async () => {
      const violations = new Promise((resolve) => {
        const seen = [];
        addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
          seen.push(effectiveDirective);
          if (seen.length === 4) resolve(seen.sort());
        });
      });
      const thrown = [];
      await fetch("https://elsewhere.example/").catch(() => thrown.push("fetch"));
      const image = new Image();
      image.src = "https://elsewhere.example/pixel";
      try {
        document.createElement("div").innerHTML = "<b>text</b>";
      } catch {
        thrown.push("innerHTML");
      }
      const form = document.createElement("form");
      form.action = "/login";
      document.body.append(form);
      form.submit();
      return [...(await violations), ...thrown];
    });
    assert.deepEqual(refused, [
      "connect-src",
      "form-action",
      "img-src",
      "require-trusted-types-for",
      "fetch",
      "innerHTML",
    ]);
    await context.close();
  });

  test("nothing scrolls sideways on a phone 360 px wide", async () => {
    const { page, context, assertClean } = await site.open({ viewport: { width: 360, height: 740 } });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await overflow(), 0);
    await logIn(page);
    await greeted(page);
    assert.equal(await overflow(), 0);
    const long = "x".repeat(400);
    await page.getByLabel("Paste a JSON Web Token").fill(token({ [long]: long, list: [long], exp: seconds() + 60 }));
    await page.locator("#claims-rows", { hasText: long }).waitFor();
    await page.getByText("Claims as JSON", { exact: true }).click();
    assert.equal(await overflow(), 0);
    assertClean();
    await context.close();
  });

  test("the page follows the dark scheme and the light scheme", async () => {
    const { page, context } = await site.open();
    const brightness = () =>
      page.evaluate(
        () =>
          getComputedStyle(document.body)
            .backgroundColor.match(/\d+/g)
            .slice(0, 3)
            .reduce((sum, part) => sum + Number(part), 0) / 3,
      );
    await page.emulateMedia({ colorScheme: "light" });
    assert.ok((await brightness()) > 200);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.ok((await brightness()) < 60);
    await context.close();
  });

  test("the page has no animations when the reader asks for less motion", async () => {
    const { page, context } = await site.open({ reducedMotion: "reduce" });
    const moving = await page.evaluate(() =>
      [".gate-grille", "#ring-left"].map((it) => getComputedStyle(document.querySelector(it)).transitionDuration),
    );
    assert.deepEqual(moving, ["0s", "0s"]);
    await context.close();
  });

  test("every control has a name, and headings and landmarks are in order", async () => {
    const { page, context } = await site.open();
    await logIn(page);
    await greeted(page);
    const outline = await page
      .getByRole("heading")
      .evaluateAll((all) => all.map((it) => `${it.tagName} ${it.textContent}`));
    assert.deepEqual(outline, [
      "H1 Portcullis",
      "H2 Hello, alice",
      "H2 Inspect any token",
      "H2 Your token",
      "H2 Verify the signature",
      "H2 Claims",
      "H2 Header",
      "H2 Raw token",
    ]);
    for (const role of ["banner", "main", "contentinfo"]) assert.equal(await page.getByRole(role).count(), 1, role);
    for (const name of ["Hello, alice", "Inspect any token", "Your token"])
      assert.equal(await page.getByRole("region", { name }).count(), 1, name);
    const nameless = await page
      .locator("button, input, textarea, select, summary, a")
      .evaluateAll(
        (all) => all.filter((it) => !(it.ariaLabel || it.labels?.[0]?.textContent || it.textContent).trim()).length,
      );
    assert.equal(nameless, 0);
    await context.close();
  });

  test("everything that the page can load is smaller than 150 kB over the wire", async () => {
    const dist = fileURLToPath(new URL("../../www/dist/", import.meta.url));
    const loaded = readdirSync(dist, { recursive: true }).filter((path) => /\.(html|css|js|svg)$/.test(path));
    assert.ok(
      loaded.some((path) => path.startsWith("chunks")),
      "nothing is loaded on demand",
    );
    let weight = 0;
    for (const path of loaded) {
      const answer = await fetch(new URL(path === "index.html" ? "/" : path, site.url));
      assert.equal(answer.status, 200, path);
      if (path.startsWith("chunks")) assert.match(answer.headers.get("cache-control"), /immutable/, path);
      weight += gzipSync(Buffer.from(await answer.arrayBuffer()), { level: 9 }).length;
    }
    assert.ok(weight < 150_000, `${weight} bytes`);
  });
});
