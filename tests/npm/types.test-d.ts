// Compiled, never run: asserts types, and that wrong calls do not compile.

import {
  ModuleError,
  Signer,
  TokenError,
  Verifier,
  decode,
  expiresAt,
  generateKey,
  inspect,
  isExpired,
  publicKey,
  ready,
  secondsLeft,
  secretKey,
  sign,
  verify,
} from "portcullis";
import { isExpired as isOver, TokenError as InspectError } from "portcullis/inspect";
import type { Inspection as Seen } from "portcullis/inspect";
import { verifyLegacy, TokenError as LegacyError } from "portcullis/legacy";
import { hashPassword, needsRehash, verifyPassword, PasswordError } from "portcullis/password";
import type { PasswordErrorCode } from "portcullis/password";
import { SessionError, createSession } from "portcullis/session";
import type { EndReason, SessionErrorCode } from "portcullis/session";
import type {
  Algorithm,
  Inspection,
  JoseHeader,
  Jwk,
  JwkSet,
  JwtClaims,
  Key,
  SignOptions,
  TokenErrorCode,
  VerifyOptions,
} from "portcullis";

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};
/** `any` is like every type, and so would pass for each. */
type IsAny<T> = 0 extends 1 & T ? true : false;
function isAny<T>(_: IsAny<T>): void {}

interface Session {
  sub: string;
  role: "admin" | "member";
}

const key: Jwk = secretKey("a secret", "HS256");
secretKey(new Uint8Array(32), "HS512");
const set: JwkSet = { keys: [key] };
const pair: Jwk = generateKey("EdDSA");
const open: Jwk = publicKey(generateKey("ES256"));
const coordinates: (string | undefined)[] = [open.crv, open.x, open.y, open.d];
const either: Key = Math.random() < 0.5 ? key : set;

// Reading

const decoded = decode("a.b.c");
same<typeof decoded, { header: JoseHeader; claims: JwtClaims }>(true);
same<typeof decoded.claims.exp, number | undefined>(true);
same<typeof decoded.claims.aud, string | string[] | undefined>(true);
same<typeof decoded.header.alg, string>(true);
const own: unknown = decoded.claims.anything;

const unverified = decode<Session>("a.b.c");
same<typeof unverified, { header: JoseHeader; claims: Session }>(true);
const looked = inspect<Session>("a.b.c");
same<typeof looked, Inspection<Session>>(true);
same<typeof looked.claims.role, "admin" | "member">(true);
same<typeof looked.claims.exp, number | undefined>(true);
isAny<typeof decoded.claims.anything>(false);
isAny<typeof decoded.header.anything>(false);
isAny<(typeof key)["anything"]>(false);

const inspection: Inspection = inspect("a.b.c", { now: 1, leeway: 2 });
same<typeof inspection.status, "current" | "expired" | "not-yet-valid" | "never-expires">(true);
const dates: (Date | undefined)[] = [
  inspection.issuedAt,
  inspection.notBefore,
  inspection.expiresAt,
  expiresAt("a.b.c"),
];
const left: number = secondsLeft("a.b.c", { now: 1 });
const over: boolean = isExpired("a.b.c", { leeway: 1 });
const legacy: boolean = inspection.legacy;

// @ts-expect-error a claim is of unknown type until it is checked
const claimed: string = decoded.claims.anything;
// @ts-expect-error an Inspection of a session has no other claims
looked.claims.name;
// @ts-expect-error the header's algorithm is a string and never missing
const head: number = decoded.header.alg;
// @ts-expect-error a date may be missing
const date: Date = expiresAt("a.b.c");
// @ts-expect-error a token is a string
decode(1);
// @ts-expect-error a token is needed
inspect();
// @ts-expect-error `now` is a number, not a Date
inspect("a.b.c", { now: new Date() });
// @ts-expect-error there is no such option
isExpired("a.b.c", { clockTolerance: 1 });
// @ts-expect-error expiresAt has no time
expiresAt("a.b.c", { now: 1 });
// @ts-expect-error `valid` is not a status
if (inspection.status === "valid") throw new Error();

// Verifying

const options: VerifyOptions = {
  algorithms: ["HS256", "HS384", "HS512", "EdDSA", "ES256"],
  issuer: ["a", "b"],
  audience: "c",
  subject: "d",
  type: "JWT",
  leeway: 5,
  maxAge: 60,
  requiredClaims: [],
  maxTokenLength: 4096,
  now: 1,
};
const plain = verify("a.b.c", either, options);
same<typeof plain, { header: JoseHeader; claims: JwtClaims }>(true);
const typed = verify<Session>("a.b.c", set);
same<typeof typed.claims, Session>(true);
same<typeof typed.claims.role, "admin" | "member">(true);

