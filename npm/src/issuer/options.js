// Reads the issuers and the policy. The module checks what it is passed on; here is the rest.
import { flag, isObject, kind, readOptions } from "../options.js";
import { isCloudflare, separatesRequests, systemClock } from "./clock.js";
import { discoveryUrl, keyUrl } from "./keys/location.js";
import { BEARER_ONLY, isPlace, placeName } from "./request.js";

const within = (least, most, unit) =>
  kind(`a number of ${unit} from ${least} to ${most}`, (value) =>
    Number.isFinite(value) && value >= least && value <= most ? value : undefined,
  );
const isFunction = (value) => typeof value === "function";
const call = /* @__PURE__ */ kind("a function", (value) => (isFunction(value) ? value : undefined));
const withMethods = (...names) =>
  kind(`an object with the methods ${names.join(", ")}`, (value) =>
    isObject(value) && names.every((name) => isFunction(value[name])) ? value : undefined,
  );

const policyKinds = () => ({
  __proto__: null,
  maxAge: within(60, 86_400, "seconds"),
  staleIfError: within(0, 86_400, "seconds"),
  cooldown: within(1, 3600, "seconds"),
  timeout: within(0.1, 60, "seconds"),
  maxBytes: within(1024, 1 << 22, "bytes"),
  fetch: call,
  store: withMethods("get", "put"),
  clock: withMethods("now", "elapsed", "after"),
  onEvent: call,
  allowLoopback: flag,
});

/** Returns the policy with every option. */
export function readPolicy(policy) {
  const given = readOptions(policy, policyKinds());
  return {
    maxAge: 3600,
    staleIfError: 3600,
    cooldown: 30,
    timeout: 5,
    maxBytes: 256 * 1024,
    // Looks up `fetch` at each call, and calls it on the global object because browsers require that.
    fetch: (input, init) => globalThis.fetch(input, init),
    clock: systemClock,
    allowLoopback: false,
    ...given,
    random: Math.random,
    separatesRequests: separatesRequests(),
    hasSharedCache: isCloudflare(),
  };
}

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

const KEYS = 'the member "keys" must be { jwksUri }, { discover: true } or { jwks }';

/** Returns where the keys of an issuer are: `jwks`, or the `url` and with discovery the `hosts`. */
function readPlace(keys, issuer, allowLoopback, wrong) {
  if (!isObject(keys)) throw wrong(KEYS);
  const [jwksUri, discover, jwks, hosts] = ["jwksUri", "discover", "jwks", "hosts"].map((name) => own(keys, name));
  if ([jwksUri, discover, jwks].filter((value) => value !== undefined).length !== 1) throw wrong(KEYS);
  if (jwks !== undefined) {
    if (!isObject(jwks)) throw wrong('the member "keys.jwks" must be a JWK Set');
    return { jwks };
  }
  if (discover !== undefined && (discover !== true || typeof issuer !== "string"))
    throw wrong("keys.discover must be true, and needs an issuer that is one string");
  const url = keyUrl(discover ? discoveryUrl(issuer) : jwksUri, allowLoopback);
  if (url === undefined)
    throw wrong("the keys must be at an https URL without a user and a fragment (policy.allowLoopback is for tests)");
  if (!discover) return { url: url.href };
  if (hosts !== undefined && !(Array.isArray(hosts) && hosts.every((host) => typeof host === "string")))
    throw wrong('the member "keys.hosts" must be a list of host names');
  return { url: url.href, hosts: [url.host, ...(hosts ?? [])] };
}

const ALGORITHMS = ["RS", "PS", "ES"].flatMap((family) => ["256", "384", "512"].map((hash) => family + hash));
ALGORITHMS.push("EdDSA", "Ed25519");

/** The issuer in events and errors. */
const nameOf = (issuer) => (Array.isArray(issuer) ? issuer[0] : isObject(issuer) ? issuer.template : issuer);

function readIssuer(given, index, allowLoopback) {
  const wrong = (problem) => new TypeError(`issuers[${index}]: ${problem}`);
  if (!isObject(given)) throw wrong("it must be an object");
  // Members of the prototype do not count.
  const {
    keys,
    claims: schema,
    from = BEARER_ONLY,
    claimValues,
    refusedValues = {},
    ...rest
  } = {
    __proto__: null,
    ...given,
  };
  if (schema !== undefined && !isFunction(schema?.["~standard"]?.validate))
    throw wrong('the member "claims" must be a Standard Schema. Use "claimValues" for values that claims must have.');
  if (!Array.isArray(from) || from.length === 0 || !from.every(isPlace))
    throw wrong('the member "from" must be a list of "bearer", { header } or { cookie }');
  if (!isObject(refusedValues)) throw wrong('the member "refusedValues" must be an object');
  const { algorithms } = rest;
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every((alg) => ALGORITHMS.includes(alg)))
    throw wrong(`the member "algorithms" must be a list of ${ALGORITHMS.join(", ")}`);
  const place = readPlace(keys, rest.issuer, allowLoopback, wrong);
  return {
    place: { issuer: nameOf(rest.issuer), ...place },
    schema,
    refused: Object.entries(refusedValues),
    from: new Map(from.map((where) => [placeName(where), where])),
    core: { ...rest, ...(claimValues !== undefined && { claims: claimValues }) },
  };
}

/** Reads the issuers. `core` of each is for the module. */
export function readIssuers(issuers, { allowLoopback }) {
  if (!Array.isArray(issuers) || issuers.length === 0)
    throw new TypeError("the issuers must be a list of at least one");
  return Array.from(issuers, (issuer, index) => readIssuer(issuer, index, allowLoopback));
}
