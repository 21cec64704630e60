// The Worker. It exports handlers and classes only: wrangler and Cloudflare's Vite plugin take every other export for an
// entry point. Each export is written by name, because Cloudflare's Vitest plugin reads the names from this text.
import { WorkerEntrypoint } from "cloudflare:workers";
import { fetch } from "./entry.js";
import { ours } from "./environment.js";
import { Account as RustAccount } from "./glue.js";

/** The Durable Object class of the binding ACCOUNTS. */
export class Account extends RustAccount {
  constructor(state, env) {
    super(state, ours(env));
  }
}

/** The entry point for other Workers' service bindings. It has no methods yet. */
export class Portcullis extends WorkerEntrypoint {}

export default { fetch };
