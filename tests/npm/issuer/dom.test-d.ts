// Compiled, never run: the types of the runtime fit, where they are known.
import { cacheApiStore, createVerifier } from "portcullis/issuer";
import { google } from "portcullis/issuer/presets";

const issuers = [google({ audience: "app" })];
const verifier = createVerifier(issuers, { fetch });
createVerifier(issuers, {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: "Bearer x" } }),
});
verifier.authenticate(new Request("https://api.example"));
export const store = async () => cacheApiStore(await caches.open("keys"));
