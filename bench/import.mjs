// Measures `portcullis users import`: rows per second and peak memory. Makes a million users in SQLite, CSV and JSON
// lines, and runs the release binary, which reads them and writes bulk files for KV.
//
//   cargo build --release --package portcullis-cli && node bench/import.mjs [--rows=1000000] [--only=sqlite,csv,json-lines]
//
// Needs Linux: the peak memory is VmHWM of /proc.

import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    only: { type: "string", default: "sqlite,csv,json-lines" },
  },
});
const rows = Number(values.rows);
const binary = fileURLToPath(new URL("../target/release/portcullis", import.meta.url));

/** The hashes of an application that was updated with werkzeug. The hashes are random, so no password matches. */
const KINDS = [
  { method: "pbkdf2:sha256:150000", salt: 8, bytes: 32 },
  { method: "pbkdf2:sha256:260000", salt: 16, bytes: 32 },
  { method: "pbkdf2:sha256:600000", salt: 16, bytes: 32 },
  { method: "scrypt:32768:8:1", salt: 16, bytes: 64 },
];

function* users() {
  for (let id = 1; id <= rows; id += 1) {
    const { method, salt, bytes } = KINDS[id % KINDS.length];
    const random = randomBytes(80).toString("hex");
    const hash = `${method}$${random.slice(0, salt)}$${random.slice(16, 16 + 2 * bytes)}`;
    yield { id, username: `user.${id}.${random.slice(-6)}`, hash_password: hash, phone: `+4420${id}` };
  }
}

async function writeLines(path, lines) {
  const to = createWriteStream(path);
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < 1 << 16) continue;
    if (!to.write(chunk)) await once(to, "drain");
    chunk = "";
  }
  to.end(chunk);
  await once(to, "finish");
}

function* csv() {
  yield "id,username,hash_password,phone";
  for (const user of users()) yield Object.values(user).join(",");
}

function* jsonLines() {
  for (const user of users()) yield JSON.stringify(user);
}

/** Makes the table of the Flask tutorial from the CSV file, with Python, whose library has SQLite. */
function sqlite(path, from) {
  const script = `
import csv, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("""CREATE TABLE user (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(80) NOT NULL UNIQUE,
  hash_password VARCHAR(120) NOT NULL, phone VARCHAR(20) NOT NULL)""")
with open(sys.argv[2], newline="") as file:
    rows = csv.reader(file)
    next(rows)
    database.executemany("INSERT INTO user VALUES (?, ?, ?, ?)", rows)
database.commit()
`;
  const { status, stderr } = spawnSync("python3", ["-c", script, path, from], { encoding: "utf8" });
  if (status !== 0) throw new Error(`python3: ${stderr}`);
}

/** Runs the binary to its end. Returns its time, its peak memory and its report. */
async function run(args) {
  const begun = process.hrtime.bigint();
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  let peak = 0;
  const look = setInterval(() => {
    try {
      const [, kilobytes] = readFileSync(`/proc/${child.pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/) ?? [];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    } catch {
      // The process has ended.
    }
  }, 5);
  let stdout = "";
  child.stdout.on("data", (text) => (stdout += text));
  const [status] = await once(child, "close");
  clearInterval(look);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return { seconds, peak, report: JSON.parse(stdout) };
}

const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-"));
try {
  const only = values.only.split(",");
  const files = {
    csv: join(folder, "users.csv"),
    "json-lines": join(folder, "users.jsonl"),
    sqlite: join(folder, "users.sqlite"),
  };
  await writeLines(files.csv, csv());
  if (only.includes("json-lines")) await writeLines(files["json-lines"], jsonLines());
  if (only.includes("sqlite")) sqlite(files.sqlite, files.csv);
  for (const format of only) {
    const megabytes = statSync(files[format]).size / 1e6;
    for (const dry of [true, false]) {
      const out = join(folder, `out-${format}`);
      const args = ["users", "import", "--from", files[format], "--json", "--quiet"];
      const { seconds, peak, report } = await run([...args, ...(dry ? ["--dry-run"] : ["--out", out])]);
      if (report.importable !== rows) throw new Error(`${report.importable} of ${rows} rows`);
      const written = dry
        ? "dry run"
        : `${readdirSync(out).filter((name) => name.startsWith("users-")).length} bulk files`;
      console.log(
        `${format} (${megabytes.toFixed(0)} MB), ${written}: ${seconds.toFixed(2)} s, ` +
          `${Math.round(rows / seconds).toLocaleString("en")} rows a second, peak ${peak.toFixed(0)} MiB`,
      );
      if (!dry) rmSync(out, { recursive: true });
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
