// Compiled, never run: asserts types of portcullis/issuer, and that wrong calls do not compile.
import { createVerifier, memoryStore } from "portcullis/issuer";
import type { IssuerAlgorithm, JwtClaims, KeyEvent, StandardSchemaV1, StoredSet } from "portcullis/issuer";
import { cognito, entra, google } from "portcullis/issuer/presets";

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

interface Person {
  email: string;
}
declare const schema: StandardSchemaV1<unknown, Person>;

const algorithms = ["RS256"] as const;
const audience = ["api"] as const;
const own = { issuer: "https://id.example", keys: { discover: true }, algorithms, audience, token: "access" } as const;

export async function results(): Promise<void> {
  const plain = await createVerifier([google({ audience: "app" }), own]).verify("a.b.c");
  if (plain.ok) {
    same<typeof plain.claims, JwtClaims>(true);
    same<typeof plain.alg, IssuerAlgorithm>(true);
  } else if (plain.kind === "keys") {
    same<typeof plain.retryAfter, number>(true);
  } else {
    same<typeof plain.kind, "token">(true);
    same<typeof plain.claim, string | undefined>(true);
    // @ts-expect-error there is nothing to wait for
    plain.retryAfter;
  }
  // @ts-expect-error claims exist only if the token is right
  plain.claims;

  const person = await createVerifier([google({ audience, claims: schema })]).authenticate({ headers: {} });
  if (person.ok) same<typeof person.claims, Person>(true);
  else if (person.kind === "request") same<typeof person.code, "token_missing" | "request_malformed">(true);

  const either = await createVerifier([{ ...own, claims: schema }, cognito({ userPoolId: "a", clientId: "b" })]).verify(
    "",
  );
  if (either.ok) same<typeof either.claims, Person | JwtClaims>(true);
}

const onEvent = (event: KeyEvent): string =>
  event.type === "keys_refreshed" ? `${event.keys} keys of ${event.issuer}` : event.type;
const store = { get: async (): Promise<StoredSet | undefined> => undefined, put: async (): Promise<void> => {} };
createVerifier([own], { onEvent, store, maxAge: 60, staleIfError: 0 });
createVerifier([own], { store: memoryStore() });
createVerifier([{ ...own, audience: { unchecked: "there is one application only" } }]);
createVerifier([{ ...own, from: ["bearer", { cookie: "token" }] }]);
entra({ tenants: "any", audience: "app", version: 1, token: "id", leeway: 5 });

// @ts-expect-error the audience is missing
createVerifier([{ issuer: "a", keys: { discover: true }, algorithms, token: "id" }]);
// @ts-expect-error the algorithms are missing
createVerifier([{ issuer: "a", keys: { discover: true }, audience, token: "id" }]);
// @ts-expect-error the kind of token is missing
createVerifier([{ issuer: "a", keys: { discover: true }, algorithms, audience }]);
// @ts-expect-error an HMAC has no published key
createVerifier([{ ...own, algorithms: ["HS256"] }]);
// @ts-expect-error the reason is missing
createVerifier([{ ...own, audience: { unchecked: true } }]);
// @ts-expect-error the policy has no such option
createVerifier([own], { cacheMaxAge: 1 });
// @ts-expect-error the audience is missing
google({});
// @ts-expect-error there is no such option
google({ audience, audiance: "app" });
// @ts-expect-error there is no such version
entra({ tenants: "any", audience, version: 3 });
