// Serves the requests. Rust decides everything. This module turns Rust's answers into
// responses. After a panic it restarts the Rust instance and repeats the other pending requests.
//
// A GET or HEAD request goes first to `exchange_answer` (crates/worker/src/exchange.rs): one
// synchronous call, with all text in the module's memory. Every other request goes to `serve`
// (crates/worker/src/pending_request.rs), which is async.
import { mounted, ours } from "./environment.js";
import Rust from "./glue.js";

// Rust's raw exports are methods of the class that worker-build generates. This module must not
// export the class: anyone with a binding to this Worker could call the methods.
const rust = Rust.prototype;
// The state that worker-build's code keeps: `instanceId` changes with each new Rust instance, and
// `criticalError` is true from a trap until the constructor has created the next instance.
const state = globalThis.__worker_init_state;

// As in crates/worker/src/exchange.rs. tests/worker/rust-numbers.test.mjs compares the numbers.
const ELSEWHERE = 0;
const READ = 1;
const STALE = 2;
const NOT_CACHED = 3;
const CONFIGURE = 4;
const IDENTIFY = 5;
const PAGE = 6;
const FIRST_HEAD = 7;
// As in crates/worker/src/fast.rs.
const ASKED = 0;
const FOUND = 1;
const ABSENT = 2;
const UNAVAILABLE = 3;
const PANICKED = 4;
const INTERRUPTED = 5;

/** How long KV may take to answer, as in crates/worker/src/timeout.rs; milliseconds. */
const TIMEOUT = 5000;
/** Longer than a healthy request ever waits; milliseconds. */
const LONGEST_REQUEST = 30_000;
/** Longer than any `CF-Ray` or `CF-Connecting-IP` of Cloudflare; characters. */
const LONGEST_CLIENT_HEADER = 64;
/** The longest body, as in crates/worker/src/body.rs; bytes. */
const LONGEST_BODY = 8192;

// --- The exchange with Rust

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

let attached; // the id of the instance that `memory` belongs to
let memory;
let room;
let input;
let facts;
let bytes;
let heads; // status and headers for `new Response`, by Rust's numbers

function refreshViews() {
  bytes = new Uint8Array(memory.buffer);
  input = new Uint8Array(memory.buffer, rust.exchange_input(), room);
  facts = new Uint32Array(memory.buffer, rust.exchange_facts(), 4);
}

/** Tells the Rust instance its number and where it is mounted. */
export function attach() {
  do {
    attached = state.instanceId;
    memory = rust.exchange_attach(attached); // this call can create a new instance
  } while (attached !== state.instanceId);
  if (mounted !== undefined) rust.exchange_mount(mounted.path, mounted.prefix);
  heads = [];
  room = rust.exchange_room();
  refreshViews();
}

/** Asks Rust about a request that arrived at `started`, in milliseconds since the epoch. */
function exchange(request, env, event, started, record = "") {
  if (bytes.length === 0) refreshViews(); // views become empty when the memory grows
  const length = encoder.encodeInto(request, input).written;
  const recordLength = record === "" ? 0 : encoder.encodeInto(record, input.subarray(length)).written;
  const now = event === ASKED ? started : Date.now();
  const outcome = rust.exchange_answer(attached, length, event, recordLength, now, started);
  if (outcome !== CONFIGURE) return outcome;
  rust.exchange_configure(length, env);
  return rust.exchange_answer(attached, length, event, recordLength, now, started);
}

/** The headers that only a log line needs. Most requests write no line, and reading a header costs time. */
function clientText({ headers }) {
  const header = (name) => headers.get(name)?.slice(0, LONGEST_CLIENT_HEADER) ?? "";
  return `\n${header("cf-ray")}\n${header("cf-connecting-ip")}`;
}

/** Whether the input has room for the text and the client's headers, at most 3 bytes per UTF-16 unit. */
const fits = (request, record = "") => 3 * (request.length + record.length + 2 * LONGEST_CLIENT_HEADER + 2) <= room;

