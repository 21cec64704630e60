// bench/rust.mjs adds this code to the peers' main.rs: the first part to `add`, the second to `cases`.
    {
        use portcullis::{key::*, time::UnixTime, token::*};
        let clock = || UnixTime::from_seconds(now() as i64).unwrap();
        for alg in ["HS256", "HS512"] {
            let verifier = || Verifier::with_key(SecretKey::new(Algorithm::from_name(alg).unwrap(), &sec(alg)).unwrap(), Policy::default()).unwrap();
            let group = if alg == "HS256" { "verify-HS256" } else { "verify-HS512" };
            let v = verifier();
            add(group, "portcullis typed", alg, false, Box::new(move |t| match v.verify(t, clock()).and_then(|t| t.claims::<Access>()) { Ok(c) => { black_box(c); true }, Err(_) => false }));
            let v = verifier();
            add(group, "portcullis, claims as JSON", alg, false, Box::new(move |t| match v.verify(t, clock()) { Ok(t) => { black_box(t); true }, Err(_) => false }));
        }
        for alg in ["EdDSA", "ES256", "RS256"] {
            let mut jwk = fx["keys"][alg]["publicJwk"].clone();
            jwk["alg"] = alg.into();
            let key = VerifyingKey::from_public_jwk(&PublicJwk::from_json(&jwk.to_string()).unwrap()).unwrap();
            let v = Verifier::with_key(key, Policy::default()).unwrap();
            let group = match alg { "EdDSA" => "verify-EdDSA", "ES256" => "verify-ES256", _ => "verify-RS256" };
            add(group, "portcullis typed", alg, false, Box::new(move |t| match v.verify(t, clock()).and_then(|t| t.claims::<Access>()) { Ok(c) => { black_box(c); true }, Err(_) => false }));
        }
    }
// ----
    {
        use portcullis::{time::UnixTime, token::*};
        let clock = || UnixTime::from_seconds(now() as i64).unwrap();
        let t = |typed: bool| -> F { Box::new(move |t| { let t = UnverifiedToken::parse(t).unwrap(); let r = t.inspect(clock(), core::time::Duration::ZERO).unwrap().status == Status::Current; if typed { black_box(serde_json::from_str::<Access>(t.json().claims()).unwrap()); } black_box(t); r }) };
        cases.push(Case { group: "decode-exp", name: "portcullis inspect".into(), f: t(false), toks: toks("HS256", "access"), samples: vec![], n: 16 });
        cases.push(Case { group: "decode-exp", name: "portcullis inspect, typed".into(), f: t(true), toks: toks("HS256", "access"), samples: vec![], n: 16 });
    }
