import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, describe, test } from "node:test";
import { alice } from "../support/users.mjs";
import { REFUSED, focused, greeted, logIn, seconds, servedPage, token } from "./open-page.mjs";
import { states } from "./states.mjs";

const DESK = { width: 1280, height: 720 };
const LOOKS = [
  ["light", "light", DESK],
  ["dark", "dark", DESK],
  ["phone", "light", { width: 320, height: 640 }],
];

const site = servedPage({ users: [alice] });
let axe;
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});

/** The findings of axe and the checks that it could not decide, one line each. */
async function findings(page) {
  // Run axe by the debugger, so that the page's policy and its Trusted Types stay as they are.
  await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  // axe cannot compute contrast over a picture, such as the grille in the header and the ring.
  const onPicture = ({ target }) =>
    /^(\.banner|\.parts|h1|#countdown|\.count|\.after|\.before|a\[)/.test(target.at(-1));
  const undecided = incomplete.map((it) =>
    it.id === "color-contrast" ? { ...it, nodes: it.nodes.filter((node) => !onPicture(node)) } : it,
  );
  return [...violations, ...undecided].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  );
}

describe("axe", () => {
  for (const [name, enter] of Object.entries(states)) {
    test(`axe finds nothing in light, in dark and on a phone: ${name}`, async () => {
      const { page, context, assertClean } = await site.open({ reducedMotion: "reduce" });
      await enter(page);
      for (const [look, colorScheme, viewport] of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        assert.deepEqual(await findings(page), [], look);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          0,
          `${look}: it scrolls sideways`,
        );
      }
      assertClean(REFUSED);
      await context.close();
    });
  }
});

describe("the keyboard", () => {
  /** The names of the elements at which Tab stops, in order, until the focus leaves the page. */
  async function stops(page) {
    const names = [];
    // Start at the top, because Tab continues from the element that last had the focus or was clicked.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
    });
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const it = document.activeElement;
        if (it === document.body || it === null) return undefined;
        return it.ariaLabel || it.labels?.[0]?.textContent.trim() || it.id || it.textContent.trim();
      });
      if (name === undefined) return names;
      names.push(name);
    }
    return names;
  }

  test("Tab reaches every control in reading order and then leaves the page", async () => {
    const { page, context, assertClean } = await site.open();
    const links = ["Log in", "Inspect", "Verify"];
    const summary = "Verify the signaturewith a secret, a key or a key set";
    assert.deepEqual(await stops(page), [
      ...links,
      "Username",
      "Password",
      "Show password",
      "Stay logged in in this browser",
      "login-button",
      "paste-example",
      "Paste a JSON Web Token",
      summary,
    ]);
    await logIn(page);
    await greeted(page);
    await page.locator("#verify > summary").click();
    assert.deepEqual(await stops(page), [
      ...links,
      "refresh",
      "logout",
      "paste-example",
      "Paste a JSON Web Token",
      summary,
      "A secret",
      "Secret",
      "Show secret",
      "Secret is written as",
      "Algorithm",
      "verify-button",
      "verify-close",
      "Claims as JSON",
      "Header as JSON",
      "copy",
      "raw",
    ]);
    assertClean();
    await context.close();
  });

  test("each element that Tab reaches shows that it has the focus", async () => {
    const { page, context, assertClean } = await site.open();
    await page.locator("#verify > summary").click();
    for (let i = 0; i < 18; i += 1) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate(() => {
        const it = document.activeElement;
        if (it === document.body) return "left";
        const { outlineStyle, outlineWidth } = getComputedStyle(it.type === "radio" ? it.nextElementSibling : it);
        return `${outlineStyle} ${outlineWidth}`;
      });
      assert.match(outline, /^(solid 3px|left)$/);
    }
    assertClean();
    await context.close();
  });

  test("the keyboard alone is enough to verify a token, and a live region shows the result", async () => {
    const { page, context, assertClean } = await site.open();
    await page.getByLabel("Paste a JSON Web Token").focus();
    await page.keyboard.insertText(token({ exp: seconds() + 600 }));
    await page.locator("#token-status").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("radio", { name: "A JWK or JWK Set", exact: true }).isChecked(), true);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page, "secret"), true);
    await page.keyboard.type("too short");
    await page.keyboard.press("Enter");
    await page.locator('[role="status"] > #verify-message', { hasText: "key_invalid" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "secret");
    assertClean();
    await context.close();
  });
});
