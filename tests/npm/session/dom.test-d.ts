// Compiled with the DOM's types, never run.
import { createSession } from "portcullis/session";

const session = createSession({ url: new URL("https://login.example"), storage: localStorage, fetch });
createSession({ url: location, origins: [new URL("https://api.example"), location.origin] });
createSession({ url: location, storage: sessionStorage, fetch: session.fetch });
const response: Promise<Response> = session.fetch("/me", { method: "POST", signal: AbortSignal.timeout(5) });
const asFetch: typeof fetch = session.fetch;

// @ts-expect-error the address is missing
session.fetch(7);
// @ts-expect-error there is no fetch
createSession({ url: location, fetch: () => "text" });
