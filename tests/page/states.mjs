// The states of the page, for tests that must hold in each state.

import { generateKey, secretKey, sign } from "portcullis";
import { legacyToken } from "../support/legacy.mjs";
import { greeted, logIn, seconds, token } from "./open-page.mjs";

const SECRET = "page-tests-only-0123456789abcdef-0123456789abcdef-0123456789abcdef";
const key = secretKey(SECRET, "HS256");
const stranger = generateKey("ES256");

const paste = (text, status) => async (page) => {
  await page.getByLabel("Paste a JSON Web Token").fill(text);
  await page.locator("#token-status", { hasText: status }).waitFor();
};

async function openVerify(page) {
  await page.locator("#verify > summary").click();
  await page.getByRole("button", { name: "Verify", exact: true }).waitFor();
}

const verify = (text, secret, kind) => async (page) => {
  await paste(text, /./)(page);
  await openVerify(page);
  await page.getByLabel("Secret", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.locator(`#verify-message[data-kind="${kind}"]`).waitFor();
};

const many = {
  iss: "https://identity.portcullis.example/realms/production",
  aud: ["api", "web"],
  sub: "248289761001",
  scope: "read write",
  roles: ["admin"],
  note: "word ".repeat(200),
  iat: seconds() - 60,
  exp: seconds() + 7200,
};

/** For each state: how to bring a fresh page into it. */
export const states = {
  "logged out": async () => {},
  "a field missing": async (page) => {
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Enter your username.").waitFor();
  },
  "a wrong password": async (page) => {
    await logIn(page, "not the password at all");
    await page.getByText("The username and password do not match").waitFor();
  },
  "logged in": async (page) => {
    await logIn(page);
    await greeted(page);
  },
  "offline while logged in": async (page) => {
    await logIn(page);
    await greeted(page);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The token could not be refreshed.").waitFor();
  },
  "a current token with all kinds of claims": async (page) => {
    await paste(token(many), "Current")(page);
    for (const name of ["Claims as JSON", "Header as JSON"]) await page.getByText(name, { exact: true }).click();
  },
  "an expired token": paste(token({ exp: seconds() - 5000 }, { alg: "RS256" }), "Expired"),
  "a token not yet valid": paste(token({ nbf: seconds() + 5000, exp: seconds() + 9000 }), "Not yet valid"),
  "a token without an expiry": paste(token({ sub: "1" }), "Never expires"),
  "an unsigned token": paste(token({ exp: seconds() + 60 }, { alg: "none" }), "not signed"),
  "a token with malformed dates": paste(token({ exp: "tomorrow", iat: Date.now() }), "Dates unreadable"),
  "a legacy token": paste(legacyToken(), "Current"),
  "the example": async (page) => {
    await page.getByRole("button", { name: "Example" }).click();
    await page.locator("#paste-message", { hasText: "This example" }).waitFor();
  },
  "no token": async (page) => {
    await page.getByLabel("Paste a JSON Web Token").fill("hello");
    await page.getByRole("heading", { name: "This is not a token" }).waitFor();
  },
  "verified": verify(sign({ exp: seconds() + 600 }, key), SECRET, "good"),
  "a wrong signature": verify(token({ exp: seconds() + 600 }, { alg: "HS256" }), SECRET, "error"),
  "a right signature of an expired token": verify(sign({ exp: seconds() - 600 }, key), SECRET, "warning"),
  "the request for a key set": async (page) => {
    await paste(sign({ exp: seconds() + 600 }, stranger), "Current")(page);
    await openVerify(page);
    await page.getByRole("button", { name: "Verify", exact: true }).click();
    await page.getByText("The key set at this address is empty.").waitFor();
  },
  "the input for a JWK": async (page) => {
    await openVerify(page);
    await page.getByRole("radio", { name: "A JWK or JWK Set", exact: true }).check();
  },
};
