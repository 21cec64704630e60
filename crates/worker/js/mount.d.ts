/** Where a Worker serves Portcullis, and which part of the Worker's environment belongs to Portcullis. */
export interface MountOptions {
  /** The path of the routes, without a slash at the end: with `/auth` the login is `/auth/login`. `/` is allowed. */
  path: string;
  /**
   * The prefix of all settings and bindings of Portcullis, such as `PORTCULLIS_`: capital letters, digits and
   * underscores, with an underscore at the end. With this prefix, `TOKEN_ISSUER` is `PORTCULLIS_TOKEN_ISSUER` and
   * `USERS` is `PORTCULLIS_USERS`. Portcullis ignores all other names. An unknown name with the prefix is an error.
   */
  prefix: string;
  /** The issuer if the setting `TOKEN_ISSUER` with the prefix is absent. One of the two is required. */
  issuer?: string | undefined;
  /** Bindings that have other names in your environment, such as `{ USERS: "MY_USERS" }`. */
  bindings?: Partial<Record<"USERS" | "ACCOUNTS" | "LOGIN_LIMITER" | "ASSETS", string>> | undefined;
}

/** Serves the requests below the path. It answers 404 to every other request. */
export interface MountedWorker {
  fetch(request: Request, env: unknown, context: ExecutionContext): Response | Promise<Response>;
}

/**
 * Mounts Portcullis in your Worker. Call it once, at the top of your main module, because the mount also tells the
 * accounts' objects which bindings are theirs. Export `Account` from `portcullis/worker` as well.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 * @throws {Error} if Portcullis is already mounted with other options.
 */
export function mount(options: MountOptions): MountedWorker;
