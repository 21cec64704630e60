// Compiled, never run, where no framework is installed: the types need none.
import { requireUser as ofExpress } from "portcullis/express";
import { requireUser as ofFastify } from "portcullis/fastify";
import { requireUser as ofHono } from "portcullis/hono";
import { requireScopes, toResponse } from "portcullis/issuer";
import type { IssuerVerifier, JwtClaims } from "portcullis/issuer";

declare const verifier: IssuerVerifier;
ofExpress({ verifier });
ofFastify({ verifier });
ofHono({ verifier });

export async function answer(): Promise<object | JwtClaims> {
  const result = requireScopes(await verifier.authenticate({ headers: {} }), ["read"]);
  if (result.ok) return result.claims;
  if (result.kind === "scope") result.scopes.join();
  // @ts-expect-error a right token has no failure
  toResponse({ ok: true });
  return toResponse(result, { realm: "notes", scopes: "read" });
}
