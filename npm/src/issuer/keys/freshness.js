// How long an answer counts as fresh (RFC 9111 §4.2), within the limits of this package. All values are in seconds.

const SHORTEST = 60;
const USUAL = 600;

const DIRECTIVE = /(?:^|[\s,])(max-age|no-cache|no-store)(?:\s*=\s*"?(\d{1,9})"?)?(?=[\s,]|$)/gi;

/** Returns the lifetime of an answer with these headers: max-age less Age, between one minute and `longest`. */
export function lifetime(headers, longest) {
  let found;
  for (const [, name, value] of (headers.get("cache-control") ?? "").matchAll(DIRECTIVE)) {
    const isMaxAge = name.toLowerCase() === "max-age";
    // A max-age without a number says nothing. Of several directives the shortest counts.
    if (isMaxAge && value === undefined) continue;
    found = Math.min(found ?? Infinity, isMaxAge ? Number(value) : 0);
  }
  const age = /^\d{1,9}$/.test(headers.get("age") ?? "") ? Number(headers.get("age")) : 0;
  return Math.min(Math.max(found === undefined ? USUAL : found - age, SHORTEST), longest);
}