const verifier = new Verifier(key, options);
const again = verifier.verify<Session>("a.b.c", { now: 1 });
same<typeof again, { header: JoseHeader; claims: Session }>(true);
same<ReturnType<typeof verifier.verify>["claims"], unknown>(true);
const ofSessions = new Verifier<Session>(set, options);
same<ReturnType<typeof ofSessions.verify<Session>>, { header: JoseHeader; claims: Session }>(true);
const sessionClaims = ofSessions.verify("a.b.c").claims;
same<typeof sessionClaims, Session>(true);
const plainClaims = verifier.verify("a.b.c").claims;
same<typeof plainClaims, JwtClaims>(true);
same<JwtClaims, ReturnType<typeof decode>["claims"]>(true);
same<Inspection, ReturnType<typeof inspect>>(true);

// Lists may be frozen.
verify("a.b.c", set, { algorithms: ["HS256"] as const, issuer: ["a", "b"] as const, audience: ["c"] as const });
sign({}, key, { audience: ["c"] as const });

// Other types of a JWK: jose's and the DOM's, whose members may be missing, and Node's.
declare const joses: { kty?: string; alg?: string; key_ops?: string[]; x5c?: string[]; oth?: { d?: string }[] };
declare const doms: { kty?: string; alg?: string; ext?: boolean; key_ops?: string[]; n?: string };
declare const nodes: { [member: string]: unknown; kty?: string | undefined; crv?: string | undefined };
interface JosesSet {
  keys: (typeof joses)[];
}
declare const josesSet: JosesSet;
for (const one of [joses, doms, nodes]) verify("a.b.c", one);
verify("a.b.c", josesSet);
new Verifier(josesSet).dispose();
new Signer(doms).dispose();
publicKey(joses);

decode("a.b.c", { maxTokenLength: 20_000 });
expiresAt("a.b.c", { maxTokenLength: 20_000 });
secondsLeft("a.b.c", { now: 1, maxTokenLength: 20_000 });
isExpired("a.b.c", { maxTokenLength: 20_000 });
const compiled: Promise<void> = ready();

// @ts-expect-error a promise is no key
verify("a.b.c", Promise.resolve(key));
// @ts-expect-error a key is needed
verify("a.b.c");
// @ts-expect-error a secret is not a key
verify("a.b.c", "secret");
// @ts-expect-error there is no such option
verify("a.b.c", key, { ignoreExpiration: true });
// @ts-expect-error `none` is not an algorithm
verify("a.b.c", key, { algorithms: ["none"] });
// @ts-expect-error the value must be an array
verify("a.b.c", key, { requiredClaims: "exp" });
// @ts-expect-error the value must be a number of seconds
verify("a.b.c", key, { maxAge: "1h" });
// @ts-expect-error a Verifier is a class
Verifier(key);
// @ts-expect-error only the time can change from call to call
verifier.verify("a.b.c", { issuer: "a" });
// @ts-expect-error the session has no such member
typed.claims.name;

// Signing

const signOptions: SignOptions = {
  expiresIn: 60,
  notBefore: 0,
  issuer: "a",
  audience: ["b"],
  subject: "c",
  type: "at+jwt",
  keyId: "d",
  jwtId: true,
  now: 1,
};
const session: Session = { sub: "usr_1", role: "member" };
const signed: string = sign(session, key, signOptions);
const signer = new Signer(key);
const signedAgain: string = signer.sign({ any: [1, { thing: null }] }, { now: 1 });

const sessionSigner = new Signer<Session>(key, signOptions);
const signedSession: string = sessionSigner.sign(session);

// @ts-expect-error sessions do not have this role
sessionSigner.sign({ sub: "usr_1", role: "owner" });
// @ts-expect-error claims of a Signer are an object
new Signer<string>(key);
// @ts-expect-error claims are an object
sign("claims", key);
// @ts-expect-error one key signs, not a set
sign({}, set);
// @ts-expect-error the value must be a number of seconds
sign({}, key, { expiresIn: "1h" });
// @ts-expect-error there is no such option
new Signer(key, { algorithm: "HS256" });
// @ts-expect-error only the time can change from call to call
signer.sign({}, { expiresIn: 1 });
// @ts-expect-error there is no such algorithm
secretKey("a secret", "RS1");
// @ts-expect-error a number is not a secret
secretKey(1, "HS256");
// @ts-expect-error not an algorithm for secrets
secretKey("a secret", "EdDSA");
// @ts-expect-error RSA only verifies
generateKey("RS256");
generateKey("Ed25519");
verify("a.b.c", { kty: "RSA", n: "", e: "" }, { algorithms: ["RS256", "PS512"] });
// @ts-expect-error a set has no public part
publicKey(set);

// The other entries

