/** Says why the session could not complete a request. It never contains a token, a password or the service's text. */
export class SessionError extends Error {
  constructor(message, code, facts) {
    super(message);
    Object.assign(this, { code }, facts);
  }
  get name() {
    return "SessionError";
  }
}

export const sessionEnded = () => new SessionError("there is no session", "session_ended");
