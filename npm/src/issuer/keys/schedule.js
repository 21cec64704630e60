// Decides when the key set at one URL is fetched. It knows no clock, no randomness and no network: the caller passes
// the time in seconds of a clock that is never set, and numbers from 0 to 1 where jitter is needed.

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 60;
const MOST_UNKNOWN = 128; // key IDs
const UNKNOWN_FOR = 60;
const LONGEST_ID = 256; // characters, so that the list of unknown key IDs stays small

export class Schedule {
  #freshUntil = -Infinity;
  #refreshAt = -Infinity;
  #staleUntil = -Infinity;
  #attemptedAt = -Infinity;
  #retryAt = -Infinity;
  #failures = 0;
  #unknown = new Map();
  #policy;

  /** `policy`: `cooldown` and `staleIfError` in seconds. */
  constructor(policy) {
    this.#policy = policy;
  }

  /** Whether the set in memory is within its lifetime. */
  isFresh = (now) => now < this.#freshUntil;

  /** Whether the set in memory may be used although it could not be renewed. */
  isUsable = (now) => now < this.#staleUntil;

  /** Whether the last attempt failed. */
  get isFailing() {
    return this.#failures > 0;
  }

  /** The seconds until the next attempt, for Retry-After. */
  retryAfter = (now) => Math.max(1, Math.ceil(this.#retryAt - now));

  /** The seconds until an unknown key ID is looked for again. */
  soughtAfter = (now) => Math.max(this.retryAfter(now), Math.ceil(this.#attemptedAt + this.#policy.cooldown - now));

  /**
   * The step that a token needs if its key may be in the set: "nothing", "refresh" in the background, "fetch" before it is
   * verified, or "pause" because the last attempt has just failed.
   */
  need(now) {
    const mayTry = now >= this.#retryAt;
    if (this.isFresh(now)) {
      // A refresh in the background may have been lost with its request, and is not repeated at once.
      const isDue = now >= this.#refreshAt && now - this.#attemptedAt >= this.#policy.cooldown;
      return mayTry && isDue ? "refresh" : "nothing";
    }
    if (!mayTry) return "pause";
    // After a recent failure only the background waits for the issuer. Otherwise one request per pause would wait
    // for the whole timeout, although there are keys that it may use.
    if (this.#failures > 0 && this.isUsable(now) && now - this.#retryAt < LONGEST_PAUSE) return "refresh";
    return "fetch";
  }

  /** Whether the set is fetched for a key ID that is not in it. Undefined stands for a token without a key ID. */
  seeks(keyId, now) {
    if (now < this.#retryAt || now - this.#attemptedAt < this.#policy.cooldown) return false;
    return !(now < this.#unknown.get(keyId));
  }

  /** Notes an attempt to fetch the set. */
  attempted(now) {
    this.#attemptedAt = now;
  }

  /** Notes that a key ID is not in a set that has just been fetched. */
  missed(keyId, now) {
    if (keyId?.length > LONGEST_ID) return;
    this.#unknown.delete(keyId);
    if (this.#unknown.size >= MOST_UNKNOWN) this.#unknown.delete(this.#unknown.keys().next().value);
    this.#unknown.set(keyId, now + UNKNOWN_FOR);
  }

  /** Notes a new set that is `age` old of `lifetime`. It is renewed after 3/4 to 19/20 of its lifetime. */
  succeeded(now, lifetime, age, random) {
    const fetchedAt = now - age;
    this.#freshUntil = fetchedAt + lifetime;
    this.#refreshAt = fetchedAt + lifetime * (0.75 + 0.2 * random);
    this.#staleUntil = this.#freshUntil + this.#policy.staleIfError;
    this.#retryAt = -Infinity;
    this.#failures = 0;
    this.#unknown.clear();
  }

  /** Notes a failed attempt. The pause doubles from one second to one minute, with up to a quarter of jitter. */
  failed(now, random) {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
    this.#retryAt = now + Math.min(pause * (1 + random / 4), LONGEST_PAUSE);
  }
}
