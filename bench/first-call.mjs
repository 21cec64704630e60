// Measures the time from `import` to the end of the first call. Each sample has a new process or page. js.mjs runs this
// script in its copy of the harness.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";
import { openBrowser } from "../tests/support/browser.mjs";

const option = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const rounds = Number(option.rounds ?? 15);
const fixtures = JSON.parse(readFileSync("fixtures.json", "utf8"));
const { secret } = fixtures.keys.HS256;
const token = signed({ sub: "1", exp: Math.floor(Date.now() / 1000) + 86_400 });

function signed(claims) {
  const program =
    "import('jose').then(async (j) => console.log(await new j.SignJWT(JSON.parse(process.argv[1])).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(process.argv[2]))))";
  return execFileSync(process.execPath, ["--input-type=module", "-e", program, JSON.stringify(claims), secret], {
    encoding: "utf8",
  }).trim();
}

const [SECRET, TOKEN] = [secret, token].map((text) => JSON.stringify(text));
const bytes = `new TextEncoder().encode(${SECRET})`;
// The module to import and the call to measure. `browser: false` means that it needs Node.
const ALL = [
  { name: "portcullis/inspect, inspect", from: "portcullis/inspect", call: `lib.inspect(${TOKEN})` },
  { name: "portcullis, inspect", from: "portcullis", call: `lib.inspect(${TOKEN})` },
  { name: "jwt-decode, jwtDecode", from: "jwt-decode", call: `lib.jwtDecode(${TOKEN})` },
  { name: "jose/jwt/decode, decodeJwt", from: "jose/jwt/decode", call: `lib.decodeJwt(${TOKEN})` },
  { name: "jose, decodeJwt", from: "jose", call: `lib.decodeJwt(${TOKEN})` },
  {
    name: "portcullis, verify HS256",
    from: "portcullis",
    call: `lib.verify(${TOKEN}, lib.secretKey(${SECRET}, "HS256"))`,
  },
  { name: "jose/jwt/verify, jwtVerify", from: "jose/jwt/verify", call: `await lib.jwtVerify(${TOKEN}, ${bytes})` },
  { name: "jose, jwtVerify HS256", from: "jose", call: `await lib.jwtVerify(${TOKEN}, ${bytes})` },
  { name: "hono/jwt, verify HS256", from: "hono/jwt", call: `await lib.verify(${TOKEN}, ${SECRET}, "HS256")` },
  {
    name: "jsonwebtoken, verify HS256",
    from: "jsonwebtoken",
    call: `lib.default.verify(${TOKEN}, ${SECRET})`,
    browser: false,
  },
  {
    name: "fast-jwt, verify HS256",
    from: "fast-jwt",
    call: `lib.createVerifier({ key: ${SECRET} })(${TOKEN})`,
    browser: false,
  },
];

// The npm folder of an earlier checkout, built there: what it took in the same run, in Chromium.
if (option.before) {
  const old = (path) => `${option.before}/src/${path}`;
  ALL.unshift(
    { name: "before: portcullis/inspect, inspect", from: old("inspect/browser.js"), call: `lib.inspect(${TOKEN})` },
    {
      name: "before: portcullis, verify HS256",
      from: old("browser.js"),
      call: `lib.verify(${TOKEN}, lib.secretKey(${SECRET}, "HS256"))`,
    },
  );
}

// `--only=verify`: the calls whose names contain this text.
const CALLS = ALL.filter(({ name }) => name.includes(option.only ?? ""));

/** The program that measures. `load` is an expression for the module's address; the code in `before` is not timed. */
const timed = (load, call, then, before = "") => `
  ${before}
  const began = performance.now();
  const lib = await import(${load});
  const loaded = performance.now();
  ${call};
  const first = performance.now();
  ${call};
  ${then({ load: "loaded - began", first: "first - loaded", second: "performance.now() - first" })}
`;
const asObject = (times) =>
  `{ ${Object.entries(times)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")} }`;

function inNode({ from, call }) {
  const program = timed(JSON.stringify(from), call, (times) => `console.log(JSON.stringify(${asObject(times)}));`);
  writeFileSync("first-call-program.mjs", program);
  return JSON.parse(execFileSync(process.execPath, ["first-call-program.mjs"], { encoding: "utf8" }));
}

async function openPages() {
  const scripts = new Map();
  const isolated = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cache-control": "no-store",
  };
  const server = createServer(({ url }, response) => {
    const script = scripts.get(url);
    response.writeHead(200, { ...isolated, "content-type": script ? "text/javascript" : "text/html" });
    response.end(
      script ??
        `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="${url}.js"></script>`,
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (const [at, { from, call, browser }] of CALLS.entries()) {
    if (browser === false) continue;
    const { outputFiles } = await build({
      stdin: { contents: `export * from ${JSON.stringify(from)};`, resolveDir: process.cwd() },
      ...{ bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", write: false },
    });
    scripts.set(`/${at}-lib.js`, outputFiles[0].text);
    scripts.set(
      `/${at}.js`,
      timed(
        "url",
        call,
        (times) => `globalThis.times = ${asObject(times)};`,
        `
      // Do not time the network, nor the work of a page that opens.
      const text = await (await fetch("/${at}-lib.js")).text();
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      await new Promise((resolve) => requestIdleCallback(resolve));
    `,
      ),
    );
  }
  const browser = await openBrowser();
  return {
    async time(at) {
      // A new context has no compiled code of earlier samples.
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/${at}`);
      const times = await (await page.waitForFunction(() => globalThis.times)).jsonValue();
      await context.close();
      return times;
    },
    close: () => Promise.all([browser.close(), new Promise((resolve) => server.close(resolve).closeAllConnections())]),
  };
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

/** Prints the table. The rounds are interleaved, so that a slow moment of the machine slows all calls. */
async function table(title, calls, time) {
  const samples = new Map(calls.map((call) => [call, []]));
  for (let round = 0; round < rounds; round++) for (const call of calls) samples.get(call).push(await time(call));
  console.log(
    `\n## ${title}, medians of ${rounds}, ms\n\n| | import | first call | together | second call |\n|---|---:|---:|---:|---:|`,
  );
  for (const [{ name }, all] of samples) {
    const of = (value) => median(all.map(value)).toFixed(2);
    console.log(
      `| ${name} | ${of(({ load }) => load)} | ${of(({ first }) => first)} | ${of(({ load, first }) => load + first)} | ${of(({ second }) => second)} |`,
    );
  }
}

await table(
  `Node ${process.version}`,
  CALLS.filter(({ name }) => !name.startsWith("before")),
  inNode,
);
const pages = await openPages();
try {
  await table(
    "Chromium, without the network",
    CALLS.filter(({ browser }) => browser !== false),
    (call) => pages.time(CALLS.indexOf(call)),
  );
} finally {
  await pages.close();
}