same<Seen, Inspection>(true);
same<InspectError, TokenError>(true);
same<LegacyError, TokenError>(true);
const overdue: boolean = isOver("a.b.c", { now: 1 });
const old = verifyLegacy<{ id: number }>("a.b.c", ["a", new Uint8Array(1)], { algorithm: "HS256", salt: "b", now: 1 });
same<typeof old, { header: JoseHeader; payload: { id: number } }>(true);
same<ReturnType<typeof verifyLegacy>["payload"], unknown>(true);

// @ts-expect-error a secret is needed
verifyLegacy("a.b.c");
// @ts-expect-error a JWK is not a secret here
verifyLegacy("a.b.c", key);
// @ts-expect-error not one of itsdangerous' algorithms
verifyLegacy("a.b.c", "a", { algorithm: "EdDSA" });

// Passwords

const hash: string = hashPassword("correct horse");
const right: boolean = verifyPassword("correct horse", hash);
const due: boolean = needsRehash(hash);

// @ts-expect-error a password is a string
hashPassword(new Uint8Array(8));
// @ts-expect-error the caller cannot choose the cost
hashPassword("correct horse", { memory: 8 });
// @ts-expect-error the hash is needed
verifyPassword("correct horse");
// @ts-expect-error it is synchronous
hashPassword("correct horse").then;
// @ts-expect-error a record may have no hash
needsRehash(undefined);

const passwordCodes: Record<PasswordErrorCode, true> = {
  hash_not_usable: true,
  password_too_long: true,
  password_malformed: true,
  memory_exhausted: true,
};
try {
  verifyPassword("a", hash);
} catch (error) {
  if (error instanceof PasswordError) {
    const plainError: Error = error;
    same<typeof error.code, PasswordErrorCode>(true);
    // @ts-expect-error a wrong password is not an error
    if (error.code === "password_wrong") throw plainError;
  }
}

// The session

const client = createSession({ url: "https://login.example", refreshBefore: 30 });
createSession({
  url: "https://login.example",
  origins: ["https://api.example", { href: "https://api.example" }] as const,
});
createSession({
  url: { href: "https://login.example" },
  storage: { getItem: async () => null, setItem: async () => {}, removeItem() {} },
});
const current: string | undefined = client.token;
const until: Date | undefined = client.expiresAt;
const leave: () => void = client.on("ended", ({ reason }) => same<typeof reason, EndReason>(true));
const loggedIn: Promise<void> = client.login("alice", "a password");
const loginFailed = (error: unknown): SessionErrorCode | undefined =>
  error instanceof SessionError ? error.code : undefined;

// @ts-expect-error origins are a list
createSession({ url: "https://login.example", origins: "https://api.example" });
// @ts-expect-error an address is needed
createSession({});
// @ts-expect-error there is no such option
createSession({ url: "https://login.example", refreshAfter: 30 });
// @ts-expect-error a storage must have a method to remove an item
createSession({ url: "https://login.example", storage: { getItem: () => null, setItem() {} } });
// @ts-expect-error there is no such event
client.on("refresh", () => {});
// @ts-expect-error the event has no reason
client.on("refreshed", ({ reason }) => reason);
// @ts-expect-error the property is read-only
client.token = "a.b.c";
// @ts-expect-error a password is needed
client.login("alice");
// @ts-expect-error a SessionError has no public constructor
new SessionError();

// Errors

// @ts-expect-error only the package creates them
new TokenError();
// @ts-expect-error only the package creates them
new PasswordError("x");

const codes: Record<TokenErrorCode, true> = {
  token_malformed: true,
  token_algorithm_not_allowed: true,
  token_key_unknown: true,
  token_signature_invalid: true,
  token_expired: true,
  token_not_yet_valid: true,
  token_claim_invalid: true,
  key_invalid: true,
};
try {
  verify("a.b.c", key);
} catch (error) {
  if (error instanceof TokenError) {
    const plainError: Error = error;
    same<typeof error.code, TokenErrorCode>(true);
    const facts: [Date | undefined, Date | undefined, string | undefined] = [
      error.expiredAt,
      error.notBefore,
      error.claim,
    ];
    // @ts-expect-error there is no such code
    if (error.code === "ERR_JWT_EXPIRED") throw plainError;
    void facts;
  }
}
if (Math.random() > 1) {
  const error: unknown = compiled;
  if (error instanceof ModuleError) same<typeof error.code, "module_unavailable">(true);
}
const algorithm: Algorithm = "HS384";

void [
  hash,
  right,
  due,
  passwordCodes,
  claimed,
  head,
  signedSession,
  pair,
  coordinates,
  overdue,
  own,
  dates,
  left,
  over,
  legacy,
  date,
  signed,
  signedAgain,
  codes,
  algorithm,
];
