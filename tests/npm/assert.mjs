// The part of node:assert/strict that the behaviors need, for runtimes without Node.

function fail(message, fallback) {
  throw new Error(message ?? fallback);
}

const show = (value) => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

export const ok = (value, message) => value || fail(message, `${show(value)} is not true`);
export const equal = (a, b, message) => Object.is(a, b) || fail(message, `${show(a)} is not ${show(b)}`);
export const notEqual = (a, b, message) => !Object.is(a, b) || fail(message, `both are ${show(a)}`);
export const deepEqual = (a, b, message) => same(a, b) || fail(message, `${show(a)} is not like ${show(b)}`);
export const match = (text, pattern, message) =>
  pattern.test(text) || fail(message, `${show(text)} does not match ${pattern}`);

export function throws(call, check, message) {
  let thrown;
  try {
    call();
  } catch (error) {
    thrown = { error };
  }
  if (!thrown) return fail(message, "it did not throw");
  return check(thrown.error) || fail(message, "it threw something else");
}
