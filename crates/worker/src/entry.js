// What the runtime calls. Rust decides everything: here its answers are made into responses, and a
// request that another one's panic would take along is served again.
//
// A request goes first to `exchange_answer` (crates/worker/src/exchange.rs): one call, with all text in the
// module's memory. What that does not answer goes to `serve` (crates/worker/src/pending_request.rs), which is async.
import Rust from "./index.js";

// Raw exports. They stand on the class that worker-build makes, whose methods anyone with a binding
// to this Worker could call; but the class is not exported here, so nobody can.
const rust = Rust.prototype;
const state = globalThis.__worker_init_state;

// As in crates/worker/src/exchange.rs. tests/worker/rust-numbers.test.mjs compares these numbers with Rust's.
const ELSEWHERE = 0;
const READ = 1;
const STALE = 2;
const NOT_CACHED = 3;
const CONFIGURE = 4;
const IDENTIFY = 5;
const FIRST_HEAD = 6;
// As in crates/worker/src/fast.rs.
const ASKED = 0;
const FOUND = 1;
const ABSENT = 2;
const UNAVAILABLE = 3;
const PANICKED = 4;
const INTERRUPTED = 5;

/** How long the users' store has to answer, as in crates/worker/src/patience.rs; milliseconds. */
const TIMEOUT = 5000;
/** Longer than any wait of a request that is well; milliseconds. */
const LONGEST_REQUEST = 30_000;
/** Longer than any address or name of a request; characters. */
const LONGEST_CLIENT_HEADER = 64;
/** The longest body, as in crates/worker/src/body.rs; bytes. */
const LONGEST_BODY = 8192;

// --- The exchange with Rust

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

let attached; // the instance whose memory this is
let memory;
let room;
let input;
let facts;
let bytes;
let heads; // what `new Response` takes beside a body, by Rust's numbers

function refreshViews() {
  bytes = new Uint8Array(memory.buffer);
  input = new Uint8Array(memory.buffer, rust.exchange_input(), room);
  facts = new Uint32Array(memory.buffer, rust.exchange_facts(), 4);
}

function attach() {
  do {
    attached = state.instanceId;
    memory = rust.exchange_attach(attached); // in which a new instance may be made
  } while (attached !== state.instanceId);
  heads = [];
  room = rust.exchange_room();
  refreshViews();
}

/** Asks Rust about a request, which came at `started`. */
function exchange(request, env, event, started, record = "") {
  if (bytes.length === 0) refreshViews(); // a memory that grew leaves its old views empty
  const length = encoder.encodeInto(request, input).written;
  const recordLength = record === "" ? 0 : encoder.encodeInto(record, input.subarray(length)).written;
  const now = event === ASKED ? started : Date.now();
  const outcome = rust.exchange_answer(attached, length, event, recordLength, now, started);
  if (outcome !== CONFIGURE) return outcome;
  rust.exchange_configure(length, env);
  return rust.exchange_answer(attached, length, event, recordLength, now, started);
}

/** The headers of the log's line, which most requests do not have: reading a header costs. */
function clientText({ headers }) {
  const header = (name) => headers.get(name)?.slice(0, LONGEST_CLIENT_HEADER) ?? "";
  return `\n${header("cf-ray")}\n${header("cf-connecting-ip")}`;
}

/** Room for the text in any case, with the client's headers. */
const fits = (request, record = "") => 3 * (request.length + record.length + 2 * LONGEST_CLIENT_HEADER + 2) <= room;

/** The text whose address and length stand at `fact`: 0 for the answer's, 2 for its head. */
function textAt(fact) {
  if (facts.length === 0) refreshViews();
  const start = facts[fact];
  return decoder.decode(bytes.subarray(start, start + facts[fact + 1]));
}

