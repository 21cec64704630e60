// node bench/edge.mjs [--rounds=9] [--secs=2] [--only=http,login,start,size,crossings] [--build=build]: compares the
// Worker in workerd with Hono + jose and with a bare JavaScript Worker, in one run. wrk sends the requests on loopback.
import { execFile, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Miniflare } from "miniflare";
import { PASSWORDS, alice } from "../tests/support/users.mjs";
import { startWorker } from "../tests/support/worker.mjs";

const root = new URL("..", import.meta.url).pathname;
const peers = join(root, "..", "shared", "bench");
const options = Object.fromEntries(process.argv.slice(2).map((option) => option.replace(/^--/, "").split("=")));
const ROUNDS = Number(options.rounds ?? 9);
const SECONDS = Number(options.secs ?? 2);
const wanted = (part) => options.only === undefined || options.only.split(",").includes(part);
const folder = mkdtempSync(join(tmpdir(), "portcullis-edge-"));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A user with alice's password, whose hash has 8 KiB and one pass (made by argon2-cffi). */
const cheap = {
  ...alice,
  id: 2,
  username: "cheap",
  hash_password: "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$6/VdC12cP1wkfWN6giyPiY1mQ62hoPoZLqnKf6V0vII",
};

// --- The servers

const stops = [];
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startHello() {
  const port = await freePort();
  const mf = new Miniflare({
    ...{ name: "hello", modules: true, compatibilityDate: "2026-04-01", cf: false, telemetry: { enabled: false } },
    script: 'export default { fetch() { return new Response("hello") } }',
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
  });
  await mf.ready;
  stops.push(() => mf.dispose());
  return { name: "bare JavaScript", url: `http://127.0.0.1:${port}` };
}

/** Starts the peer with its own script and its own dependencies. */
async function startPeer() {
  if (!existsSync(peers)) throw new Error("the peers' harness, ../shared/bench, is not here");
  for (const name of ["js", "edge"]) cpSync(join(peers, name), join(folder, name), { recursive: true });
  spawnSync("chmod", ["-R", "u+w", folder]); // the shared folder may be read-only
  const { status } = spawnSync("npm", ["ci", "--silent", "--no-audit", "--no-fund"], {
    cwd: join(folder, "js"),
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("npm ci failed");
  const [entry, port] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ["serve.mjs", entry, port], {
    cwd: join(folder, "edge"),
    stdio: ["ignore", "pipe", "inherit"],
  });
  stops.push(() => new Promise((resolve) => child.once("exit", resolve).kill()));
  await new Promise((resolve, reject) => child.once("exit", reject).stdout.once("data", resolve));
  child.removeAllListeners("exit");
  child.stdout.resume();
  const server = {
    name: "Hono + jose",
    parent: child.pid,
    url: `http://127.0.0.1:${port}`,
    tokenOnly: "/stateless",
    lookup: "/",
  };
  const { token } = await logIn(server, "alice", "correct horse");
  return {
    ...server,
    authorization: `JWT ${token}`,
    expected: { tokenOnly: '{"hello":1}', lookup: '{"hello":"alice"}' },
  };
}

async function startOurs({ build = "build", algorithm = "HS256", lines = "off", users = [alice] } = {}) {
  const port = await freePort();
  const vars = { TOKEN_ALGORITHM: algorithm, LOG_VERIFIED: lines };
  const worker = await startWorker({ build, vars, users, socket: { host: "127.0.0.1", port } });
  stops.push(worker.stop);
  const server = {
    name: `Portcullis, ${algorithm}${lines === "on" ? ", with a log line for each request" : ""}`,
    url: `http://127.0.0.1:${port}`,
    tokenOnly: "/verify",
    lookup: "/me",
  };
  const { token, expires_at } = await logIn(server, "alice", PASSWORDS.alice);
  const { id, username, phone } = alice;
  const expected = {
    tokenOnly: JSON.stringify({ id, username, expires_at }),
    lookup: JSON.stringify({ id, username, phone }),
  };
  return { ...server, authorization: `Bearer ${token}`, expected };
}

async function logIn({ url }, username, password) {
  const body = JSON.stringify({ username, password });
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (!response.ok) throw new Error(`login at ${url}: ${response.status}`);
  return response.json();
}

/** Checks that a server answers correctly and rejects a forged token. Otherwise its times mean nothing. */
async function prove({ name, url, authorization, expected, ...paths }) {
  for (const path of ["tokenOnly", "lookup"]) {
    const ask = (authorization) => fetch(url + paths[path], { headers: { authorization } });
    const right = await (await ask(authorization)).text();
    if (right !== expected[path]) throw new Error(`${name} ${paths[path]} answers ${right}`);
    const at = authorization.length - 9;
    const forged = authorization.slice(0, at) + (authorization[at] === "A" ? "B" : "A") + authorization.slice(at + 1);
    if ((await ask(forged)).status !== 401) throw new Error(`${name} ${paths[path]} takes a forged token`);
  }
}

// --- wrk

/** The ids of the workerd processes that a process has started. */
const workerds = (parent) => {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, program, rest] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"));
        return program.startsWith("workerd") && Number(rest.split(" ")[1]) === parent ? [name] : [];
      } catch {
        return []; // it has ended meanwhile
      }
    });
  return new Set(children);
};
const TICK = 10_000; // The unit of /proc/…/stat in µs.
/** The processor time in µs that a process has used. On a noisy machine it varies less than the elapsed time. */
const used = (id) => {
  const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
  return TICK * (Number(fields[11]) + Number(fields[12]));
};
/** Starts a server. Returns it with the id of its workerd process. */
async function noting(start, ...args) {
  const before = workerds(process.pid);
  const server = await start(...args);
  const [id] = [...workerds(server.parent ?? process.pid)].filter((id) => !before.has(id));
  return { ...server, id };
}

