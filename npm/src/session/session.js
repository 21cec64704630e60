// A session with the Worker: its token, renewed in time.
import { createAlarm } from "./alarm.js";
import { asker } from "./ask.js";
import { createClock, elapsed } from "./clock.js";
import { sessionEnded } from "./error.js";
import { createEvents } from "./events.js";
import { guarded } from "./guarded.js";
import { sessionOptions } from "./options.js";
import { recordOf, userOf } from "./record.js";
import { createStore } from "./storage.js";
import { exclusively, onWaking, openChannel } from "./tabs.js";

// In seconds: the longest between two attempts, and the longest that a Retry-After is heeded.
const LONGEST_PAUSE = 60;
const LONGEST_WAIT = 3600;

export function createSession(options) {
  const { url, origins, storage, storageKey, fetch, refreshBefore } = sessionOptions(options);
  const clock = createClock();
  const ask = asker(fetch, url, clock);
  const store = createStore(storage, storageKey, url);
  const events = createEvents();
  const alarm = createAlarm(check);
  const channel = store.shared ? openChannel(storageKey, look) : undefined;
  const stopWaking = onWaking(storageKey, wake);

  let closed = false;
  // The record of the session, and which one has ended here and must not come back.
  let current, over;
  // What becomes of this token: when it is warned of and renewed, and what was told.
  let warnAt, refreshAt, warned, lapsed;
  // The attempt that is under way; those that failed since the last that did not.
  let attempt, failures, retryAt, told;

  const left = () => current.expiresAt - clock.now();

  function take(record, isNews = true, isElsewhere = false) {
    const isOther = isElsewhere && current && userOf(current.token) !== userOf(record.token);
    current = record;
    const { issuedAt, expiresAt, offset } = record;
    clock.set(offset, issuedAt);
    // Issued late in its first second, it lasts so much less.
    const ahead = Math.min(refreshBefore, (expiresAt - issuedAt - 1) / 2);
    warnAt = expiresAt - ahead;
    // Sooner by a quarter at most, so that not all tabs, and not all users, do it at once.
    refreshAt = warnAt - (ahead * Math.random()) / 4;
    warned = lapsed = false;
    failures = 0;
    retryAt = -Infinity;
    told = undefined;
    // First, so that a page drops the other user's data before it shows the new user's.
    if (isOther) events.emit("userchanged");
    if (isNews) events.emit("refreshed");
    check();
  }

  function end(reason) {
    over = current.began;
    current = undefined;
    alarm.clear();
    events.emit("ended", { reason });
  }

  /** Whatever the time is now: does what is due, and sets the alarm for what will be. */
  function check() {
    if (!current || closed) return;
    const now = clock.now();
    // One that failed is tried again even if there was time: the refresh token may be used up.
    const due = Math.max(failures > 0 || clock.doubted ? -Infinity : refreshAt, retryAt);
    if (!attempt && due <= now) renew().catch(() => {});
    const times = [warned ? Infinity : warnAt, lapsed ? Infinity : current.expiresAt, attempt ? Infinity : due];
    alarm.set(Math.min(...times.filter((time) => time > now)) - now);
    if (now < current.expiresAt) {
      if (warned || now < warnAt) return;
      warned = true;
      events.emit("expiring");
    } else if (failures > 0 && !attempt && !lapsed) {
      lapsed = true;
      events.emit("expired");
    }
  }

  /** Takes what another tab has stored, or ends if it has removed it. */
  async function look() {
    if (!store.shared) return;
    const before = current;
    let seen = await store.read();
    if (!store.shared || current !== before) return;
    if (seen && seen.began === over) {
      // A refresh that was under way when the session ended.
      await publish(undefined);
      seen = undefined;
    }
    if (!seen) {
      if (current && current === before) end("elsewhere");
    } else if (!current || seen.serial > current.serial) take(seen, true, true);
  }

  async function wake({ type }) {
    // No network may be why the last attempts failed; the service's own wish still holds.
    if (type === "online" && told?.retryAfter === undefined) retryAt = -Infinity;
    await look();
    check();
  }

  async function publish(record) {
    await (record ? store.write(record) : store.remove());
    if (!closed) channel?.tell();
  }

  /** One at a time: who comes meanwhile waits for the same. */
  function renew() {
    attempt ??= exclusive().finally(() => {
      attempt = undefined;
      check();
    });
    return attempt;
  }

  async function exclusive() {
    const first = current;
    const work = () => exchange(first);
    try {
      await (store.shared ? exclusively(storageKey, work) : work());
    } catch (error) {
      if (current) {
        told = error;
        failures += 1;
        const pause = Math.min(LONGEST_PAUSE, 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
        retryAt = clock.now() + Math.min(error.retryAfter ?? 0, LONGEST_WAIT) + pause;
      }
      throw error;
    }
  }

  /**
   * A refresh token is good once. It is sent again only if there was no answer, or one that says
   * nothing of it: the service gives the same successor for half a minute.
   */
  async function exchange(first) {
    await look();
    if (!current) throw sessionEnded();
    // Another tab has done it, while this one waited for the lock.
    if (current !== first && left() > 0) return;
    const last = current;
    const sent = elapsed();
    let record, refusal;
    try {
      const answer = await ask("/refresh", { refresh_token: last.refreshToken });
      record = recordOf(url, answer, elapsed() - sent, last);
    } catch (error) {
      // A 401 that is no problem of the service's is somebody else's.
      if (error.status !== 401 || error.code === "answer_unexpected") throw error;
      refusal = error;
    }
    // Somebody may have logged in or out meanwhile, here or in another tab.
    await look();
    if (current === last) {
      // Before anything else: a token that was used and not replaced ends the session.
      if (record) await publish(record);
      if (current === last) {
        if (record) return take(record);
        const isOver = refusal.code === "token_overdue" || clock.now() >= last.sessionExpiresAt;
        end(isOver ? "expired" : "refused");
        await publish(undefined);
      }
    }
    if (!current) throw sessionEnded();
  }

  /** Renews, unless the service wants to be left alone. */
  async function renewed() {
    if (!current) throw sessionEnded();
    if (!attempt && told?.retryAfter !== undefined && clock.now() < retryAt) throw told;
    return renew();
  }

  async function tokenBut(refused) {
    await ready;
    const last = refused ?? current?.token;
    if (current && (current.token === refused || left() <= 0)) await renewed();
    // Another user may have logged in meanwhile, for whom the request is not.
    return current && userOf(last) === userOf(current.token) ? current.token : undefined;
  }

  const ready = store.read().then((record) => {
    if (record && !current) take(record, false);
  });

  return {
    ready,
    fetch: guarded(fetch, origins, tokenBut),
    on: events.on,

    async login(username, password) {
      if (typeof username !== "string" || typeof password !== "string")
        throw new TypeError("a username and a password must be strings");
      await ready;
      const sent = elapsed();
      const answer = await ask("/login", { username, password });
      const { serial } = current ?? {};
      const record = recordOf(url, answer, elapsed() - sent, serial && { serial });
      await publish(record);
      take(record);
    },

    async logout() {
      await ready;
      if (!current) return;
      const { token, refreshToken } = current;
      end("logout");
      await publish(undefined);
      const leave = (token) => ask("/logout", undefined, token);
      try {
        await leave(token).catch(async (error) => {
          if (error.code !== "token_overdue") throw error;
          const answer = await ask("/refresh", { refresh_token: refreshToken });
          await leave(answer?.token);
        });
      } catch {
        // It has ended here in any case.
      }
    },

    async refresh() {
      await ready;
      await renewed();
    },

    get token() {
      return current && left() > 0 ? current.token : undefined;
    },
    get expiresAt() {
      return current && new Date(current.expiresAt * 1000);
    },
    get secondsLeft() {
      return current ? left() : 0;
    },
    get sessionExpiresAt() {
      return current && new Date(current.sessionExpiresAt * 1000);
    },
    get status() {
      if (!current) return "none";
      return left() > 0 ? "active" : "expired";
    },
    get now() {
      return clock.now();
    },

    close() {
      closed = true;
      alarm.clear();
      stopWaking();
      channel?.close();
      events.clear();
    },
  };
}
