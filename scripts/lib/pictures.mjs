// Takes pictures of the page in its most important states.
import { secretKey, sign } from "portcullis";
import { openBrowser } from "../../tests/support/browser.mjs";
import { PASSWORDS, alice } from "../../tests/support/users.mjs";
import { withWorker } from "../../tests/support/worker.mjs";

// The time on the page and in the Worker, always the same: a Tuesday afternoon, in milliseconds since the epoch.
const NOW = Date.UTC(2026, 9, 6, 13, 30);
const MINUTE = 60_000;
// How long after the login a picture is taken, so that the token's remaining time is visible.
const LATER = 17.4 * MINUTE;
// The quality of a picture, in the scale of WebP from 0 to 100.
const QUALITY = 82;

// The height is chosen so that the picture ends between two lines.
const desk = (height) => ({ width: 1280, height });
const phone = { width: 390, height: 820 };

// The key of RFC 8037, A.1, so that every picture shows the same key.
const KEY = {
  kty: "OKP",
  crv: "Ed25519",
  alg: "EdDSA",
  kid: "2026-10",
  d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};

// An expired token of another issuer. Any key will do.
const expired = () => {
  const issued = NOW / 1000 - 9000;
  const claims = {
    iss: "https://identity.example",
    sub: "248289761001",
    aud: "https://api.example",
    scope: "read write",
    iat: issued,
    exp: issued + 3600,
  };
  return sign(claims, secretKey("0123456789abcdef0123456789abcdef", "HS256"));
};

async function logIn(page) {
  await page.getByLabel("Username").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORDS.alice);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Hello, alice" }).waitFor();
  await atRest(page);
  await page.clock.runFor(LATER);
}

/** Removes the focus, moves the pointer away and scrolls to the top. */
async function atRest(page) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => {
    document.activeElement.blur();
    document.getElementById("pasted").scrollTop = 0;
    scrollTo(0, 0);
  });
}

async function paste(page, text) {
  await page.getByLabel("Paste a JSON Web Token").fill(text);
  // The text box waits until typing has ended, by the page's clock.
  await page.clock.runFor(1000);
  await atRest(page);
}

/** For each name: the size of the window, and the steps that bring a new page into the state. */
const states = {
  session: {
    viewport: desk(754),
    enter: logIn,
  },
  expired: {
    viewport: desk(754),
    async enter(page) {
      await paste(page, expired());
      await page.locator("#token-status", { hasText: "Expired" }).waitFor();
    },
  },
  verified: {
    viewport: desk(915),
    async enter(page) {
      await logIn(page);
      await page.locator("#verify > summary").click();
      await page.getByRole("radio", { name: "A JWK Set URL" }).check();
      await page.getByRole("button", { name: "Verify", exact: true }).click();
      await page.locator('#verify-message[data-kind="good"]').waitFor();
      await atRest(page);
    },
  },
  phone: {
    viewport: phone,
    async enter(page) {
      await logIn(page);
      await page.evaluate(() => scrollTo(0, document.getElementById("token").offsetTop - 14));
    },
  },
};

async function picture(page) {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  return Buffer.from(data, "base64");
}

/** Each state in light and in dark, as `{ name, image }`; an image is the bytes of a WebP. */
export async function* pictures() {
  const vars = {
    SECRET_KEY: undefined,
    TOKEN_ALGORITHM: undefined,
    SIGNING_KEYS: JSON.stringify({ keys: [KEY] }),
    TOKEN_ISSUER: "https://login.example",
  };
  const browser = await openBrowser();
  try {
    for (const [state, { viewport, enter }] of Object.entries(states)) {
      for (const colorScheme of ["light", "dark"]) {
        const image = await withWorker({ users: [alice], vars, clock: true }, async ({ url, clock }) => {
          const context = await browser.newContext({
            viewport,
            colorScheme,
            deviceScaleFactor: 2,
            reducedMotion: "reduce",
            locale: "en-GB",
            timezoneId: "Europe/London",
          });
          const page = await context.newPage();
          await page.clock.install({ time: NOW - MINUTE });
          await page.goto(`${url}/`);
          await page.locator("html:not([data-session])").waitFor({ state: "attached" });
          await page.clock.pauseAt(NOW);
          await clock.ahead((NOW - Date.now()) / 1000);
          await enter(page);
          const image = await picture(page);
          await context.close();
          return image;
        });
        yield { name: `${state}-${colorScheme}`, image };
      }
    }
  } finally {
    await browser.close();
  }
}