const UNITS = { us: 0.001, ms: 1, s: 1000 };
async function wrk(url, connections, { authorization, script, id } = {}) {
  const header = authorization === undefined ? [] : ["-H", `Authorization: ${authorization}`];
  const lua = script === undefined ? [] : ["-s", script];
  const run = ["-t1", `-c${connections}`, `-d${SECONDS}s`, "--latency", ...header, ...lua, url];
  const before = id && used(id);
  const { stdout } = await promisify(execFile)("wrk", run);
  const cpu = id && (used(id) - before) / Number(/(\d+) requests in/.exec(stdout)[1]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}: ${stdout}`);
  const latency = (percent) => {
    const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout);
    return value * UNITS[unit];
  };
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]), p50: latency(50), p99: latency(99), cpu };
}

const table = (head, rows) => {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n") + "\n");
};

async function http() {
  const [hello, peer, ...ours] = [
    await noting(startHello),
    await noting(startPeer),
    await noting(startOurs),
    await noting(startOurs, { algorithm: "HS512" }),
    await noting(startOurs, { lines: "on" }),
  ];
  for (const server of [peer, ...ours]) await prove(server);
  for (const connections of [16, 1]) {
    for (const kind of ["tokenOnly", "lookup"]) {
      const servers = kind === "tokenOnly" ? [hello, peer, ...ours] : [peer, ...ours];
      const samples = new Map(servers.map((server) => [server, []]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const server of servers.toSorted(() => Math.random() - 0.5)) {
          samples.get(server).push(await wrk(server.url + (server[kind] ?? "/"), connections, server));
        }
      }
      const of = (server, what) => samples.get(server).map((sample) => sample[what]);
      const ratio = (server, what) => median(of(server, what).map((value, round) => value / of(peer, what)[round]));
      table(
        [
          `${kind === "tokenOnly" ? "token only" : "token and user from KV"}, ${connections} connections`,
          "requests per second",
          "p50 ms",
          "p99 ms",
          `ratio to ${peer.name}`,
          "µs of processor per request",
          "ratio",
        ],
        servers.map((server) => [
          server.name,
          median(of(server, "rate")).toFixed(0),
          median(of(server, "p50")).toFixed(2),
          median(of(server, "p99")).toFixed(2),
          ratio(server, "rate").toFixed(2),
          median(of(server, "cpu")).toFixed(1),
          ratio(server, "cpu").toFixed(2),
        ]),
      );
    }
  }
}

/**
 * Measures a login with its hash, and an upper bound of a login without its hash. A login with a cheap hash cannot be
 * measured, because it replaces the hash with a new one. The bound is a refused login with a cheap hash plus a refresh:
 * both ask the limiter and KV, and a login asks them once.
 */
async function login() {
  const users = Array.from({ length: 400 }, (_, i) => ({ ...cheap, id: i + 2, username: `cheap-${i}` }));
  const server = await startOurs({ algorithm: "HS512", users: [alice, ...users] });
  const post = async (path, body, status) => {
    const headers = {
      "content-type": "application/json",
      "cf-connecting-ip": `10.0.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`,
    };
    const begin = performance.now();
    const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = await response.json();
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return [performance.now() - begin, answer];
  };
  let { refresh_token } = await logIn(server, "alice", PASSWORDS.alice);
  const samples = { full: [], refused: [], refreshed: [] };
  // The first attempt creates the account's object, which waits for the disk.
  for (let i = 0; i < 400; i++) await post("/login", { username: `cheap-${i}`, password: "wrong" }, 401);
  for (let i = 0; i < 400; i++) {
    samples.full.push((await post("/login", { username: "alice", password: PASSWORDS.alice }, 200))[0]);
    samples.refused.push((await post("/login", { username: `cheap-${i}`, password: "wrong" }, 401))[0]);
    const [time, answer] = await post("/refresh", { refresh_token }, 200);
    samples.refreshed.push(time);
    ({ refresh_token } = answer);
  }
  const of = (values) =>
    [0.5, 0.99].map((part) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)].toFixed(2));
  table(
    ["1 connection, from Node", "p50 ms", "p99 ms"],
    [
      ["POST /login, argon2id of 19 MiB and two passes", ...of(samples.full)],
      ["POST /login, refused, argon2id of 8 KiB and one pass", ...of(samples.refused)],
      ["POST /refresh", ...of(samples.refreshed)],
      [
        "the last two together: upper bound of a login without its hash",
        ...of(samples.refused.map((time, i) => time + samples.refreshed[i])),
      ],
    ],
  );
}

// --- Start-up: a Worker imports ours in its first request. The start-up is the time of its first request minus that of
// its second.

async function start() {
  const samples = { first: [], second: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const module = (name, type) => ({ type, path: join(root, "build", name) });
    const lazy = 'export default { async fetch() { await import("./worker.js"); return new Response() } }';
    const mf = new Miniflare({
      ...{
        cf: false,
        telemetry: { enabled: false },
        compatibilityDate: "2026-04-26",
        modulesRoot: join(root, "build"),
      },
      modules: [
        { type: "ESModule", path: join(root, "build", "lazy.js"), contents: lazy },
        ...["worker.js", "entry.js", "environment.js", "glue.js"].map((name) => module(name, "ESModule")),
        module("portcullis.wasm", "CompiledWasm"),
      ],
    });
    const url = await mf.ready;
    for (const name of ["first", "second"]) {
      const begin = performance.now();
      await (await fetch(url)).arrayBuffer();
      samples[name].push(performance.now() - begin);
    }
    await mf.dispose();
  }
  const [first, second] = [median(samples.first), median(samples.second)];
  table(
    ["evaluating and instantiating", "ms"],
    [["the first request, which imports the Worker, minus the second", (first - second).toFixed(1)]],
  );
}

function size() {
  const kilo = (bytes) => `${(bytes.length / 1000).toFixed(1)} kB`;
  const rows = ["portcullis.wasm", "glue.js", "entry.js"].map((name) => {
    const bytes = readFileSync(join(root, "build", name));
    return [name, kilo(bytes), kilo(gzipSync(bytes, { level: 9 }))];
  });
  table(["", "raw", "gzip -9"], rows);
}

// --- How often a request crosses between JavaScript and WebAssembly

const COUNTER = `
const __counts = { calls: {}, total: 0 };
const __counted = (kind, object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name,
  typeof value !== "function" ? value : function (...args) {
    const key = kind + name.replace(/_[0-9a-f]{16}$/, "");
    __counts.calls[key] = (__counts.calls[key] ?? 0) + 1;
    __counts.total++;
    return value.apply(this, args);
  }]));
