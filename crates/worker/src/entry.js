// What the runtime calls. Rust decides everything: here its answers are made into responses, and a
// request that another one's panic would take along is served again.
//
// A request goes first to `exchange_answer` (crates/worker/src/exchange.rs): one call, with all text in the
// module's memory. What that does not answer goes to `serve` (crates/worker/src/flight.rs), which is async.
import Rust from "./index.js";

// Raw exports. They stand on the class that worker-build makes, whose methods anyone with a binding
// to this Worker could call; but the class is not exported here, so nobody can.
const rust = Rust.prototype;
const state = globalThis.__worker_init_state;

// As in crates/worker/src/exchange.rs. tests/worker/rust-numbers.test.mjs compares these numbers with Rust's.
const ELSEWHERE = 0;
const READ = 1;
const STALE = 2;
const UNKEPT = 3;
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
const PATIENCE = 5000;
/** Longer than any wait of a request that is well; milliseconds. */
const LONGEST_FLIGHT = 30_000;
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

function look() {
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
  look();
}

/** Asks Rust about a request, which came at `started`. */
function ask(request, env, event, started, record = "") {
  if (bytes.length === 0) look(); // a memory that grew leaves its old views empty
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
  if (facts.length === 0) look();
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
  // What is no answer has no text of its own: whatever stands there is someone else's.
  if (!(outcome === UNKEPT || outcome >= FIRST_HEAD)) return new Response(null, { status: 500 });
  const head = outcome === UNKEPT ? readHead() : (heads[outcome] ??= readHead());
  // As text: a copy of the bytes costs more, and more again when it is collected.
  return new Response(textAt(0), head);
}

// --- What is answered at once

function fetch(request, env, context) {
  latestEnv = env;
  latestContext = context;
  if (state.criticalError || state.instanceId !== attached) bury();
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

/** What is enough to say that it failed, and fits in any case. */
const shortText = ({ method, url }) => `${method} ${url.slice(0, 1024)}\n\n`;

/** Calls into the module; if the call panics, restarts the module and reports the panic. */
function answer(asked, request, env, event, started, record) {
  for (;;) {
    let outcome;
    try {
      outcome = ask(asked, env, event, started, record);
      if (outcome === IDENTIFY) outcome = ask(asked + clientText(request), env, event, started, record);
    } catch (error) {
      // Once it is only told that it panicked, nothing is left that could be wrong with it.
      if (event === PANICKED || !bury()) throw error;
      event = PANICKED;
      continue;
    }
    if (outcome !== STALE) return outcome;
    if (!bury()) attach();
  }
}

async function answerWithRecord(asked, key, request, env, started) {
  let event = UNAVAILABLE;
  let record;
  try {
    record = await inTime(env.USERS.get(key));
    event = record === null ? ABSENT : FOUND;
  } catch {
    // Rust says what that means.
  }
  if (event !== FOUND) record = "";
  if (!fits(asked, record)) return serve(request, env);
  const outcome = answer(asked, request, env, event, started, record);
  return outcome === ELSEWHERE ? serve(request, env) : respond(outcome);
}

function inTime(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, PATIENCE);
    const settle = (settled) => (value) => {
      clearTimeout(timer);
      settled(value);
    };
    promise.then(settle(resolve), settle(reject));
  });
}

// --- All others, and what a panic does to them

const flights = new Set();
let polling; // the flight that Rust works on right now, or was when its instance ended
// For worker-build's class, which makes a new instance of Rust's when one of it is made.
let latestEnv;
let latestContext;

/** See crates/worker/src/flight.rs. */
class Flight {
  repeatable = true;

  polled(now) {
    polling = now ? this : undefined;
  }

  once() {
    this.repeatable = false;
  }

  /** The response, or PANICKED or INTERRUPTED if the instance has ended meanwhile. */
  async fly(request, env) {
    // The runtime takes a request that waits for nothing of its own for hung, and what it waited for
    // may have come back to an instance that is no more before the news of that gets here.
    const own = setTimeout(() => {}, LONGEST_FLIGHT);
    try {
      return await new Promise((resolve, reject) => {
        this.end = resolve;
        flights.add(this);
        rust.serve(request, env, this).then(resolve, reject);
      });
    } catch (error) {
      polling = this;
      if (bury()) return PANICKED;
      throw error;
    } finally {
      flights.delete(this);
      clearTimeout(own);
    }
  }
}

async function serve(request, env) {
  const started = Date.now();
  const body = await keptBody(request);
  let interrupted = false;
  for (;;) {
    const flight = new Flight();
    const landed = await flight.fly(body ? new Request(request, { body }) : request, env);
    if (landed instanceof Response) return landed;
    const again = landed === INTERRUPTED && flight.repeatable && body !== undefined && !interrupted;
    if (!again) return respond(answer(shortText(request), request, env, landed, started));
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
 * Where Rust's instance has ended, has a new one made and tells all requests that the old one took
 * along; says whether it was so.
 */
function bury() {
  const culprit = polling;
  polling = undefined;
  if (state.criticalError) {
    if (latestContext === undefined) return false;
    new Rust(latestContext, latestEnv);
  } else rust.exchange_room(); // wasm-bindgen makes one where worker-build has noticed nothing
  if (state.instanceId === attached) return false;
  attach();
  const lost = [...flights];
  flights.clear();
  for (const flight of lost) flight.end(flight === culprit ? PANICKED : INTERRUPTED);
  return true;
}

// Futures run in microtasks of no request: what they throw nobody else catches.
addEventListener("error", bury);
addEventListener("unhandledrejection", bury);

attach();

export { Account } from "./index.js";
export default { fetch };
