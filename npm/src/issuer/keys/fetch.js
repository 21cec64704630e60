// Fetches JSON with limits on everything that a server could stretch.
import { KeysFailure } from "../failure.js";

const JSON_TYPE = /^\s*application\/(?:jwk-set\+)?json\s*(?:;|$)/i;
const ACCEPT = "application/jwk-set+json, application/json";

const unreachable = (message) => new KeysFailure("keys_unreachable", message);
const malformed = (message) => new KeysFailure("keys_malformed", message);

// workerd before its compatibility date 2024-11-11 throws for a cache mode. Asked once, and not when the module loads.
let hasCacheModes;
function cacheMode(isCached) {
  if (isCached) return {};
  if (hasCacheModes === undefined) {
    try {
      hasCacheModes = Boolean(new Request("https://issuer.example", { cache: "no-store" }));
    } catch {
      hasCacheModes = false;
    }
  }
  return hasCacheModes ? { cache: "no-store" } : {};
}

/** Reads a body of at most `most` bytes. */
async function readBody(body, most, url) {
  const reader = body?.getReader();
  const chunks = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw malformed(`${url} answered with more than ${most} bytes`);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed(`${url} did not answer in UTF-8`);
  }
}

async function get(url, { fetch, maxBytes, isCached, signal }) {
  const response = await fetch(url, {
    headers: { accept: ACCEPT },
    // Not "error": workerd does not support it. A redirect then has a status other than 200.
    redirect: "manual",
    signal,
    ...cacheMode(isCached),
  });
  const refuse = (failure) => {
    response.body?.cancel().catch(() => {});
    throw failure;
  };
  const { status, headers } = response;
  if (status === 0 || (status >= 300 && status < 400)) refuse(unreachable(`${url} redirects, which is not followed`));
  if (status !== 200) refuse(unreachable(`${url} answered with status ${status}`));
  if (!JSON_TYPE.test(headers.get("content-type") ?? "")) refuse(malformed(`${url} did not answer with JSON`));
  return { text: await readBody(response.body, maxBytes, url), headers };
}

/**
 * Runs `work(get)` within `timeout` seconds in total. `get(url)` returns the text and the headers of an answer, or
 * throws a KeysFailure. `isCached` allows an answer of the runtime's cache.
 */
export async function fetching({ fetch, maxBytes, timeout, isCached, clock }, work) {
  const stop = new AbortController();
  let cancel;
  const late = new Promise((_, reject) => {
    cancel = clock.after(timeout, () => {
      reject(unreachable(`there was no whole answer within ${timeout} seconds`));
      stop.abort();
    });
  });
  const getter = async (url) => {
    try {
      return await get(url, { fetch, maxBytes, isCached, signal: stop.signal });
    } catch (error) {
      if (error instanceof KeysFailure) throw error;
      throw unreachable(`${url} cannot be reached (${error?.cause?.code ?? error?.name})`);
    }
  };
  try {
    // A fetch that ignores the signal is left behind.
    return await Promise.race([work(getter), late]);
  } finally {
    cancel();
  }
}
