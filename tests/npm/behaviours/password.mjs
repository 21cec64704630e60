// Hashing and verifying passwords.
import { NOT_STRINGS } from "./support.mjs";

const PASSWORD = "correct horse";

// Hashes of PASSWORD by the C reference implementation; the last hash is shorter than ours.
const ARGON2ID = [
  "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$dmvGMcsTXYYk4cShzR0mBObVpZJ/KHkdMIq2Nfmc9Jc",
  "$argon2id$v=19$m=64,t=3,p=2$YWJjZGVmZ2hpamtsbW5vcA$JIuPCV9ssFJQ6hWeQKj3AhjN5EhmQHeW1ALbbJaqauw",
  "$argon2id$v=19$m=65536,t=1,p=4$YWJjZGVmZ2hpamtsbW5vcA$XCKF0WYfsl8h9LEv9nj27G6oibCuAZe4woyDg4eUvJs",
  "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$0z94U7wcs0PHzkZj0AD8irivJ+B0mktMZRbNv+NItes",
  "$argon2id$v=19$m=32,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$SHM/xh6s4qDSxZ8t8hqx4A",
];
const [CHEAP, , COSTLY, TODAY] = ARGON2ID;
const MANY_SCRIPTS = "pässwörd 🦊 e\u0301\0";
const OF_MANY_SCRIPTS = "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$wKR7ASwOjVnxWdxRQWCnJrD7IjM+Mp50Nyzi6bTvypY";

// Hashes of PASSWORD by werkzeug.
const WERKZEUG = [
  "pbkdf2:sha256:150000$abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
  "pbkdf2:sha256:260000$abcdefghijklmnop$2e28efc23df05f3696d525a59eef7d0e2897ead43152dedc07d94f6c09f910ec",
  "pbkdf2:sha256:600000$abcdefghijklmnop$0d1a4641f1a9aad40c6e7dc993181b8ac3db35a661fe79bae81fe32cf3306dce",
  "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558",
  "scrypt:32768:8:1$abcdefghijklmnop$81b59dde9d092f718dfb03433d8da9c3665fd3041418559f01d92623eda9e66a6205e9230bf16318717746682357b4a1774d75dde137aea408fcfb874e777296",
  "scrypt:1024:8:1$abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c8246a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382",
  "sha256$abcdefgh$d897043995e35ed9dbb0d7fd6f8eeeed727b7ab09d1352cb9909cfa6a7a706c5",
  "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8",
  "sha256$$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
];
const [PBKDF2, , , , SCRYPT, , HMAC] = WERKZEUG;

const UNUSABLE = [
  ...[
    "",
    " ",
    "$",
    "$$",
    "$$$$$",
    "password",
    PASSWORD,
    "\0",
    "\ud800",
    "x".repeat(1 << 20),
    "$".repeat(1 << 20),
    "é".repeat(1 << 20),
  ],
  `plain$$${PASSWORD}`,
  "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
  "md4$abcdefgh$00",
  "sha256$abcdefgh$",
  // Other variants of argon2, an older version of argon2id, and parts that are missing or repeated.
  CHEAP.replace("argon2id", "argon2i"),
  CHEAP.replace("argon2id", "argon2d"),
  CHEAP.replace("v=19", "v=16"),
  CHEAP.replace("$v=19", ""),
  CHEAP.slice(0, CHEAP.lastIndexOf("$")),
  CHEAP.replace("m=8,", ""),
  CHEAP.replace("m=8,", "m=8,m=8,"),
  `${CHEAP}$`,
  `${CHEAP}=`,
  ` ${CHEAP}`,
  `${CHEAP}\n`,
  // A hash truncated by a column of 120 characters, an upper-case hash, and another kind of salt.
  SCRYPT.slice(0, 120),
  HMAC.toUpperCase(),
  `${HMAC}\n`,
  HMAC.slice(0, -1),
  `${HMAC}00`,
  HMAC.replace("$abc", "$\ud800"),
  HMAC.replace("$abc", `$${"a".repeat(200)}`),
  // Costs above the supported limit.
  CHEAP.replace("m=8,", "m=65537,"),
  CHEAP.replace("m=8,", "m=4194304,"),
  CHEAP.replace("t=1,", "t=9,"),
  CHEAP.replace("m=8,t=1,p=1", "m=64,t=1,p=5"),
  PBKDF2.replace("150000", "2000001"),
  PBKDF2.replace("150000", "99999999999"),
  PBKDF2.replace("150000", "0"),
  SCRYPT.replace("32768", "1048576"),
  SCRYPT.replace("32768", "1000"),
];

