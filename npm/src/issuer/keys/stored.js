// Key sets in a store outlive the isolate. Their times are of the wall clock, which may differ between machines.

// The seconds by which the clock of another machine may be ahead of this one.
const AHEAD = 60;

const isTime = (value) => Number.isFinite(value) && value > 0;

/** Returns the record for a store: the text of a set, and when it was fetched, expires and is of no more use. */
export const toStored = (text, fetchedAt, lifetime, staleIfError) => ({
  keys: text,
  fetchedAt,
  expiresAt: fetchedAt + lifetime,
  usableUntil: fetchedAt + lifetime + staleIfError,
});

/**
 * Reads a record. Returns its text, age and lifetime in seconds, or undefined for a record that is malformed, from
 * the future, or valid for longer than `longest`.
 */
export function fromStored(record, now, longest) {
  if (typeof record !== "object" || record === null) return undefined;
  const { keys, fetchedAt, expiresAt } = record;
  if (typeof keys !== "string" || !isTime(fetchedAt) || !isTime(expiresAt)) return undefined;
  // A time in the future would keep the set for longer than it may be kept.
  if (fetchedAt > now + AHEAD || expiresAt < fetchedAt) return undefined;
  return { text: keys, age: Math.max(0, now - fetchedAt), lifetime: Math.min(expiresAt - fetchedAt, longest) };
}
