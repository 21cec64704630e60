#!/usr/bin/env node
// A fake wrangler: its `kv` uses the file kv.json of this folder and prints the same as wrangler 4.86.
// The text of a file `fails` is printed on standard error, and the call fails; a file `busy` has the number of
// calls that find the local KV in use. With a file `hangs`, a put writes its process id to the file
// `pid` and never ends.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const [, what, how, file] = process.argv.slice(2);
appendFileSync("asked", `${process.argv.slice(2).join(" ")} ${process.env.WRANGLER_SEND_METRICS}\n`);
if (existsSync("fails")) {
  process.stderr.write(readFileSync("fails"));
  process.exit(1);
}
const busy = existsSync("busy") ? Number(readFileSync("busy", "utf8")) : 0;
if (busy > 0) {
  writeFileSync("busy", String(busy - 1));
  console.error("✘ [ERROR] KV GET failed: 500 Internal Server Error");
  process.exit(1);
}
if (existsSync("hangs") && how === "put") {
  writeFileSync("pid.part", String(process.pid));
  renameSync("pid.part", "pid");
  setInterval(() => {}, 1000);
  await new Promise(() => {});
}
const kv = JSON.parse(readFileSync("kv.json", "utf8"));
const save = () => writeFileSync("kv.json", JSON.stringify(kv));
const input = () => JSON.parse(readFileSync(file, "utf8"));
switch (`${what} ${how}`) {
  case "bulk get": {
    const found = input().map((key) => [
      key,
      process.argv.includes("--remote") ? (kv[key] ?? null) : { value: kv[key] ?? null },
    ]);
    console.log(`${JSON.stringify(Object.fromEntries(found), null, 2)}\n\nSuccess!`);
    break;
  }
  case "bulk put":
    for (const { key, value } of input()) kv[key] = value;
    save();
    console.log("Success!");
    break;
  case "bulk delete":
    if (!process.argv.includes("--force")) process.exit(1);
    for (const key of input()) delete kv[key];
    save();
    console.log("Success!");
    break;
  case "key list": {
    const prefix = process.argv[process.argv.indexOf("--prefix") + 1];
    const names = Object.keys(kv)
      .filter((key) => key.startsWith(prefix))
      .sort();
    console.log(
      JSON.stringify(
        names.map((name) => ({ name })),
        null,
        2,
      ),
    );
    break;
  }
  default:
    process.exit(1);
}
