#!/usr/bin/env node
// wrangler's `kv` commands as `users import` calls them, on a KV that is a file: $FAKE_KV. It
// records each call in a file beside it. The put with the number $FAKE_FAIL_AT writes half of the pairs and
// then fails; with $FAKE_KILL it kills its caller instead, as `kill -9` does.

import { existsSync, readFileSync, writeFileSync, appendFileSync } from "node:fs";

const { FAKE_KV: path, FAKE_FAIL_AT: failAt, FAKE_KILL: kill } = process.env;
const [kv, group, action, ...rest] = process.argv.slice(2);
const stored = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
const calls = `${path}.calls`;
appendFileSync(calls, `${[kv, group, action].join(" ")}\n`);

if (group === "key" && action === "list") {
  const prefix = rest[rest.indexOf("--prefix") + 1];
  const names = Object.keys(stored).filter((name) => name.startsWith(prefix));
  console.log(JSON.stringify(names.map((name) => ({ name }))));
} else if (group === "bulk" && action === "get") {
  const names = JSON.parse(readFileSync(rest[0], "utf8"));
  console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, stored[name] ?? null]))));
  console.log("Success!");
} else if (group === "bulk" && action === "put") {
  const pairs = JSON.parse(readFileSync(rest[0], "utf8"));
  const puts = readFileSync(calls, "utf8")
    .split("\n")
    .filter((call) => call === "kv bulk put");
  const fails = failAt !== undefined && puts.length === Number(failAt);
  for (const { key, value } of fails ? pairs.slice(0, Math.ceil(pairs.length / 2)) : pairs) stored[key] = value;
  writeFileSync(path, JSON.stringify(stored));
  if (fails) {
    if (kill !== undefined) process.kill(process.ppid, "SIGKILL");
    console.error("✘ [ERROR] the network is down");
    process.exit(1);
  }
} else {
  console.error(`✘ [ERROR] not known: ${process.argv.slice(2).join(" ")}`);
  process.exit(1);
}
