// Mounts this Worker in another Worker. A module of its own, because the module of a Worker may export only handlers and
// classes.
import { attach, fetch } from "./entry.js";
import { mounted, setMounted } from "./environment.js";

// One or more parts without characters that a URL would escape, or the root.
const PATH = /^(?:\/|(?:\/[\w~-][\w.~-]*)+)$/;
const PREFIX = /^[A-Z][A-Z0-9_]*_$/;
const BINDINGS = ["USERS", "ACCOUNTS", "LOGIN_LIMITER", "ASSETS"];

const isText = (value) => typeof value === "string" && value !== "";
const isBindings = (value) =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(([name, outside]) => BINDINGS.includes(name) && isText(outside));

const OPTIONS = {
  __proto__: null,
  path: [(value) => isText(value) && PATH.test(value), 'a path such as "/auth", without a slash at the end'],
  prefix: [(value) => isText(value) && PREFIX.test(value), 'a prefix such as "PORTCULLIS_"'],
  issuer: [(value) => value === undefined || isText(value), "a text"],
  bindings: [
    (value) => value === undefined || isBindings(value),
    `an object that maps ${BINDINGS.join(", ")} to names of your environment`,
  ],
};

function check(options) {
  const unknown = Object.keys(options).find((name) => OPTIONS[name] === undefined);
  if (unknown !== undefined) throw new TypeError(`the option "${unknown}" of mount() does not exist`);
  for (const [name, [isValid, description]] of Object.entries(OPTIONS)) {
    if (!isValid(options[name])) throw new TypeError(`the option "${name}" of mount() must be ${description}`);
  }
}

/** See mount.d.ts. */
export function mount(options) {
  check(options);
  const { path, prefix, issuer, bindings = {} } = options;
  const next = { path: path === "/" ? "" : path, prefix, issuer, bindings: { ...bindings } };
  // A development server can run a changed module a second time, with the same options.
  if (mounted !== undefined && JSON.stringify(mounted) !== JSON.stringify(next)) {
    throw new Error(
      `Portcullis is already mounted at ${mounted.path || "/"} with the prefix ${mounted.prefix}. A Worker can mount it only once: remove the second call of mount().`,
    );
  }
  setMounted(next);
  attach();
  return { fetch };
}