export default ({
  passwords: { hashPassword, verifyPassword, needsRehash, PasswordError, ...rest },
  ok,
  equal,
  notEqual,
  deepEqual,
  match,
  throws,
  typeError,
}) => {
  const works = () =>
    deepEqual([verifyPassword(PASSWORD, CHEAP), verifyPassword(`${PASSWORD}.`, CHEAP)], [true, false]);
  const refused = (code, call, message) => {
    let caught;
    throws(
      call,
      (error) => {
        ok(error instanceof PasswordError, `${message} not a PasswordError but ${error}`);
        equal(error.code, code, `${message} ${error.code} is not ${code}`);
        caught = error;
        return true;
      },
      message,
    );
    return caught;
  };

  return {
    "it exports three functions and their error": () => {
      deepEqual(
        Object.keys(rest).filter((name) => name !== "default"),
        [],
      );
    },

    "a hash is argon2id as a PHC string, and only its own password verifies": () => {
      const hash = hashPassword(PASSWORD);
      match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      equal(verifyPassword(PASSWORD, hash), true);
      equal(verifyPassword(`${PASSWORD} `, hash), false);
      equal(verifyPassword("", hash), false);
      equal(needsRehash(hash), false);
    },

    "each hash has a salt of its own": () => {
      const hashes = [1, 2, 3].map(() => hashPassword(PASSWORD).split("$"));
      equal(new Set(hashes.map((parts) => parts[4])).size, 3);
      equal(new Set(hashes.map((parts) => parts[5])).size, 3);
    },

    "it verifies argon2id hashes of any cost up to 64 MiB": () => {
      for (const hash of ARGON2ID) {
        equal(verifyPassword(PASSWORD, hash), true, hash);
        equal(verifyPassword("correct Horse", hash), false, hash);
      }
    },

    "it verifies hashes of each version of werkzeug": () => {
      for (const hash of WERKZEUG) {
        equal(verifyPassword(PASSWORD, hash), true, hash);
        equal(verifyPassword("correct hors", hash), false, hash);
      }
    },

    "all hashes of werkzeug need a rehash, and so do argon2id hashes that cost less than a new hash": () => {
      for (const hash of WERKZEUG) equal(needsRehash(hash), true, hash);
      const [eight, sixtyFour, , , short] = ARGON2ID;
      for (const hash of [eight, sixtyFour, short, COSTLY, TODAY.replace("t=2", "t=1")])
        equal(needsRehash(hash), true, hash);
      for (const hash of [TODAY, TODAY.replace("m=19456", "m=65536"), TODAY.replace("t=2", "t=3")])
        equal(needsRehash(hash), false, hash);
    },

    "every character of a password counts": () => {
      equal(verifyPassword(MANY_SCRIPTS, OF_MANY_SCRIPTS), true);
      const others = [
        MANY_SCRIPTS.normalize("NFC"),
        MANY_SCRIPTS.slice(0, -1),
        ` ${MANY_SCRIPTS}`,
        `${MANY_SCRIPTS} `,
        MANY_SCRIPTS.toUpperCase(),
        `${MANY_SCRIPTS}\0`,
      ];
      for (const other of others) equal(verifyPassword(other, OF_MANY_SCRIPTS), false, other);
      const empty = hashPassword("");
      deepEqual([verifyPassword("", empty), verifyPassword("\0", empty)], [true, false]);
    },

    "a password has up to 1024 bytes, and each byte counts": () => {
      for (const longest of ["x".repeat(1024), "é".repeat(512), "🦊".repeat(256)]) {
        const hash = hashPassword(longest);
        equal(verifyPassword(longest, hash), true);
        equal(verifyPassword(longest.slice(0, -2), hash), false);
        for (const longer of [`${longest}x`, longest.repeat(2), longest.repeat(1000)]) {
          refused("password_too_long", () => hashPassword(longer), `${longer.length}`);
          refused("password_too_long", () => verifyPassword(longer, hash), `${longer.length}`);
        }
      }
      works();
    },

    "a lone surrogate, which has no UTF-8, is refused and not replaced": () => {
      for (const password of ["\ud800", "\udc00", "a\ud83e", "\udd8a\ud83e", "x".repeat(1000) + "\ud800"]) {
        refused("password_malformed", () => hashPassword(password), password);
        refused("password_malformed", () => verifyPassword(password, CHEAP), password);
      }
      works();
    },

    "a malformed hash or one above the supported cost is an error and not a wrong password": () => {
      for (const hash of UNUSABLE) {
        refused("hash_not_usable", () => verifyPassword(PASSWORD, hash), hash.slice(0, 60));
        refused("hash_not_usable", () => needsRehash(hash), hash.slice(0, 60));
        works();
      }
    },

    "an argument of a wrong type is a TypeError, and the next call works": () => {
      for (const wrong of NOT_STRINGS) {
        const calls = [
          () => hashPassword(wrong),
          () => verifyPassword(wrong, CHEAP),
          () => verifyPassword(PASSWORD, wrong),
          () => needsRehash(wrong),
        ];
        for (const call of calls) typeError(call, String(wrong));
      }
      typeError(() => hashPassword());
      typeError(() => verifyPassword(PASSWORD));
      works();
    },

    "an argument is not converted to a string": () => {
      const asks = () => throws(null, "asked");
      const objects = [
        { toString: asks },
        { valueOf: asks },
        { [Symbol.toPrimitive]: asks },
        new Proxy({}, { get: asks, has: asks, getPrototypeOf: asks }),
      ];
      for (const object of objects) {
        typeError(() => hashPassword(object));
        typeError(() => verifyPassword(object, CHEAP));
        typeError(() => verifyPassword(PASSWORD, object));
        typeError(() => needsRehash(object));
      }
      works();
    },

    "a PasswordError is an Error with a name and a code, and contains neither password nor hash": () => {
      const secret = "xyzzy-private";
      const errors = [
        refused("hash_not_usable", () => verifyPassword(secret, `plain$$${secret}`)),
        refused("hash_not_usable", () => needsRehash(`${CHEAP}${secret}`)),
        refused("password_too_long", () => hashPassword(secret.repeat(100))),
        refused("password_malformed", () => verifyPassword(`${secret}\ud800`, CHEAP)),
      ];
      for (const error of errors) {
        ok(error instanceof Error && !(error instanceof TypeError));
        equal(error.name, "PasswordError");
        match(String(error), /^PasswordError: \S/);
        equal(error.cause, undefined);
        deepEqual(Object.keys(error), ["code"]);
        for (const part of [secret, "argon2id"]) {
          ok(
            !String(error).includes(part) &&
              !JSON.stringify(error).includes(part) &&
              !(error.stack ?? "").includes(part),
            String(error),
          );
        }
      }
    },

    "many right and wrong hashes do not break it": () => {
      for (let n = 0; n < 500; n++) {
        equal(verifyPassword(`${PASSWORD}${n}`, CHEAP), false);
        equal(verifyPassword(PASSWORD, HMAC), true);
        refused("hash_not_usable", () => needsRehash("x".repeat(n)), `${n}`);
        typeError(() => hashPassword(n));
      }
      notEqual(hashPassword(PASSWORD), hashPassword(PASSWORD));
      works();
    },
  };
};
