import { ofAnyCopy } from "../error.js";

/** A failure, for the error handlers of Express and Fastify. Everything that they send to a client is fixed text. */
export const AuthError = /* @__PURE__ */ ofAnyCopy(
  class AuthError extends Error {
    constructor({ failure, answer: { status, headers, problem } }) {
      super(problem.detail);
      this.code = problem.code;
      // Fastify reads `statusCode`, and Express reads both.
      this.status = status;
      this.statusCode = status;
      this.headers = headers;
      this.problem = problem;
      this.failure = failure;
    }
  },
  "AuthError",
);
