#!/usr/bin/env node
// A fake wrangler: it has the secrets of secrets.json and the KV of kv.json, and fails if a file
// `fails` has its text.
import { existsSync, readFileSync } from "node:fs";

const arguments_ = process.argv.slice(2);
const named = (path) => JSON.parse(readFileSync(path, "utf8"));
const list = (names) =>
  console.log(
    JSON.stringify(
      names.map((name) => ({ name })),
      null,
      2,
    ),
  );
if (existsSync("fails")) {
  process.stderr.write(readFileSync("fails"));
  process.exitCode = 1;
} else if (arguments_[0] === "secret") {
  list(named("secrets.json"));
} else if (arguments_[1] === "key") {
  list(Object.keys(named("kv.json")).filter((key) => key.startsWith("user:")));
} else {
  const kv = existsSync("kv.json") ? named("kv.json") : {};
  const value = (key) => (arguments_.includes("--remote") ? (kv[key] ?? null) : { value: kv[key] ?? null });
  const keys = named("/dev/stdin");
  console.log(JSON.stringify(Object.fromEntries(keys.map((key) => [key, value(key)]))));
}
