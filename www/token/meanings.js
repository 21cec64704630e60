// What the well-known members of a header and of claims mean, in a few words.

/** Claims: RFC 7519, OpenID Connect, RFC 8693, RFC 9068, and what Portcullis adds. */
export const claimMeanings = new Map(
  Object.entries({
    iss: "issuer: who made the token",
    sub: "subject: whom it is about",
    aud: "audience: for whom it is meant",
    exp: "expiry: from then on it is over",
    nbf: "not before: from then on it is valid",
    iat: "issued at: when it was made",
    jti: "token id: no other token has it",
    id: "the user’s number",
    username: "the user’s login name",
    sid: "session: ends with a log-out",
    auth_time: "when the user logged in",
    updated_at: "when the user’s data last changed",
    azp: "the client it was made for",
    client_id: "the client that asked for it",
    scope: "what it allows",
    scp: "what it allows",
    roles: "the user’s roles",
    groups: "the user’s groups",
    permissions: "what the user may do",
    nonce: "ties it to one login",
    acr: "how strong the login was",
    amr: "how the user logged in",
    act: "who acts for the user",
    cnf: "the key its holder must prove",
    at_hash: "hash of the access token beside it",
    c_hash: "hash of the code beside it",
    name: "the user’s full name",
    given_name: "first name",
    family_name: "last name",
    preferred_username: "the name the user goes by",
    email: "email address",
    email_verified: "whether the address was checked",
    phone_number: "phone number",
    locale: "language and region",
    zoneinfo: "time zone",
    picture: "address of a picture",
    tid: "tenant",
    oid: "the user’s id in the tenant",
  }),
);

/** Header members: RFC 7515 §4.1. */
export const headerMeanings = new Map(
  Object.entries({
    alg: "algorithm of the signature",
    typ: "what kind of token it is",
    cty: "what kind of content it has",
    kid: "which key signed it",
    crit: "what a reader must understand",
    jku: "address of a key set; never to be trusted",
    jwk: "a key; never to be trusted",
    x5u: "address of a certificate; never to be trusted",
    x5c: "a certificate; never to be trusted",
    x5t: "fingerprint of a certificate",
    "x5t#S256": "fingerprint of a certificate",
    // itsdangerous wrote its dates here.
    iat: "issued at: when it was made",
    exp: "expiry: when it is over",
  }),
);

/** What an `alg` stands for: RFC 7518 §3.1, RFC 8037, RFC 8812. */
export const algorithms = new Map(
  Object.entries({
    HS256: "HMAC with SHA-256: one secret signs and verifies",
    HS384: "HMAC with SHA-384: one secret signs and verifies",
    HS512: "HMAC with SHA-512: one secret signs and verifies",
    EdDSA: "Ed25519: a private key signs, a public one verifies",
    ES256: "ECDSA on P-256: a private key signs, a public one verifies",
    ES384: "ECDSA on P-384",
    ES512: "ECDSA on P-521",
    ES256K: "ECDSA on secp256k1",
    RS256: "RSA with SHA-256",
    RS384: "RSA with SHA-384",
    RS512: "RSA with SHA-512",
    PS256: "RSA-PSS with SHA-256",
    PS384: "RSA-PSS with SHA-384",
    PS512: "RSA-PSS with SHA-512",
    none: "not signed",
  }),
);

/** The members that are dates, in seconds since the epoch. */
export const dates = new Set(["exp", "nbf", "iat", "auth_time", "updated_at"]);