const __Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const all = Object.fromEntries(Object.entries(imports).map(([from, object]) => [from, __counted("out ", object)]));
  return { exports: __counted("in ", new __Instance(module, all).exports) };
};
globalThis.__crossings = () => { const counts = { ...__counts, calls: { ...__counts.calls } }; __counts.calls = {}; __counts.total = 0; return counts; };
`;

async function crossings() {
  const build = join(folder, "counted");
  cpSync(join(root, options.build ?? "build"), build, { recursive: true });
  const edit = (name, change) => writeFileSync(join(build, name), change(readFileSync(join(build, name), "utf8")));
  edit("glue.js", (text) => COUNTER + text);
  const server = "export default { fetch };";
  edit("worker.js", (text) => {
    if (!text.includes(server)) throw new Error(`worker.js has no ${server}`);
    return text.replace(
      server,
      'export default { fetch: (...args) => args[0].url.endsWith("/crossings") ? Response.json(globalThis.__crossings()) : fetch(...args) };',
    );
  });
  const { url, authorization } = await startOurs({ build });
  const count = async () => (await fetch(`${url}/crossings`)).json();
  const body = JSON.stringify({ username: "cheap", password: PASSWORDS.alice });
  const post = { method: "POST", headers: { "content-type": "application/json" }, body };
  const cases = {
    "GET /verify": ["/verify", { headers: { authorization } }],
    "GET /me": ["/me", { headers: { authorization } }],
    "GET /verify, 401": ["/verify"],
    "POST /login": ["/login", post],
  };
  const rows = [];
  for (const [name, [path, init]] of Object.entries(cases)) {
    await (await fetch(url + path, init)).text();
    await count();
    await (await fetch(url + path, init)).text();
    const { total, calls } = await count();
    const names = Object.entries(calls).map(([call, times]) => (times === 1 ? call : `${times} × ${call}`));
    rows.push([name, total, process.env.ALL || total <= 12 ? names.join(", ") : ""]);
  }
  table(["", "crossings", "calls"], rows);
}

try {
  if (wanted("size")) size();
  if (wanted("crossings")) await crossings();
  if (wanted("start")) await start();
  if (wanted("login")) await login();
  if (wanted("http")) await http();
} finally {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
}
