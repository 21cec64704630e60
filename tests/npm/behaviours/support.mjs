// Shared by the behaviors: tokens that the package did not make, and assertions.

export const NOW = 1_700_000_000;
export const SECRET = "behaviours-only-0123456789abcdef-0123456789abcdef-0123456789abcd";
export const at = (seconds) => new Date(seconds * 1000);
export const encoder = new TextEncoder();

export const base64url = (data) => {
  const bytes = typeof data === "string" ? encoder.encode(data) : new Uint8Array(data);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
};
export const json = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** An unsigned token from JSON texts or values. */
export const unsigned = (claims, header = { alg: "HS512" }) =>
  `${base64url(json(header))}.${base64url(json(claims))}.c2ln`;

/** A token signed by the runtime's own crypto, from JSON texts or values. */
export async function signed(claims, header = { alg: "HS512", typ: "JWT" }, secret = SECRET, hash = "SHA-512") {
  const input = `${base64url(json(header))}.${base64url(json(claims))}`;
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash }, false, ["sign"]);
  return `${input}.${base64url(await crypto.subtle.sign("HMAC", key, encoder.encode(input)))}`;
}

// A token of itsdangerous itself with the secret `secret-key`, from 1600000000 to 1600000600.
export const LEGACY = [
  "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg",
  "eyJhbGciOiJIUzM4NCIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.TKRxrDZghx0v9TXdc5Q3qB1X3ZQddUw4QUGQr07FdpjLm2FCrUCIO9KztqjiJV64",
  "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0",
];

export const NOT_STRINGS = [
  undefined,
  null,
  0,
  1.5,
  NaN,
  true,
  {},
  [],
  () => "a.b.c",
  Symbol("a"),
  10n,
  new String("a.b.c"),
];
export const ODD_STRINGS = [
  ...["", " ", "a", ".", "..", "...", "a.b.c", "\0", "\ud800", "a.b.\udc00", "é.ö.ü", "\ufeffa.b.c"],
  ...["A".repeat(1 << 20), ".".repeat(1 << 20), "é".repeat(1 << 20), `${"A".repeat(5000)}.${"A".repeat(5000)}.A`],
];

/** The names that a behavior uses: those of the package, those of `assert`, and those below. */
export function tools(portcullis, assert) {
  const { ok, equal, deepEqual, throws } = assert;
  const { verify, sign, secretKey, TokenError } = portcullis;

  const key = secretKey(SECRET, "HS512");
  const claims = { sub: "usr_1", exp: NOW + 600, iat: NOW - 60 };
  const token = sign(claims, key);

  /** Asserts a TokenError with this code, and returns it. */
  const refused = (code, call, message) => {
    let caught;
    throws(
      call,
      (error) => {
        ok(error instanceof TokenError, `${message ?? ""} not a TokenError but ${error}`);
        equal(error.code, code, `${message ?? ""} ${error.code} is not ${code}`);
        caught = error;
        return true;
      },
      message,
    );
    return caught;
  };
  const claimRefused = (claim, call) => equal(refused("token_claim_invalid", call, claim).claim, claim);
  const isTypeError = (error) => error instanceof TypeError && !(error instanceof TokenError);
  const typeError = (call, message) => throws(call, isTypeError, message);
  /** Whether `call` does anything except throw a TypeError. */
  const passes = (call) => {
    try {
      call();
      return true;
    } catch (error) {
      return !isTypeError(error);
    }
  };
  const anError = (call, message) =>
    throws(call, (error) => isTypeError(error) || error instanceof TokenError, message);
  const works = () => deepEqual(verify(token, key, { now: NOW }).claims, claims);
  /** Verifies a token that the runtime signed. */
  const check = (token, options) => verify(token, key, { now: NOW, ...options });

  const ours = { key, claims, token, refused, claimRefused, typeError, passes, anError, works, check };
  return { portcullis, ...portcullis, ...assert, ...ours };
}
