/**
 * A client of the Worker: logs in, renews the token before it expires, and adds it to requests. Uses no
 * WebAssembly and is the same file for every runtime. Points in time are seconds since the epoch and durations are
 * seconds, except where the type is `Date`.
 */

/** The type of the runtime's own `fetch`, where it is known. */
export type Fetch = typeof globalThis extends { fetch: (...args: infer A) => infer R }
  ? (...args: A) => R
  : (input: string, init?: object) => Promise<unknown>;

/** A storage for the session, such as `localStorage`. It may be asynchronous. */
export interface SessionStorage {
  getItem(key: string): string | null | undefined | PromiseLike<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

export interface SessionOptions {
  /** The Worker's address, as a text or a `URL`. The client calls `/login`, `/refresh` and `/logout` below it. */
  url: string | { readonly href: string };
  /**
   * More origins to which `fetch` may send the token: services that verify the Worker's tokens. Each is an exact
   * origin without a path, such as `"https://api.example"`. Default: none.
   */
  origins?: readonly (string | { readonly href: string })[];
  /**
   * Keeps the session between page loads and shares it with other tabs. Both tokens are stored in clear text, and
   * any script that runs in the page can read them. Without a storage, each session is separate and lasts as long
   * as the page. If the storage throws, the session continues without it.
   */
  storage?: SessionStorage;
  /** The key in the storage, and the name of lock and channel. Default: `"portcullis.session "` and the address. */
  storageKey?: string;
  /** The function that sends the requests. Default: the runtime's `fetch`. */
  fetch?: Fetch;
  /**
   * How many seconds before its expiry a token must be renewed. Default: 60, and at most half of the token's
   * lifetime. The renewal starts up to a quarter of this time earlier, at random, so that not all tabs and users
   * renew at once. If the token is not renewed `refreshBefore` seconds before its expiry, `expiring` is sent.
   */
  refreshBefore?: number;
}

/**
 * - `unreachable`: the service did not answer.
 * - `answer_unexpected`: the answer is not one that the service gives.
 * - `session_ended`: there is no session, or it has ended.
 *
 * The other codes are the service's own.
 */
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

/**
 * Says why the session could not complete a request. It never contains a token or a password.
 * @example
 * if (error instanceof SessionError && error.code === "too_many_attempts") console.log(error.retryAfter);
 */
export class SessionError extends Error {
  private constructor();
  readonly name: "SessionError";
  readonly code: SessionErrorCode;
  /** The HTTP status of the answer, if there was an answer. */
  readonly status?: number;
  /** The seconds to wait before the next attempt, as the service asks. */
  readonly retryAfter?: number;
  /** With `unreachable`: the error that `fetch` threw. */
  readonly cause?: unknown;
}

/**
 * - `logout`: this tab logged out.
 * - `elsewhere`: another tab logged out, or the storage was cleared.
 * - `refused`: the service refuses to renew the token, because the session was logged out or replaced, or because
 *   the user no longer exists.
 * - `expired`: the session has reached its longest lifetime.
 */
export type EndReason = "logout" | "elsewhere" | "refused" | "expired";

export interface SessionEvents {
  /** The token expires within `refreshBefore` and has not been renewed yet. */
  expiring: { type: "expiring" };
  /** The token has expired and could not be renewed, for example offline. The session may come back. */
  expired: { type: "expired" };
  /** There is a new token after a login or a refresh, here or in another tab. */
  refreshed: { type: "refreshed" };
  /**
   * Another tab logged in as another user, and this tab now has that user's token. Remove the previous user's data.
   * `refreshed` follows.
   */
  userchanged: { type: "userchanged" };
  /** The session is over. */
  ended: { type: "ended"; reason: EndReason };
}

export interface Session {
  /** Settles when the stored session is loaded. Never rejects. Every method that returns a promise waits for it. */
  readonly ready: Promise<void>;

  /**
   * Logs in. A new session replaces the current one.
   * @throws {SessionError} `credentials_incorrect`, `too_many_attempts` with `retryAfter`, `unreachable`,
   * `answer_unexpected`, or another code of the service
   * @example
   * await session.login("alice", "her password");
   */
  login(username: string, password: string): Promise<void>;

  /**
   * Ends the session in this client in any case, and at the service if it can be reached. Never rejects.
   * @example
   * await session.logout();
   */
  logout(): Promise<void>;

  /**
   * Renews the token now. Only one renewal runs at a time in all tabs. A network failure does not end the session.
   * @throws {SessionError} `session_ended`, `unreachable`, `answer_unexpected`, or another code of the service
   * @example
   * await session.refresh();
   */
  refresh(): Promise<void>;

  /**
   * `fetch` with the token in `Authorization`, for requests to the origin of `url` and to `origins`. Other requests,
   * and requests with their own `Authorization`, are sent unchanged. Works without `this`.
   *
   * An expired token is renewed first. If the service refuses the token (401 with `error="invalid_token"`), the
   * token is renewed and the request is sent once more, unless its body is a stream or another user has logged in
   * meanwhile. A redirect is not followed with the token: with `redirect: "follow"` it is an error.
   * @throws {SessionError} `unreachable`, or `session_ended` if the token cannot be renewed; `answer_unexpected`
   * for a redirect. Errors of `fetch` itself are passed on.
   * @example
   * const response = await session.fetch("https://login.example/me");
   */
  readonly fetch: Fetch;

  /** The access token, or undefined if there is none or it has expired. */
  readonly token: string | undefined;
  /** When the token expires, by the service's clock. */
  readonly expiresAt: Date | undefined;
  /**
   * The seconds until the token expires, correct even if this machine's clock is wrong. Negative after the expiry,
   * 0 without a token.
   */
  readonly secondsLeft: number;
  /** When the session ends, renewed or not, by the service's clock. */
  readonly sessionExpiresAt: Date | undefined;
  /**
   * `none`: there is no session. `active`: the token is valid. `expired`: the token has expired, but the session has
   * not ended and can be renewed.
   */
  readonly status: "none" | "active" | "expired";
  /**
   * The service's time in seconds since the epoch. It is estimated from this machine's clock and the time of the
   * service's last answer.
   */
  readonly now: number;

  /**
   * Adds a listener and returns the function that removes it. An error of a listener is reported and stops nothing.
   * @example
   * const stop = session.on("ended", ({ reason }) => console.log("over:", reason));
   */
  on<E extends keyof SessionEvents>(event: E, listener: (event: SessionEvents[E]) => void): () => void;

  /**
   * Stops the timers and events, and no longer follows other tabs. The session continues in the storage and at the
   * service.
   * @example
   * session.close();
   */
  close(): void;
}

/**
 * Creates a session client. It loads the session from `storage`, if there is one.
 * @throws {TypeError} an option is wrong, misspelt or missing
 * @example
 * const session = createSession({ url: "https://login.example", storage: globalThis.localStorage });
 * await session.login("alice", "her password");
 */
export function createSession(options: SessionOptions): Session;
