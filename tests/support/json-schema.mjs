// A validator for the part of JSON Schema 2020-12 that the OpenAPI document uses. An unknown keyword is an
// error, so that no value passes because the validator ignored a rule.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

const TYPES = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

const characters = (text) => [...text].length;
const on = (applies, holds) => (value, limit) => !applies(value) || holds(value, limit);

const KEYWORDS = {
  type: (value, types) => [types].flat().some((type) => TYPES[type](value)),
  const: (value, wanted) => value === wanted,
  enum: (value, wanted) => wanted.includes(value),
  minimum: on(TYPES.number, (value, least) => value >= least),
  maximum: on(TYPES.number, (value, most) => value <= most),
  minLength: on(TYPES.string, (value, least) => characters(value) >= least),
  maxLength: on(TYPES.string, (value, most) => characters(value) <= most),
  pattern: on(TYPES.string, (value, pattern) => new RegExp(pattern, "u").test(value)),
  format: on(TYPES.string, (value, format) => format !== "uri" || URL.canParse(value)),
  required: on(isObject, (value, names) => names.every((name) => Object.hasOwn(value, name))),
  description: () => true,
};

/** The errors of a value, as texts; a valid value has an empty list. `resolve` follows a `$ref`. */
export function schemaErrors(value, schema, resolve, at) {
  if (schema === true) return [];
  if (schema === false) return [`${at} must not be there`];
  if (schema.$ref) return schemaErrors(value, resolve(schema), resolve, at);
  const within = (part, inner, name) => schemaErrors(part, inner, resolve, `${at}.${name}`);
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (KEYWORDS[keyword]) return KEYWORDS[keyword](value, rule) ? [] : [`${at}: ${keyword}`];
    switch (keyword) {
      case "properties":
        if (!isObject(value)) return [];
        return Object.keys(rule).flatMap((name) =>
          Object.hasOwn(value, name) ? within(value[name], rule[name], name) : [],
        );
      case "additionalProperties": {
        const others = isObject(value)
          ? Object.keys(value).filter((name) => !Object.hasOwn(schema.properties ?? {}, name))
          : [];
        return others.flatMap((name) => within(value[name], rule, name));
      }
      case "items":
        return Array.isArray(value) ? value.flatMap((item, index) => within(item, rule, index)) : [];
      case "allOf":
        return rule.flatMap((part) => schemaErrors(value, part, resolve, at));
      case "oneOf": {
        const all = rule.map((part) => schemaErrors(value, part, resolve, at));
        return all.filter((errors) => errors.length === 0).length === 1
          ? []
          : [`${at}: not exactly one of`, ...all.flat()];
      }
      default:
        throw new Error(`${at}: the keyword ${keyword} is not known here`);
    }
  });
}
