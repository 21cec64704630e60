/**
 * A session with the Worker: logs in, renews the token in time, and puts it on
 * requests. No WebAssembly; the same file for every runtime. All times are
 * seconds since the epoch and all durations seconds, but for what is a `Date`.
 */

/** The runtime's own `fetch`, as far as its types are known. */
export type Fetch = typeof globalThis extends { fetch: (...args: infer A) => infer R }
  ? (...args: A) => R
  : (input: string, init?: object) => Promise<unknown>;

/** Where a session is kept; `localStorage` fits. May be asynchronous. */
export interface SessionStorage {
  getItem(key: string): string | null | undefined | PromiseLike<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

export interface SessionOptions {
  /** The Worker's address, below which are `/login`, `/refresh` and `/logout`; a `URL` fits. */
  url: string | { readonly href: string };
  /**
   * Further origins to which `fetch` may send the token, each exactly
   * (`"https://api.example"`, without a path): services that verify the
   * Worker's tokens. None by default.
   */
  origins?: readonly (string | { readonly href: string })[];
  /**
   * Keeps the session between page loads, and shares it with the other tabs:
   * both tokens, in clear. Who can run a script in the page can read it.
   * Without, each session is its own and lasts as long as the page. One that
   * throws is given up, and the session goes on without.
   */
  storage?: SessionStorage;
  /** `"portcullis.session "` and the address by default. Names the lock and the channel as well. */
  storageKey?: string;
  /** In place of the runtime's. */
  fetch?: Fetch;
  /**
   * How long before its end a token is renewed, and `expiring` tells if it has
   * not been; 60 by default, and at most half of the token's life. Each is
   * renewed up to a quarter of it sooner, at random.
   */
  refreshBefore?: number;
}

/** No answer: `unreachable`. Another one than the service gives: `answer_unexpected`. No session, or no longer: `session_ended`. */
export type SessionErrorCode =
  | "unreachable"
  | "answer_unexpected"
  | "session_ended"
  | "request_malformed"
  | "credentials_incorrect"
  | "token_missing"
  | "token_incorrect"
  | "token_overdue"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "media_type_unsupported"
  | "too_many_attempts"
  | "misconfigured"
  | "internal_error"
  | "interrupted"
  | "store_unavailable";

/** Why the session could not do what was asked. Never holds a token or a password. */
export class SessionError extends Error {
  private constructor();
  readonly name: "SessionError";
  readonly code: SessionErrorCode;
  /** The answer's, if there was one. */
  readonly status?: number;
  /** How many seconds the service asks to wait. */
  readonly retryAfter?: number;
  /** With `unreachable`: what `fetch` threw. */
  readonly cause?: unknown;
}

/**
 * - `logout`: here.
 * - `elsewhere`: in another tab, or the storage was cleared.
 * - `refused`: the service refuses to renew it: logged out of somewhere, replaced, or the user is gone.
 * - `expired`: it has lasted as long as it may.
 */
export type EndReason = "logout" | "elsewhere" | "refused" | "expired";

export interface SessionEvents {
  /** `refreshBefore` ahead of its end, the token has not been renewed yet. */
  expiring: { type: "expiring" };
  /** The token is over and could not be renewed, as when offline. The session may come back. */
  expired: { type: "expired" };
  /** There is a new token: a login or a refresh, here or in another tab. */
  refreshed: { type: "refreshed" };
  /**
   * Another tab logged in as another user, and this tab has that user's token now. Drop what belongs
   * to the user before. `refreshed` follows.
   */
  userchanged: { type: "userchanged" };
  ended: { type: "ended"; reason: EndReason };
}

export interface Session {
  /** Settles when what the storage held is loaded. Never rejects; everything that returns a promise waits for it. */
  readonly ready: Promise<void>;

  /**
   * Begins a session, in place of the one that there is.
   * @throws {SessionError} `credentials_incorrect`, `too_many_attempts` with `retryAfter`, …
   */
  login(username: string, password: string): Promise<void>;

  /** Ends the session here in any case, and at the service if that can be reached. Never rejects. */
  logout(): Promise<void>;

  /** Renews the token now; one at a time, in all tabs. A failure of the network does not end the session. */
  refresh(): Promise<void>;

  /**
   * `fetch` with the token in `Authorization`, on requests to the origin of
   * `url` and to `origins`, and to no other. A request that has an `Authorization` of its own is
   * left alone. A token that is over is renewed first; one that the service
   * refuses (401, `error="invalid_token"`) is renewed, and the request sent
   * once more, unless its body is a stream or another user has logged in since. Redirects are not followed with the
   * token: with `redirect: "follow"`, one is an error. Needs no `this`.
   * @throws {SessionError} `unreachable`, `session_ended` when the token cannot be renewed;
   * `answer_unexpected` for a redirect; beside what `fetch` itself throws
   */
  readonly fetch: Fetch;

  /** The access token; undefined when there is none or it is over. */
  readonly token: string | undefined;
  /** When it ends, by the service's clock. */
  readonly expiresAt: Date | undefined;
  /** Until then, right also where this machine's clock is wrong; negative when it is over, 0 without one. */
  readonly secondsLeft: number;
  /** When the session ends, renewed or not, by the service's clock. */
  readonly sessionExpiresAt: Date | undefined;
  /** `expired`: the token is over, and the session is not. */
  readonly status: "none" | "active" | "expired";
  /** The service's time, as far as known. */
  readonly now: number;

  /** Returns the function that takes the listener off. What a listener throws is reported, and stops nothing. */
  on<E extends keyof SessionEvents>(event: E, listener: (event: SessionEvents[E]) => void): () => void;

  /** No more timers, events and news from other tabs. The session itself goes on, in the storage and at the service. */
  close(): void;
}

export function createSession(options: SessionOptions): Session;
