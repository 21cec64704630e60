// The keys of one issuer: in memory, in the store, and at the issuer.
import { sleep } from "../clock.js";
import { KeysFailure, TokenFailure } from "../failure.js";
import { fetching } from "./fetch.js";
import { lifetime } from "./freshness.js";
import { readDiscovery } from "./location.js";
import { Schedule } from "./schedule.js";
import { fromStored, toStored } from "./stored.js";

// In seconds. A store must answer faster than the issuer, or it is of no use.
const STORE_TIMEOUT = 1;
// How long after its timeout a refresh counts as lost with the request that started it.
const GRACE = 0.5;
const FIRST_POLL = 0.005;
const LONGEST_POLL = 0.05;

/** A set of keys: as the module has it, its text, and by algorithm and index the keys that WebCrypto has imported. */
export const keySet = (core, text) => ({ core, text, imported: new Map() });

export class KeySource {
  #keys;
  #fetchedAt = -Infinity;
  #refresh;
  #failure;
  #isStaleReported = false;
  #discovered;
  #schedule;
  #place;
  #policy;
  #readKeys;

  /**
   * `place`: `issuer`, the `url` that is fetched first, and with discovery the `hosts` that may have the keys.
   * `readKeys` reads the text of a set. `policy` has every option, and whether the runtime `separatesRequests`.
   */
  constructor(place, readKeys, policy) {
    this.#place = place;
    this.#readKeys = readKeys;
    this.#policy = policy;
    this.#schedule = new Schedule(policy);
  }

  #now = () => this.#policy.clock.elapsed();

  /** Whether a token can be verified without waiting. Starts a refresh in the background if one is due. */
  isReady(context) {
    const need = this.#schedule.need(this.#now());
    if (need === "refresh" && this.#running() === undefined) this.#inBackground(this.#start(context, false), context);
    return need !== "fetch";
  }

  /** Waits until the set is fetched or an attempt has failed. */
  load = (context) => this.#refreshed(context, false);

  /** Returns the keys to verify with, or throws a KeysFailure. */
  take() {
    const now = this.#now();
    if (this.#keys === undefined || !this.#schedule.isUsable(now)) throw this.#currentFailure(now);
    if (!this.#schedule.isFresh(now) && !this.#isStaleReported) {
      this.#isStaleReported = true;
      this.#report({ type: "stale_keys_used", code: this.#failure?.code });
    }
    return this.#keys;
  }

  /** Fetches the set for a key ID that is not in it, unless that is not due. Returns whether it was fetched. */
  async seek(keyId, context) {
    if (this.#running() === undefined && !this.#schedule.seeks(keyId, this.#now())) return false;
    await this.#refreshed(context, true);
    return true;
  }

  /** The failure for a key ID that is not in the set. `wasSought` tells whether `seek` has fetched the set. */
  missing(keyId, wasSought) {
    const now = this.#now();
    // While the issuer does not answer, nobody knows whether the key is new.
    if (this.#schedule.isFailing) return this.#currentFailure(now, this.#schedule.soughtAfter(now));
    if (wasSought) this.#schedule.missed(keyId, now);
    return new TokenFailure("token_key_unknown", "the issuer has no key that fits the token's header");
  }

  #currentFailure(now, retryAfter = this.#schedule.retryAfter(now)) {
    const { code, message } = this.#failure ?? { code: "keys_unreachable", message: "the keys could not be fetched" };
    return new KeysFailure(code, message, retryAfter);
  }

  /** The refresh that has not ended. A refresh past its deadline was lost with the request that started it. */
  #running() {
    return this.#refresh !== undefined && this.#now() < this.#refresh.deadline ? this.#refresh : undefined;
  }

  async #refreshed(context, isForced) {
    const running = this.#running();
    if (running === undefined) {
      const refresh = this.#start(context, isForced);
      this.#inBackground(refresh, context);
      await refresh.done;
    } else if (!this.#policy.separatesRequests || (context !== undefined && running.context === context)) {
      await running.done;
    } else {
      await this.#ended(running);
      // The other request is gone: this one fetches the keys, or waits for the one that already does.
      if (!running.isOver) await this.#refreshed(context, isForced);
    }
  }

  /** Waits for another request's refresh with timers of this request: its promise may never settle. */
  async #ended(refresh) {
    let pause = FIRST_POLL;
    while (this.#running() === refresh) {
      await sleep(this.#policy.clock, pause);
      pause = Math.min(pause * 2, LONGEST_POLL);
    }
  }

  #inBackground(refresh, context) {
    // Without a context the runtime may end the refresh with the request. Then a later request starts another one.
    context?.waitUntil(refresh.done.then(() => refresh.stored));
  }