function readHead() {
  const [status, ...lines] = textAt(2).split("\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return { status: Number(status), headers: new Headers(headers) };
}

function respond(outcome) {
  // Without an answer, the text in the memory belongs to another request.
  if (!(outcome === NOT_CACHED || outcome >= FIRST_HEAD)) return new Response(null, { status: 500 });
  if (outcome !== NOT_CACHED) heads[outcome] ??= readHead();
  const head = outcome === NOT_CACHED ? readHead() : heads[outcome];
  // As text: a copy of the bytes costs more, and more again when it is collected.
  return new Response(textAt(0), head);
}

// --- What is answered at once

function fetch(request, env, context) {
  latestEnv = env;
  latestContext = context;
  if (state.criticalError || state.instanceId !== attached) restartInstance();
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return serve(request, env);
  const asked = requestText(request, env);
  if (!fits(asked)) return serve(request, env);
  const started = Date.now();
  const outcome = answer(asked, request, env, ASKED, started);
  if (outcome === READ) return answerWithRecord(asked, textAt(0), request, env, started);
  return outcome === ELSEWHERE ? serve(request, env) : respond(outcome);
}

function requestText({ method, url, headers }, env) {
  const header = (name) => headers.get(name) ?? "";
  // Each look at a header costs; this one's value matters only where there is a list.
  const origin = env.CORS_ORIGINS === undefined ? "" : header("origin");
  return `${method} ${url}\n${header("authorization")}\n${origin}`;
}

/** A text that always fits and is enough to report a failure. */
const shortText = ({ method, url }) => `${method} ${url.slice(0, 1024)}\n\n`;

/** Calls into the module; if the call panics, restarts the module and reports the panic. */
function answer(asked, request, env, event, started, record) {
  for (;;) {
    let outcome;
    try {
      outcome = exchange(asked, env, event, started, record);
      if (outcome === IDENTIFY) outcome = exchange(asked + clientText(request), env, event, started, record);
    } catch (error) {
      // After PANICKED, the call does nothing that could panic again.
      if (event === PANICKED || !restartInstance()) throw error;
      event = PANICKED;
      continue;
    }
    if (outcome !== STALE) return outcome;
    if (!restartInstance()) attach();
  }
}

async function answerWithRecord(asked, key, request, env, started) {
  let event = UNAVAILABLE;
  let record;
  try {
    record = await withTimeout(env.USERS.get(key));
    event = record === null ? ABSENT : FOUND;
  } catch {
    // Rust says what that means.
  }
  if (event !== FOUND) record = "";
  if (!fits(asked, record)) return serve(request, env);
  const outcome = answer(asked, request, env, event, started, record);
  return outcome === ELSEWHERE ? serve(request, env) : respond(outcome);
}

function withTimeout(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, TIMEOUT);
    const settle = (settled) => (value) => {
      clearTimeout(timer);
      settled(value);
    };
    promise.then(settle(resolve), settle(reject));
  });
}

// --- Async routes, and their restart after a panic

const pendingRequests = new Set();
let polled; // the request that Rust polls now, or polled when its instance ended
// The arguments of worker-build's class, whose constructor makes a new instance.
let latestEnv;
let latestContext;

/** See crates/worker/src/pending_request.rs. */
class PendingRequest {
  repeatable = true;

  polled(now) {
    polled = now ? this : undefined;
  }

  once() {
    this.repeatable = false;
  }

  /** The response, or PANICKED or INTERRUPTED if the instance has ended meanwhile. */
  async serve(request, env) {
    // The runtime ends a request that waits for nothing of its own. The result that this request
    // waits for may have gone to an instance that has ended.
    const own = setTimeout(() => {}, LONGEST_REQUEST);
    try {
      return await new Promise((resolve, reject) => {
        this.end = resolve;
        pendingRequests.add(this);
        rust.serve(request, env, this).then(resolve, reject);
      });
    } catch (error) {
      polled = this;
      if (restartInstance()) return PANICKED;
      throw error;
    } finally {
      pendingRequests.delete(this);
      clearTimeout(own);
    }
  }
}

async function serve(request, env) {
  const started = Date.now();
  const body = await keptBody(request);
  let interrupted = false;
  for (;;) {
    const pending = new PendingRequest();
    const outcome = await pending.serve(body ? new Request(request, { body }) : request, env);
    if (outcome instanceof Response) return outcome;
    const again = outcome === INTERRUPTED && pending.repeatable && body !== undefined && !interrupted;
    if (!again) return respond(answer(shortText(request), request, env, outcome, started));
    interrupted = true;
  }
}

/** The body if it can be sent again, null if there is none to send, undefined if it cannot. */
async function keptBody(request) {
  if (request.body === null || request.method === "GET" || request.method === "HEAD") return null;
  const length = request.headers.get("content-length");
  if (length === null || !(Number(length) <= LONGEST_BODY)) return undefined;
  return request.arrayBuffer().catch(() => undefined);
}

/**
 * If the Rust instance has ended, makes a new one and tells all pending requests of the old one.
 * Returns whether the instance had ended.
 */
function restartInstance() {
  const ended = polled;
  polled = undefined;
  if (state.criticalError) {
    if (latestContext === undefined) return false;
    new Rust(latestContext, latestEnv);
  } else rust.exchange_room(); // wasm-bindgen makes one where worker-build has noticed nothing
  if (state.instanceId === attached) return false;
  attach();
  const lost = [...pendingRequests];
  pendingRequests.clear();
  for (const pending of lost) pending.end(pending === ended ? PANICKED : INTERRUPTED);
  return true;
}

// Futures run in microtasks outside of any request, so no request catches what they throw.
addEventListener("error", restartInstance);
addEventListener("unhandledrejection", restartInstance);

attach();

export { Account } from "./index.js";
export default { fetch };
