// A token to try the page with.

import { secretKey, sign } from "portcullis";

/** What the example is signed with, for the reader to verify it. */
export const SECRET = "example-secret-that-everyone-knows";

const LIFETIME = 300;

/** A token of HS256 that is good for five minutes from `now` on, in seconds. */
export const exampleToken = (now) =>
  sign({ sub: "1", username: "alice", scope: "read write" }, secretKey(SECRET, "HS256"), {
    issuer: "https://login.example",
    audience: "https://api.example",
    expiresIn: LIFETIME,
    jwtId: true,
    now,
  });