  #start(context, isForced) {
    const { timeout, store } = this.#policy;
    const limit = timeout + (store ? STORE_TIMEOUT : 0) + GRACE;
    const refresh = { context, deadline: this.#now() + limit, isOver: false, done: undefined, stored: undefined };
    this.#refresh = refresh;
    refresh.done = this.#run(refresh, isForced).finally(() => {
      refresh.isOver = true;
      if (this.#refresh === refresh) this.#refresh = undefined;
    });
    return refresh;
  }

  /** Never rejects. */
  async #run(refresh, isForced) {
    const isCurrent = () => this.#refresh === refresh;
    // A forced refresh looks for something newer than what another isolate has stored.
    if (!isForced && (await this.#restore(isCurrent))) return;
    if (!isCurrent()) return;
    this.#schedule.attempted(this.#now());
    try {
      const { text, headers } = await this.#fetch(isForced || this.#schedule.isFailing);
      if (!isCurrent()) return;
      const lasts = lifetime(headers, this.#policy.maxAge);
      this.#adopt(text, lasts, 0);
      this.#report({ type: "keys_refreshed", keys: this.#keys.core.keys.length, leftOut: this.#keys.core.leftOut });
      // Nobody waits for the store.
      refresh.stored = this.#store(text, lasts);
    } catch (error) {
      if (isCurrent()) this.#fail(error);
    }
  }

  #fail(error) {
    this.#failure =
      error instanceof KeysFailure ? error : new KeysFailure("keys_malformed", `${this.#place.url}: ${error.message}`);
    // The keys may have moved.
    this.#discovered = undefined;
    this.#isStaleReported = false;
    const now = this.#now();
    this.#schedule.failed(now, this.#policy.random());
    const { code, message } = this.#failure;
    this.#report({ type: "refresh_failed", code, message, retryAfter: this.#schedule.retryAfter(now) });
  }

  /** Replaces the set as a whole. A set of the same text keeps its imported keys. Throws if the text is no set. */
  #adopt(text, lasts, age) {
    if (this.#keys?.text !== text) {
      this.#keys = keySet(this.#readKeys(text), text);
    }
    this.#failure = undefined;
    this.#isStaleReported = false;
    this.#fetchedAt = this.#now() - age;
    this.#schedule.succeeded(this.#now(), lasts, age, this.#policy.random());
  }

  #fetch(isForced) {
    const { issuer, url, hosts } = this.#place;
    const { allowLoopback, hasSharedCache } = this.#policy;
    return fetching({ ...this.#policy, isCached: hasSharedCache && !isForced }, async (get) => {
      if (hosts && this.#discovered === undefined) {
        const { text } = await get(url);
        this.#discovered = readDiscovery(text, { issuer, hosts, url, allowLoopback });
      }
      return get(hosts ? this.#discovered : url);
    });
  }

  /** Takes the set from the store if it is newer than the set in memory. Returns whether it is fresh. */
  async #restore(isCurrent) {
    const { store, clock, maxAge, staleIfError } = this.#policy;
    if (!store) return false;
    const record = await this.#asked(() => store.get(this.#place.url));
    const stored = fromStored(record, clock.now(), maxAge);
    if (!isCurrent() || stored === undefined || stored.age >= stored.lifetime + staleIfError) return false;
    const isFresh = stored.age < stored.lifetime;
    // The clocks of machines differ. The set of this isolate comes back with about its own age.
    const isNewer = this.#now() - stored.age > this.#fetchedAt + 1;
    // A set that is no longer fresh is of use only if there is none in memory.
    if (!isNewer || (!isFresh && this.#keys !== undefined)) return false;
    try {
      this.#adopt(stored.text, stored.lifetime, stored.age);
    } catch {
      this.#report({ type: "store_failed", message: "the stored set cannot be read" });
      return false;
    }
    return isFresh;
  }

  async #store(text, lasts) {
    const { store, clock, staleIfError } = this.#policy;
    if (!store) return;
    await this.#asked(() => store.put(this.#place.url, toStored(text, clock.now(), lasts, staleIfError)));
  }

  /** Asks the store. If it fails or does not answer, the keys still come from the issuer. */
  async #asked(ask) {
    let cancel;
    const late = new Promise((_, reject) => {
      cancel = this.#policy.clock.after(STORE_TIMEOUT, () => reject(new Error(`no answer in ${STORE_TIMEOUT} s`)));
    });
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      this.#report({ type: "store_failed", message: String(error?.message ?? error) });
      return undefined;
    } finally {
      cancel();
    }
  }

  #report(event) {
    try {
      this.#policy.onEvent?.({ issuer: this.#place.issuer, url: this.#place.url, ...event });
    } catch {
      // An error in the caller's log must not reject a token.
    }
  }
}
