use super::*;

#[test]
fn the_payload_may_be_any_value_in_strict_json() {
    for payload in ["null", "true", "1", "\"x\"", "[1,{}]", "{}", "{\"é\":1}"] {
        assert_eq!(with_payload(payload).unwrap().payload_json(), payload);
    }
    for payload in [
        "",
        "{",
        "1 2",
        "NaN",
        r#"{"a":1,"a":2}"#,
        r#"[{"a":1,"\u0061":2}]"#,
        "\u{feff}1",
    ] {
        assert_eq!(
            with_payload(payload),
            Err(TokenError::Malformed(Malformation::Json)),
            "{payload}"
        );
    }
    let no_utf8 = with_payload(b"\"\xff\"");
    assert_eq!(no_utf8, Err(TokenError::Malformed(Malformation::Json)));
    let no_number = with_payload("[]").unwrap().payload::<u64>();
    assert_eq!(code(no_number), "token_claim_invalid");
}

#[test]
fn an_ambiguous_header_is_refused() {
    for members in [
        r#","exp":1,"exp":1600000600"#,
        r#","exp":1,"\u0065xp":1600000600"#,
        r#","alg":"HS256","exp":1600000600"#,
        r#","exp":1600000600,"crit":["x"]"#,
        r#","exp":1600000600,"crit":[]"#,
        r#","exp":1600000600,"b64":false"#,
    ] {
        assert_eq!(code(with_header(members)), "token_malformed", "{members}");
    }
    // The application's own members do not matter.
    assert!(with_header(r#","exp":1600000600,"kid":"k1","typ":"JWT","x":[1]"#).is_ok());
}

#[test]
fn alg_none_is_refused_with_and_without_a_signature() {
    for alg in ["none", "None", "NONE"] {
        let header = format!(r#"{{"alg":"{alg}","exp":{LAST}}}"#);
        let signed = sign_512(&header, r#"{"id":1}"#);
        assert_eq!(code(judge(&signed)), "token_algorithm_not_allowed");
        let unsigned = format!("{}.{}.", base64url(&header), base64url(r#"{"id":1}"#));
        assert_eq!(code(judge(&unsigned)), "token_signature_invalid");
    }
}

#[test]
fn a_token_of_another_algorithm_is_refused() {
    for (algorithm, token) in [
        (Algorithm::Hs256, HS512),
        (Algorithm::Hs384, HS512),
        (Algorithm::Hs512, HS384),
    ] {
        let refused = legacy(algorithm).verify(token, at(ISSUED));
        assert_eq!(code(refused), "token_signature_invalid");
    }
    // Even if the token has a valid signature of the configured algorithm, the name counts.
    let misnamed = sign_512(format!(r#"{{"alg":"HS256","exp":{LAST}}}"#), "1");
    assert_eq!(code(judge(&misnamed)), "token_algorithm_not_allowed");
    let header = base64url(format!(r#"{{"alg":"HS512","exp":{LAST}}}"#));
    let input = format!("{header}.{}", base64url("1"));
    let tag = Hs384.sign(&Hs384Key::new(KEY), input.as_bytes());
    let misnamed = format!("{input}.{}", base64url(tag.as_bytes()));
    let refused = legacy(Algorithm::Hs384).verify(&misnamed, at(ISSUED));
    assert_eq!(code(refused), "token_algorithm_not_allowed");
}

#[test]
fn a_padded_or_non_canonical_part_is_refused() {
    let header = base64url(format!(r#"{{"alg":"HS512","exp":{LAST}}}"#));
    let payload = base64url("[1]");
    assert!(judge(&sign_parts_512(&header, &payload)).is_ok());
    for (header, payload) in [
        (format!("{header}="), payload.clone()),
        (header.clone(), format!("{payload}=")),
        (header.clone(), format!("{payload} ")),
        (header.clone(), "WzFdCh".into()),
    ] {
        let token = sign_parts_512(&header, &payload);
        assert_eq!(
            judge(&token),
            Err(TokenError::Malformed(Malformation::Base64)),
            "{token}"
        );
    }
    // 64 bytes end in a digit with two bits: `g` is `gA…`, `h` has an extra bit.
    let loose = format!("{}h", HS512.strip_suffix('g').unwrap());
    for token in [&format!("{HS512}=="), &format!("{HS512}\n"), &loose] {
        assert_eq!(
            judge(token),
            Err(TokenError::Malformed(Malformation::Base64)),
            "{token:?}"
        );
    }
}

#[test]
fn a_token_has_three_parts_and_a_maximum_length() {
    let two = HS512.rsplit_once('.').unwrap().0;
    for token in ["", "abc", two, &format!("{HS512}."), &format!("{HS512}.x")] {
        assert_eq!(
            judge(token),
            Err(TokenError::Malformed(Malformation::Parts)),
            "{token}"
        );
    }
    let long = with_payload(format!("\"{}\"", "x".repeat(MAX_LENGTH)));
    assert_eq!(long, Err(TokenError::Malformed(Malformation::TooLong)));
}

#[test]
fn a_wrong_signature_is_reported_whatever_header_and_payload_are() {
    for (header, payload) in [
        ("{", "1"),
        (r#"{"alg":"none"}"#, "1"),
        (r#"{"alg":"HS512","exp":1}"#, "1"),
        (r#"{"alg":"HS512"}"#, "{"),
    ] {
        let token = sign_512(header, payload);
        let forged = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(code(judge(&forged)), "token_signature_invalid", "{header}");
    }
}
