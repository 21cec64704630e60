// Our part of the runtime's environment: all of it, or the part with our prefix if this Worker is mounted in another
// Worker. Rust reads and checks the settings; this module only renames them.

/** Where this Worker is mounted: `{ path, prefix, issuer, bindings }`. Undefined if it is a Worker of its own. */
export let mounted;

/** Keeps the mount for the requests and the objects of this isolate. */
export function setMounted(mount) {
  mounted = mount;
}

// The runtime passes the same environment to every request of an isolate.
const parts = new WeakMap();

/** Our part of an environment, under the names that Rust knows. */
export function ours(env) {
  if (mounted === undefined) return env;
  if (!parts.has(env)) parts.set(env, partOf(env));
  return parts.get(env);
}

function partOf(env) {
  const { prefix, issuer, bindings } = mounted;
  // Without a prototype, because the other Worker's names are arbitrary.
  const part = { __proto__: null };
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(prefix)) part[name.slice(prefix.length)] = value;
  }
  for (const [name, outside] of Object.entries(bindings)) part[name] = env[outside];
  part.TOKEN_ISSUER ??= issuer;
  return part;
}
