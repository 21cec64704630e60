// The reference of the npm package has what its types export, with the same signatures, options and codes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import ts from "typescript";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const npm = read("docs/reference/npm.md");
const sectionOf = (page, title) => page.split(`\n## ${title}\n`)[1].split(/\n## /)[0];
const section = (name) => sectionOf(npm, `\`${name}\``);
const adapters = read("docs/reference/npm-middleware.md");
const adapter = (name) => [
  `portcullis/${name}`,
  `npm/src/${name}/index.d.ts`,
  sectionOf(adapters, `\`portcullis/${name}\``),
];

const ENTRIES = [
  ["portcullis", "npm/src/index.d.ts", section("portcullis")],
  ["portcullis/inspect", "npm/src/inspect/index.d.ts", section("portcullis/inspect")],
  ["portcullis/legacy", "npm/src/legacy/index.d.ts", section("portcullis/legacy")],
  ["portcullis/password", "npm/src/password/index.d.ts", section("portcullis/password")],
  ["portcullis/issuer", "npm/src/issuer/index.d.ts", read("docs/reference/npm-issuer.md")],
  ["the adapters", "npm/src/middleware/index.d.ts", sectionOf(adapters, "What the adapters share")],
  adapter("hono"),
  adapter("express"),
  adapter("fastify"),
  ["portcullis/session", "npm/src/session/index.d.ts", read("docs/reference/npm-session.md")],
];

const oneLine = (text) =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/([([{]) ?|,? ?([)\]])/g, (_, open, close) => (open === "{" ? "{ " : (open ?? close)))
    .trim();
const textOf = (node, source) => oneLine(node.getText(source));
const parameters = (node, source) => `(${node.parameters.map((parameter) => textOf(parameter, source)).join(", ")})`;

/** The codes that the documentation of a function says it throws. */
function thrown(node) {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "throws");
  const text = ts.getTextOfJSDocComment(tag?.comment) ?? "";
  if (text.includes("every code"))
    return text.includes("except") ? ["every code except", "key_invalid"] : ["every code"];
  return [...text.matchAll(/`([a-z]+_[a-z_]+|unreachable)`/g)].map(([, code]) => code).sort();
}

const callOf = (name, node, source, returns) => ({
  name: `${name}${parameters(node, source)}`,
  returns: returns ?? textOf(node.type, source),
  throws: thrown(node),
});

/** The calls, types and members that a file of types exports. */
function exportsOf(path) {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const found = { names: new Set(), again: new Set(), calls: new Map(), members: new Map(), options: new Map() };
  const add = (call) => found.calls.has(call.name) || found.calls.set(call.name, call);
  const seen = new Set();
  for (const node of source.statements) {
    if (ts.isExportDeclaration(node)) for (const { name } of node.exportClause.elements) found.again.add(name.text);
    if (!node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const name = node.name.text;
    found.names.add(name);
    // The first overload is the one that is documented.
    if (ts.isFunctionDeclaration(node) && !seen.has(name)) add(callOf(name, node, source));
    seen.add(name);
    if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) continue;
    const members = node.members.filter(({ name }) => name && !ts.isComputedPropertyName(name));
    const plain = members.filter((member) => !ts.isMethodDeclaration(member) && !ts.isMethodSignature(member));
    const isStorage = name === "SessionStorage";
    found.members.set(name, isStorage ? members.map((member) => member.name.text) : plain.map((m) => m.name.text));
    if (name.endsWith("Options"))
      found.options.set(
        name,
        Object.fromEntries(plain.map((member) => [member.name.text, textOf(member.type, source)])),
      );
    if (isStorage) continue;
    const generics = (node.typeParameters ?? []).map(({ name }) => name.text);
    const type = generics.length > 0 ? `${name}<${generics.join(", ")}>` : name;
    for (const member of node.members) {
      // [Symbol.dispose] does what `dispose` does.
      if (member.name && ts.isComputedPropertyName(member.name)) continue;
      const isPrivate = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
      if (ts.isConstructorDeclaration(member) && !isPrivate) add(callOf(`new ${name}`, member, source, type));
      if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member))
        add(callOf(`${name}.${member.name.text}`, member, source));
    }
  }
  return found;
}

const code = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span.replaceAll("\\|", "|"));

/** The rows of every table of a text whose first column has this title. */
function rows(text, title) {
  const lines = text.split("\n");
  const cells = (line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
  return lines.flatMap((line, at) => {
    if (!line.startsWith(`| ${title} |`)) return [];
    const end = lines.findIndex((row, index) => index > at && !row.startsWith("|"));
    return lines.slice(at + 2, end < 0 ? undefined : end).map(cells);
  });
}

function throwsIn(cell) {
  if (cell.startsWith("every code")) return cell.includes("except") ? ["every code except", ...code(cell)] : [cell];
  return code(cell).sort();
}

for (const [entry, path, page] of ENTRIES) {
  const types = exportsOf(path);
  describe(`the reference of ${entry}`, () => {
    test("has every call with its parameters, result and codes, and no others", () => {
      const written = rows(page, "Call").map(([call, , returns, throws]) => {
        const [name] = code(call);
        return [name, { name, returns: code(returns)[0], throws: throwsIn(throws) }];
      });
      assert.deepEqual(Object.fromEntries(written), Object.fromEntries(types.calls));
    });

    test("has every exported name, and no others", () => {
      const calls = rows(page, "Call").map(([call]) => /^(?:new )?(\w+)/.exec(code(call)[0])[1]);
      const named = rows(page, "Type").map(([type]) => code(type)[0]);
      const options = [...page.matchAll(/^##+ `(\w+)`$/gm)].map(([, name]) => name);
      assert.deepEqual([...new Set([...calls, ...named, ...options])].sort(), [...types.names].sort());
      const again = [...page.matchAll(/^Re-exports ([\s\S]*?) of \[/gm)].flatMap(([, names]) => code(names));
      assert.deepEqual(again.sort(), [...types.again].sort());
    });

    test("has every option with its type, and no others", () => {
      for (const [name, options] of types.options) {
        const part = page.split(new RegExp(`\n##+ \`${name}\`\n`))[1].split(/\n##+ /)[0];
        const written = rows(part, "Option").map(([option, type]) => [code(option)[0], code(type)[0]]);
        assert.deepEqual(Object.fromEntries(written), options, name);
      }
    });

    test("has every member of every other type", () => {
      const properties = rows(page, "Property of `Session`").map(([property]) => code(property)[0]);
      const events = rows(page, "Event").map(([event]) => code(event)[0]);
      for (const [type, members] of types.members) {
        if (types.options.has(type) || members.length === 0) continue;
        const row = rows(page, "Type").find(([name]) => code(name)[0] === type);
        const written = { Session: properties, SessionEvents: events }[type] ?? code(row?.[1] ?? "");
        for (const member of members) assert.ok(written.includes(member), `${type} has ${member}`);
      }
    });
  });
}
