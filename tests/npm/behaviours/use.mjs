// The package in use: its exports, and how its functions work together.
import { NOW, SECRET, signed } from "./support.mjs";

const NAMES = [
  ...["decode", "inspect", "expiresAt", "secondsLeft", "isExpired"],
  ...["verify", "sign", "secretKey", "generateKey", "publicKey", "Verifier", "Signer", "TokenError"],
];

export default ({
  portcullis,
  decode,
  inspect,
  secondsLeft,
  isExpired,
  verify,
  sign,
  secretKey,
  Verifier,
  Signer,
  ok,
  equal,
  notEqual,
  deepEqual,
  key,
  claims,
  token,
  refused,
  typeError,
  works,
  check,
}) => ({
  "it exports the contract's names and nothing else": () => {
    const has = Object.keys(portcullis).filter((name) => name !== "default");
    deepEqual(
      NAMES.filter((name) => !has.includes(name)),
      [],
    );
    deepEqual(
      has.filter((name) => !NAMES.includes(name)),
      [],
    );
  },

  "it verifies the tokens that it signs, with each algorithm": () => {
    for (const alg of ["HS256", "HS384", "HS512"]) {
      const key = secretKey(SECRET, alg);
      const token = sign({ sub: "usr_1", role: ["a", "b"], n: { deep: [1, null] } }, key, { expiresIn: 60, now: NOW });
      const { header, claims } = verify(token, key, { now: NOW });
      deepEqual(header, { alg, typ: "JWT" });
      deepEqual(claims, { sub: "usr_1", role: ["a", "b"], n: { deep: [1, null] }, iat: NOW, exp: NOW + 60 });
    }
  },

  "it verifies tokens that the runtime's own crypto signed": async () => {
    for (const [alg, hash] of [
      ["HS256", "SHA-256"],
      ["HS384", "SHA-384"],
      ["HS512", "SHA-512"],
    ]) {
      const token = await signed({ a: 1, exp: NOW + 1 }, { alg }, SECRET, hash);
      deepEqual(verify(token, secretKey(SECRET, alg), { now: NOW }), {
        header: { alg },
        claims: { a: 1, exp: NOW + 1 },
      });
    }
  },

  "it signs the same tokens as the runtime's own crypto": async () => {
    const own = sign({ exp: NOW + 60, iat: NOW }, key);
    equal(
      own,
      await signed(
        ...own
          .split(".", 2)
          .reverse()
          .map((part) => atob(part)),
      ),
    );
  },

  "a Verifier and a Signer give the same results many times and side by side": () => {
    const other = secretKey(`${SECRET}!`, "HS512");
    const [signer, otherSigner] = [key, other].map((key) => new Signer(key, { expiresIn: 60, issuer: "me" }));
    const [verifier, otherVerifier] = [key, other].map((key) => new Verifier(key, { issuer: "me" }));
    for (let n = 0; n < 20; n++) {
      const now = NOW + n;
      const [token, otherToken] = [signer, otherSigner].map((signer) => signer.sign({ n }, { now }));
      deepEqual(verifier.verify(token, { now }).claims, { n, iss: "me", iat: now, exp: now + 60 });
      equal(otherVerifier.verify(otherToken, { now }).claims.n, n);
      refused("token_signature_invalid", () => verifier.verify(otherToken, { now }));
      refused("token_expired", () => verifier.verify(token, { now: now + 60 }));
    }
  },

  "a Verifier and a Signer use the time of the call, or the time in their options, or the clock": () => {
    const signer = new Signer(key, { expiresIn: 10, now: NOW });
    equal(decode(signer.sign({})).claims.iat, NOW);
    equal(decode(signer.sign({}, { now: NOW + 5 })).claims.iat, NOW + 5);
    const verifier = new Verifier(key, { now: NOW });
    verifier.verify(signer.sign({}));
    refused("token_expired", () => verifier.verify(signer.sign({}), { now: NOW + 10 }));
    const clock = Math.floor(Date.now() / 1000);
    const fresh = new Signer(key, { expiresIn: 60 }).sign({});
    const { iat } = new Verifier(key).verify(fresh).claims;
    ok(iat >= clock - 1 && iat <= clock + 60, `${iat}`);
    refused("token_expired", () => new Verifier(key).verify(signer.sign({})));
  },

  "a key and options are read once": () => {
    const [own, options] = [{ ...key }, { issuer: "me", now: NOW }];
    const verifier = new Verifier(own, options);
    Object.assign(own, secretKey(`${SECRET}!`, "HS512"));
    options.issuer = "you";
    verifier.verify(sign({ iss: "me", exp: NOW + 1, iat: NOW }, key));
  },

  "keys and options may be frozen or without a prototype": () => {
    const bare = (value) => Object.freeze(Object.assign(Object.create(null), value));
    const token = sign(bare({ a: 1 }), bare(key), bare({ expiresIn: 60, now: NOW }));
    equal(verify(token, bare(key), bare({ now: NOW })).claims.a, 1);
  },

  "each result is an object of its own": () => {
    const first = verify(token, key, { now: NOW });
    first.claims.sub = "changed";
    first.header.alg = "none";
    works();
  },

  "a call from within a call works": () => {
    const within = { toJSON: () => (works(), { a: 1, exp: NOW + 1, iat: NOW }) };
    equal(check(sign(within, key)).claims.a, 1);
    const options = {
      get expiresIn() {
        works();
        return 60;
      },
      get now() {
        sign({}, key);
        return NOW;
      },
    };
    equal(decode(sign({}, key, options)).claims.exp, NOW + 60);
  },

  "thousands of right and wrong calls do not break it": () => {
    const verifier = new Verifier(key);
    for (let n = 0; n < 2000; n++) {
      equal(verify(sign({ n }, key, { expiresIn: 60, now: NOW }), key, { now: NOW }).claims.n, n);
      equal(verifier.verify(token, { now: NOW }).claims.sub, "usr_1");
      refused("token_malformed", () => decode("x".repeat(n)));
      refused("key_invalid", () => new Verifier({ kty: "oct", k: "", alg: "HS256" }));
      typeError(() => inspect(n));
    }
    works();
  },

  "two tokens with the same claims differ only in jti and signature": () => {
    equal(sign(claims, key), sign(claims, key));
    notEqual(sign(claims, key, { jwtId: true }), sign(claims, key, { jwtId: true }));
  },

  "an option that calls the package cannot replace the token that is being verified": () => {
    const verifier = new Verifier(key);
    const signer = new Signer(key);
    const other = secretKey(`${SECRET}!`, "HS512");
    const good = sign({ who: "good", exp: NOW + 60 }, key, { now: NOW });
    const bad = sign({ who: "bad!", exp: NOW + 60 }, other, { now: NOW });
    const meanwhile = (call) => ({
      get now() {
        call();
        return NOW;
      },
    });
    const readGood = () => verifier.verify(good, { now: NOW });

    refused("token_signature_invalid", () => verifier.verify(bad, meanwhile(readGood)));
    refused("token_signature_invalid", () => verify(bad, key, meanwhile(readGood)));
    equal(
      verifier.verify(
        good,
        meanwhile(() => decode(bad)),
      ).claims.who,
      "good",
    );
    refused("token_expired", () =>
      verifier.verify(good, {
        get now() {
          readGood();
          return NOW + 60;
        },
      }),
    );

    equal(inspect(bad, meanwhile(readGood)).claims.who, "bad!");
    equal(
      inspect(bad, {
        now: NOW,
        get leeway() {
          readGood();
          return 0;
        },
      }).claims.who,
      "bad!",
    );
    const short = sign({ exp: NOW - 1, iat: NOW - 9 }, key);
    equal(isExpired(short, meanwhile(readGood)), true);
    equal(secondsLeft(short, meanwhile(readGood)), -1);

    equal(
      decode(
        signer.sign(
          { who: "mine" },
          meanwhile(() => signer.sign({ who: "other" })),
        ),
      ).claims.who,
      "mine",
    );
    equal(decode(signer.sign({ who: "mine" }, meanwhile(readGood))).claims.who, "mine");
    equal(
      decode(
        sign(
          { who: "mine" },
          key,
          meanwhile(() => sign({ who: "other" }, key)),
        ),
      ).claims.who,
      "mine",
    );
  },

  "a Verifier and a Signer have only the contract's methods": () => {
    for (const [type, method] of [
      [Verifier, "verify"],
      [Signer, "sign"],
    ]) {
      equal("once" in type, false);
      deepEqual(Object.getOwnPropertyNames(type.prototype).sort(), ["constructor", method].sort());
      deepEqual(Object.getOwnPropertyNames(type).sort(), ["length", "name", "prototype"]);
    }
  },
});
