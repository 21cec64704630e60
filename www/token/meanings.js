// Short descriptions of the well-known claims and header members.

/** Claims of RFC 7519, OpenID Connect, RFC 8693, RFC 9068 and Portcullis itself. */
export const claimMeanings = new Map(
  Object.entries({
    iss: "issuer: the service that issued the token",
    sub: "subject: the user or client the token is about",
    aud: "audience: the services that may accept it",
    exp: "expiry: the token is invalid from this time on",
    nbf: "not before: the token is valid from this time on",
    iat: "issued at: when the token was issued",
    jti: "token id: unique to this token",
    id: "the user’s number",
    username: "the user’s login name",
    sid: "session: the id of the session, which ends at log-out",
    auth_time: "when the user logged in",
    updated_at: "when the user’s data last changed",
    azp: "the client that the token was issued for",
    client_id: "the client that requested the token",
    scope: "the permissions that the token gives",
    scp: "the permissions that the token gives",
    roles: "the user’s roles",
    groups: "the user’s groups",
    permissions: "the permissions of the user",
    nonce: "binds the token to one login",
    acr: "authentication context: how strong the login was",
    amr: "authentication methods: how the user logged in",
    act: "actor: the party that acts for the user",
    cnf: "confirmation: the key that the holder must prove to have",
    at_hash: "hash of the access token issued with it",
    c_hash: "hash of the authorization code issued with it",
    name: "the user’s full name",
    given_name: "first name",
    family_name: "last name",
    preferred_username: "the name that the user prefers",
    email: "email address",
    email_verified: "whether the email address was verified",
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
    typ: "type of the token",
    cty: "type of the content",
    kid: "id of the key that signed the token",
    crit: "header members that a verifier must understand",
    jku: "address of a key set; do not trust it",
    jwk: "a key; do not trust it",
    x5u: "address of a certificate; do not trust it",
    x5c: "a certificate; do not trust it",
    x5t: "fingerprint of a certificate",
    "x5t#S256": "fingerprint of a certificate",
    // itsdangerous writes its dates into the header.
    iat: "issued at: when the token was issued",
    exp: "expiry: when the token expires",
  }),
);

/** The algorithm that each value of `alg` names: RFC 7518 §3.1, RFC 8037, RFC 8812. */
export const algorithms = new Map(
  Object.entries({
    HS256: "HMAC with SHA-256: one secret signs and verifies",
    HS384: "HMAC with SHA-384: one secret signs and verifies",
    HS512: "HMAC with SHA-512: one secret signs and verifies",
    EdDSA: "Ed25519: a private key signs, a public key verifies",
    ES256: "ECDSA on P-256: a private key signs, a public key verifies",
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
