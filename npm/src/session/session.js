// A session with the Worker: logs in, and renews the token before it expires.
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

// In seconds: the longest pause between two attempts, and the longest Retry-After that is obeyed.
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
  // `current`: the record of the session. `over`: `began` of the session that ended here and must not come back.
  let current, over;
  // For the current token: the times of `expiring` and of the renewal, and whether `expiring` and `expired` were sent.
  let warnAt, refreshAt, warned, lapsed;
  // The pending renewal, the number of failures since the last success, the time of the next attempt, and the error of
  // the last failure.
  let attempt, failures, retryAt, told;

  const left = () => current.expiresAt - clock.now();

  function take(record, isNews = true, isElsewhere = false) {
    const isOther = isElsewhere && current && userOf(current.token) !== userOf(record.token);
    current = record;
    const { issuedAt, expiresAt, offset } = record;
    clock.set(offset, issuedAt);
    // `issuedAt` is in whole seconds, so the real lifetime may be up to a second shorter.
    const ahead = Math.min(refreshBefore, (expiresAt - issuedAt - 1) / 2);
    warnAt = expiresAt - ahead;
    // Up to a quarter earlier, so that tabs and users do not all renew at the same time.
    refreshAt = warnAt - (ahead * Math.random()) / 4;
    warned = lapsed = false;
    failures = 0;
    retryAt = -Infinity;
    told = undefined;
    // `userchanged` is first, so that a page removes the previous user's data before it shows the new user's.
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

  /** Renews the token and sends events if it is time for them, and sets the alarm for the next time. */
  function check() {
    if (!current || closed) return;
    const now = clock.now();
    // A failed renewal is repeated even if the token is still valid: the refresh token may already be used up.
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

  /** Takes the record that another tab has stored. Ends the session if another tab has removed the record. */
  async function look() {
    if (!store.shared) return;
    const before = current;
    let seen = await store.read();
    if (!store.shared || current !== before) return;
    if (seen && seen.began === over) {
      // The record comes from a refresh that was pending when the session ended.
      await publish(undefined);
      seen = undefined;
    }
    if (!seen) {
      if (current && current === before) end("elsewhere");
    } else if (!current || seen.serial > current.serial) take(seen, true, true);
  }

  async function wake({ type }) {
    // The last attempts may have failed because there was no network. A Retry-After of the service still holds.
    if (type === "online" && told?.retryAfter === undefined) retryAt = -Infinity;
    await look();
    check();
  }

  async function publish(record) {
    await (record ? store.write(record) : store.remove());
    if (!closed) channel?.tell();
  }

  /** Renews the token. Calls during a renewal wait for the same renewal. */
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
   * A refresh token can be used once. It is sent again only if there was no answer, or an answer that says nothing
   * about it: for half a minute the service returns the same next token.
   */
  async function exchange(first) {
    await look();
    if (!current) throw sessionEnded();
    // Another tab has renewed the token while this tab waited for the lock.
    if (current !== first && left() > 0) return;
    const last = current;
    const sent = elapsed();
    let record, refusal;
    try {
      const answer = await ask("/refresh", { refresh_token: last.refreshToken });
      record = recordOf(url, answer, elapsed() - sent, last);
    } catch (error) {
      // A 401 without a problem body of the service comes from something else, such as a proxy.
      if (error.status !== 401 || error.code === "answer_unexpected") throw error;
      refusal = error;
    }
    // A login or logout may have happened meanwhile, here or in another tab.
    await look();
    if (current === last) {
      // Store the new record first: if the used refresh token is not replaced, the session ends.
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

  /** Renews the token, unless a Retry-After of the service has not passed yet. */
  async function renewed() {
    if (!current) throw sessionEnded();
    if (!attempt && told?.retryAfter !== undefined && clock.now() < retryAt) throw told;
    return renew();
  }

  /** The session's token, or after the service has refused a token, a newer token of the same user. */
  async function tokenBut(refused) {
    await ready;
    const last = refused ?? current?.token;
    if (current && (current.token === refused || left() <= 0)) await renewed();
    // If another user has logged in meanwhile, the request must not be sent as that user.
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
        // The session has ended here in any case.
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
