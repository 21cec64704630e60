// The types of the runtime come from your project: run `npx wrangler types`, or install @cloudflare/workers-types.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

/** The Worker: the routes of the login. The runtime serves the page itself, from the assets in `portcullis/www`. */
declare const worker: {
  fetch(request: Request, env: unknown, context: ExecutionContext): Response | Promise<Response>;
};
export default worker;

/**
 * The Durable Object class of the binding `ACCOUNTS`. Export it from your Worker's main module, and list it in
 * `new_sqlite_classes` of a migration. Only this package calls the objects.
 */
export class Account extends DurableObject<unknown> {
  constructor(state: DurableObjectState, env: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

/** The entry point for service bindings of other Workers. It has no methods yet. */
export class Portcullis extends WorkerEntrypoint<unknown> {}
