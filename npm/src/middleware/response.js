import { PROBLEM_TYPE, answerTo, readChallenge } from "./answer.js";

/** Returns the Response for an answer of `answerTo`. */
export const responseOf = ({ status, headers, problem }) =>
  new Response(JSON.stringify(problem), { status, headers: { ...headers, "content-type": PROBLEM_TYPE } });

/** Returns the Response for a failure. */
export const toResponse = (failure, options) => responseOf(answerTo(failure, readChallenge(options)));
