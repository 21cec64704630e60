// Tokens of other projects and our result for each: the codes of tests/vectors/codes.json, which the
// native tests check as well. The cases are the same in Node and in a browser.

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (two) => Number.parseInt(two, 16));

/** The code of the TokenError that `call` throws, or what it returns. */
function answer({ TokenError }, call) {
  try {
    return { code: "accepted", value: call() };
  } catch (error) {
    if (error instanceof TokenError) return { code: error.code, error };
    throw error;
  }
}

function* derived({ portcullis, assert }, { vectors, key_hex, now }) {
  const { decode, inspect, secretKey, verify, Verifier } = portcullis;
  const key = secretKey(bytesOf(key_hex), "HS256");
  const OPTIONS = { iss: { issuer: "https://issuer.test" }, aud: { audience: "api" }, "cross-jwt": { type: "JWT" } };
  for (const { id, cls, token } of vectors) {
    yield {
      id,
      ask() {
        const options = { now, algorithms: ["HS256"], ...OPTIONS[cls] };
        const known = cls === "kid-injection" ? { ...key, kid: "known" } : key;
        const { code, error } = answer(portcullis, () => verify(token, known, options));
        assert.equal(answer(portcullis, () => new Verifier(known, options).verify(token)).code, code);
        // Reading without a key may accept the token or reject it with the same code.
        for (const look of [decode, (token) => inspect(token, { now })]) answer(portcullis, () => look(token));
        if (error) assert.ok(!error.message.includes(token.slice(0, 40)) || token.length === 0);
        return code;
      },
    };
  }
}

function* jwt({ portcullis, assert }, { cases, verify_at }, keys) {
  for (const { alg, made_by, name, token, payload } of cases) {
    yield {
      id: `${alg} ${made_by} ${name}`,
      ask() {
        const options = { audience: "example-api", issuer: "https://example.com", now: verify_at };
        const { jwk, publicJwk, privateJwk } = keys[alg];
        // Of RSA, only public keys are read.
        const pair = alg === "RS256" ? undefined : privateJwk;
        const forms = [jwk ?? publicJwk, pair, { keys: [jwk ?? publicJwk] }].filter((key) => key !== undefined);
        const [{ code, value }, ...others] = forms.map((key) =>
          answer(portcullis, () => portcullis.verify(token, key, options)),
        );
        // In a set, the token's `kid` must name a key.
        for (const other of others) assert.ok(other.code === code || other.code === "token_key_unknown", other.code);
        if (value && payload) assert.deepEqual(value.claims, payload);
        return code;
      },
    };
  }
}

function* itsdangerous({ legacy, assert }, { cases }) {
  const MEANT = { token_expired: "token be overdue" };
  for (const { name, alg, secret, salt, verify_at, token, outcome, payload, tutorial_error } of cases) {
    yield {
      id: name,
      ask() {
        const { code, value } = answer(legacy, () =>
          legacy.verifyLegacy(token, secret, { algorithm: alg, salt, now: verify_at }),
        );
        if (value) assert.deepEqual(value.payload, payload);
        if (outcome !== "valid" && tutorial_error) assert.equal(MEANT[code] ?? "token incorrect", tutorial_error);
        return code;
      },
    };
  }
}

/** Runs all cases. Returns `{ name, error? }` for each, and for each source whether all its codes are used. */
export function runVectors({ portcullis, legacy }, assert, data) {
  const lib = { portcullis, legacy, assert };
  const sources = {
    derived: derived(lib, data.derived),
    "peers/jwt": jwt(lib, data.jwt, data.keys),
    "peers/itsdangerous": itsdangerous(lib, data.itsdangerous),
  };
  const results = [];
  const tell = (name, call) => {
    try {
      call();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  };
  for (const [source, cases] of Object.entries(sources)) {
    const codes = new Map(Object.entries(data.codes[source]));
    for (const { id, ask } of cases) {
      tell(`${source}: ${id}`, () => {
        const code = ask();
        const expected = codes.get(id);
        codes.delete(id);
        assert.equal(code, expected);
      });
    }
    tell(`${source}: each code has its case`, () => assert.deepEqual([...codes.keys()], []));
  }
  return results;
}
