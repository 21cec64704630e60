/** Why the session could not do what was asked. Never holds a token or a password, nor what the service wrote. */
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
