// Removes panic messages from the npm package's modules. A panic aborts the module and nobody sees its message, but the
// standard library's code for it and the messages of the crates are an eighth of the package. The functions that start
// a panic, and the functions that format text, are replaced by a trap. The build fails if the remaining code still
// calls a function that formats text: such a call would otherwise fail only when it runs.
import { readFileSync, writeFileSync } from "node:fs";

// Matches both of Rust's ways to mangle names.
const PANIC = [
  /9panicking|_rust_begin_unwind|17rust_begin_unwind|8rust_oom|18handle_alloc_error|7raw_vec12handle_error|17capacity_overflow/,
  /13unwrap_failed|13expect_failed|16slice_index_fail|slice_error_fail|20panic_already_borrowed|already_mutably_borrowed/,
];
const FORMAT = [/4core3fmt|core\.\.fmt\.\.|3fmt5Debug3fmt|3fmt7Display3fmt|6anyhow3fmt|16escape_debug_ext/];

const isOne = (patterns) => (name) => patterns.some((pattern) => pattern.test(name));

/** Reduces the module at `path` in place. */
export async function reduce(path) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(path));
  const {
    MutableGlobals,
    SignExt,
    NontrappingFPToInt,
    BulkMemory,
    BulkMemoryOpt,
    Multivalue,
    ReferenceTypes,
    SIMD128,
  } = binaryen.Features;
  module.setFeatures(
    MutableGlobals | SignExt | NontrappingFPToInt | BulkMemory | BulkMemoryOpt | Multivalue | ReferenceTypes | SIMD128,
  );
  // If the engine stops a call, the stack pointer is not restored; npm/src/memory.js resets it.
  module.addGlobalExport("__stack_pointer", "stack");

  const names = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  )
    .filter(({ base, module }) => !base && !module)
    .map(({ name }) => name);
  const [panics, formats] = [PANIC, FORMAT].map((patterns) => names.filter(isOne(patterns)));
  if (panics.length === 0) throw new Error(`${path} names no function of a panic: what they are called has changed`);
  const emptied = new Set([...panics, ...formats]);
  for (const name of emptied) binaryen.Function(module.getFunction(name)).body = module.unreachable();

  let within;
  const wrong = [];
  for (const line of module.emitText().split("\n")) {
    within = /^ \(func \$("[^"]+"|\S+)/.exec(line)?.[1] ?? within;
    const called = /\((?:return_)?call \$("[^"]+"|[^\s)]+)/.exec(line)?.[1];
    if (called && formats.includes(called.replaceAll('"', ""))) wrong.push(`${within} calls ${called}`);
  }
  if (wrong.length > 0) throw new Error(`formatting in reach:\n${wrong.join("\n")}`);
  const bytes = Buffer.from(module.emitBinary());
  module.dispose();
  writeFileSync(path, withoutPlaces(bytes));
}

/** Overwrites the source paths that panic messages would name. */
function withoutPlaces(bytes) {
  for (const place of bytes.toString("latin1").matchAll(/(\/cargo|\/rustc|\/portcullis|src)\/[\w./-]+\.rs/g)) {
    bytes.fill(0, place.index, place.index + place[0].length);
  }
  return bytes;
}