/** Reads the text whose address and length are at `fact`: 0 for the answer, 2 for its head. */
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
  // If Rust gave no answer, the text in the memory belongs to another request.
  if (!(outcome === NOT_CACHED || outcome >= FIRST_HEAD)) return new Response(null, { status: 500 });
  if (outcome !== NOT_CACHED) heads[outcome] ??= readHead();
  const head = outcome === NOT_CACHED ? readHead() : heads[outcome];
  // The body is a string: copying the bytes, and later collecting the copy, would take more time.
  return new Response(textAt(0), head);
}

// --- Synchronous answers

export function fetch(request, wholeEnv, context) {
  const env = ours(wholeEnv);
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
  if (outcome === PAGE && env.ASSETS !== undefined) return servePage(request, env);
  return outcome === ELSEWHERE || outcome === PAGE ? serve(request, env) : respond(outcome);
}

function requestText({ method, url, headers }, env) {
  const header = (name) => headers.get(name) ?? "";
  // Reading a header costs time, and `Origin` matters only if origins are configured.
  const origin = env.CORS_ORIGINS === undefined ? "" : header("origin");
  return `${method} ${url}\n${header("authorization")}\n${origin}`;
}

/** A request text that always fits and is enough to report a failure. */
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
    // KV failed or timed out: `event` stays UNAVAILABLE, and Rust answers.
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

// --- The page of a mounted Worker

/** Serves a file of the page. The files lie at the root of the assets, so their paths begin below the mount. */
async function servePage(request, env) {
  const url = new URL(request.url);
  // The page's links are relative, so they need the slash.
  if (url.pathname === mounted.path) return redirect(`${mounted.path}/${url.search}`);
  if (!url.pathname.startsWith(`${mounted.path}/`)) return serve(request, env);
  url.pathname = url.pathname.slice(mounted.path.length);
  const file = await env.ASSETS.fetch(new Request(url, request));
  if (file.status === 404) return serve(request, env);
  const location = file.headers.get("location");
  return location?.startsWith("/") ? redirect(mounted.path + location) : file;
}

const redirect = (location) => new Response(null, { status: 307, headers: { location } });

// --- Async routes, and their restart after a panic

const pendingRequests = new Set();
let polled; // the request that Rust polls now, or polled when its instance ended
// The arguments for the constructor of worker-build's class, which creates a new instance.
let latestEnv;
let latestContext;

/** See crates/worker/src/pending_request.rs. */
class PendingRequest {
  repeatable = true;

  /** Rust calls this before and after each poll of the request. */
  polled(now) {
    polled = now ? this : undefined;
  }

  /** Rust calls this if the request must not be served a second time. */
  once() {
    this.repeatable = false;
  }

  /** The response, or PANICKED or INTERRUPTED if the instance ended before there was one. */
  async serve(request, env) {
    // The runtime ends a request that waits for nothing of its own, and the result that this
    // request waits for may have gone to an ended instance. So the request also waits for a timer.
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

/** The body if it can be sent again, null if there is no body, undefined if it must not be kept. */
async function keptBody(request) {
  if (request.body === null || request.method === "GET" || request.method === "HEAD") return null;
  const length = request.headers.get("content-length");
  if (length === null || !(Number(length) <= LONGEST_BODY)) return undefined;
  return request.arrayBuffer().catch(() => undefined);
}

/**
 * If the Rust instance has ended, creates a new instance and ends all pending requests of the old
 * instance. Returns whether the instance had ended.
 */
function restartInstance() {
  const ended = polled;
  polled = undefined;
  if (state.criticalError) {
    if (latestContext === undefined) return false;
    new Rust(latestContext, latestEnv);
  } else rust.exchange_room(); // if only wasm-bindgen noticed the end, any call creates the instance
  if (state.instanceId === attached) return false;
  attach();
  const lost = [...pendingRequests];
  pendingRequests.clear();
  for (const pending of lost) pending.end(pending === ended ? PANICKED : INTERRUPTED);
  return true;
}

// Futures run in microtasks outside of any request, so no request catches their exceptions.
addEventListener("error", restartInstance);
addEventListener("unhandledrejection", restartInstance);

attach();
