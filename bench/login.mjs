// node bench/login.mjs: what a login and /me take through workerd, and what of it is the hash.
import { performance } from "node:perf_hooks";
import { PASSWORDS, alice } from "../tests/support/users.mjs";
import { startWorker } from "../tests/support/worker.mjs";

// The same password, hashed with 8 KiB and one pass (argon2-cffi): a login without its work.
const cheap = {
  ...alice,
  id: 2,
  username: "cheap",
  hash_password: "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$6/VdC12cP1wkfWN6giyPiY1mQ62hoPoZLqnKf6V0vII",
};
const ROUNDS = 60;

const { url, stop } = await startWorker({ users: [alice, cheap] });
const login = (username) => async () => {
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password: PASSWORDS.alice }),
  });
  if (!response.ok) throw new Error(`login: ${response.status}`);
  return response.json();
};
const { token } = await login("alice")();
const get = (path) => async () => {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
};

const cases = {
  "POST /login, argon2id 19 MiB t=2": login("alice"),
  "POST /login, argon2id 8 KiB t=1": login("cheap"),
  "GET /me": get("/me"),
  "GET /healthz": get("/healthz"),
};
const samples = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(cases)) {
    const start = performance.now();
    await call();
    if (round >= ROUNDS / 4) samples[name].push(performance.now() - start);
  }
}
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
for (const [name, times] of Object.entries(samples)) console.log(`${median(times).toFixed(1).padStart(7)} ms  ${name}`);
const [full, bare] = Object.values(samples).map(median);
console.log(`The hash is ${(full - bare).toFixed(1)} ms of a login, ${Math.round((100 * (full - bare)) / full)} %.`);
await stop();
