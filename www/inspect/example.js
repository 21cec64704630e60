// A token to try the page with.

import { secretKey, sign } from "portcullis";

/** The secret that signs the example. The page shows it, so that the reader can verify the example. */
export const SECRET = "example-secret-that-everyone-knows";

// In seconds.
const LIFETIME = 300;

/** An HS256 token that is valid for five minutes from `now`, in seconds since the epoch. */
export const exampleToken = (now) =>
  sign({ sub: "1", username: "alice", scope: "read write" }, secretKey(SECRET, "HS256"), {
    issuer: "https://login.example",
    audience: "https://api.example",
    expiresIn: LIFETIME,
    jwtId: true,
    now,
  });
