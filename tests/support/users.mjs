// Users whose passwords the tests know. Hashing takes longer than a test should, so the hashes are
// precomputed with `portcullis users add --print`, unless a comment names another source.

import { pbkdf2Sync } from "node:crypto";

export const PASSWORDS = {
  alice: "correct horse battery staple",
  bob: "bob keeps another secret here",
  mallory: "the disabled one still knows it",
  spaces: "  spaces count, at both ends  ",
  /** One name composed (NFC) and one decomposed (NFD); another user has the other form. */
  composed: "Zwölf große Bären über Ängste".normalize("NFC"),
  decomposed: "Zwölf große Bären über Ängste".normalize("NFD"),
  long: `${"0123456789".repeat(20)} and no less`,
  longest: "x".repeat(1024),
  odd: "👩‍👩‍👧‍👦 family \0 nul",
  sameCost: "made by argon2-cffi, same cost",
  otherCost: "made by argon2-cffi, another cost",
  defaults: "made by argon2-cffi, its defaults",
};

const ours = (rest) => `$argon2id$v=19$m=19456,t=2,p=1$${rest}`;

export const HASHES = {
  alice: ours("zqbUoS+OxJvJ1gJP/yEp+w$rlvktgUCW0aBvMqx/ZliEQ1Jmg5Yiph25Br90EzYxW4"),
  bob: ours("9EnDt0K0equabCgj87pcBg$CF3K4j8guNgDSuIlmVWbIiBzqS0EvXl79e5fVfq99/Q"),
  mallory: ours("CKTKfMXeJTOPzgawBnwwhw$YNh5ECPiHLlkW8CcScVSE1CkJ1YG8Dy7uOlnk6Mw4Ro"),
  spaces: ours("ALzARCNBL6RSXZ5zKdiwqw$hivjSbpN3wjAOGU2tOYTkLIg6iXoDSekxmSJaw9Ekaw"),
  composed: ours("8I1MACv521Yq0yHzIYsHNg$8ooDsV3SMd5zWRwvCJ/krpeR3FY18EEXXPMIx+0SIrw"),
  decomposed: ours("3/RntYt8QUjjh//XT6H4vA$el56DxJLS7GRvhiuy8oloZ//1nYnGREnr9T1SmR7/24"),
  long: ours("LxsBYqE5cLRA8/ZFAtbVKg$VOxwwDw+5o5u8+FdsGq9ZOuwPfO6DZt9pXsqVmhn7H8"),
  longest: ours("6NxMFX0eHYsOSdvS6svq+A$eGDZ01JkchinMPZyOCnvFZPUWjmJt9BjhXnQPGGUD68"),
  odd: ours("MK0eTOhGHJEPTO81iaB1pA$bI9T8s+iHMLhUn48IzwDSs0nV/IGV63xox8LEAUHCp0"),
  // The last three hashes come from argon2-cffi 25.1.0, so that the tests also read foreign hashes.
  sameCost: "$argon2id$v=19$m=19456,t=2,p=1$MlW+rK7luHLyA34SdHsBnA$DvlKzcW0IU+k4aE43tpeuhh8RUjBeDwI+sU8Zt8NGa4",
  otherCost: "$argon2id$v=19$m=12288,t=3,p=2$k8i1Mzs+YDw$1CYdtO8Ww/uDoGSCP29AgLdd0Z74EUeO",
  defaults: "$argon2id$v=19$m=65536,t=3,p=4$k0h7USCkNJrp2Z9VJI9twQ$OQXweZW6RiLDjjogzC7XLsQ/wNxn8SgASsIS+E9wCsY",
};

/** A hash of a password in the format of werkzeug; the default is the cheapest hash. */
export const werkzeugHash = (password, { salt = "abcdefgh", rounds = 1000 } = {}) =>
  `pbkdf2:sha256:${rounds}$${salt}$${pbkdf2Sync(password, salt, rounds, 32, "sha256").toString("hex")}`;

/** A user record with the password that PASSWORDS has under the name `password`. */
export const user = (id, username, password, more = {}) => ({
  id,
  username,
  hash_password: HASHES[password],
  phone: `+44207946${String(id).padStart(4, "0")}`,
  ...more,
});

export const alice = user(1, "alice", "alice");
export const bob = user(2, "bob", "bob");
export const mallory = user(3, "mallory", "mallory", { disabled: true });
