// The OpenAPI document, and a check whether it describes a response.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { schemaErrors } from "./json-schema.mjs";

export const documentPath = new URL("../../www/openapi.json", import.meta.url);
export const document = JSON.parse(readFileSync(documentPath, "utf8"));

/** The object that a `$ref` within the document refers to. */
export function resolve(node) {
  if (node?.$ref === undefined) return node;
  return node.$ref
    .slice("#/".length)
    .split("/")
    .reduce((at, name) => at[name], document);
}

/** The path with the document's examples as its parameters. */
export const examplePath = (path) =>
  path.replace(/\{(\w+)\}/g, (_, name) => {
    const parameters = Object.values(document.components.parameters);
    return parameters.find((parameter) => parameter.in === "path" && parameter.name === name).example;
  });

/** Each operation as `["POST /login", operation]`. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
);

/** Asserts that the document describes this response of the operation: status, headers, type and body. */
export async function assertDocumented(response, name) {
  const operation = Object.fromEntries(operations)[name];
  const described = resolve(operation.responses[response.status]);
  assert.ok(described, `${name} is not said to answer ${response.status}`);
  for (const [header, node] of Object.entries(described.headers ?? {})) {
    const { required, schema } = resolve(node);
    const text = response.headers.get(header);
    if (text === null) assert.ok(!required, `${name} ${response.status} lacks ${header}`);
    else assert.deepEqual(schemaErrors(schema.type === "integer" ? Number(text) : text, schema, resolve, header), []);
  }
  const [[type, { schema }] = [null, {}]] = Object.entries(described.content ?? {});
  const text = await response.text();
  assert.equal(response.headers.get("content-type")?.split(";")[0] ?? null, type, `${name} ${response.status}`);
  if (type === null) assert.equal(text, "");
  else assert.deepEqual(schemaErrors(JSON.parse(text), schema, resolve, `${name} ${response.status}`), [], text);
}
