use portcullis::encoding::json::{JsonValue, MAX_DEPTH, read_array, read_object, read_value};

fn accepts(text: &str) -> bool {
    read_value(text).is_ok()
}

#[test]
fn members_are_returned_in_order() {
    let mut seen = Vec::new();
    let text = " {\"a\" : 1 ,\"b\":\"x\\u00e9\\n\",\"c\":[1,{}],\"d\":{\"e\":null},\"f\":true}\n";
    read_object(text, |name, value| {
        seen.push(match value {
            JsonValue::Number(n) => format!("{}={n}", name.decode()),
            JsonValue::String(s) => format!("{}={}", name.decode(), s.decode()),
            JsonValue::Array(a) => format!("{}={a}", name.decode()),
            JsonValue::Object(o) => format!("{}={o}", name.decode()),
            JsonValue::Bool(b) => format!("{}={b}", name.decode()),
            JsonValue::Null => format!("{}=null", name.decode()),
        });
    })
    .unwrap();
    assert_eq!(
        seen,
        ["a=1", "b=xé\n", "c=[1,{}]", "d={\"e\":null}", "f=true"]
    );
    assert_eq!(seen.len(), 5);
}

#[test]
fn a_text_has_exactly_one_value() {
    for text in ["1", " null ", "\"\"", "[]", "{}", "-0", "0.1e-2"] {
        assert!(accepts(text), "{text}");
    }
    for text in [
        "",
        " ",
        "1 2",
        "{}{}",
        "nul",
        "nullx",
        "\u{feff}1",
        "// x\n1",
    ] {
        assert!(!accepts(text), "{text}");
    }
}

#[test]
fn numbers_follow_the_grammar_and_fit_a_double() {
    for text in [
        "0", "-1", "10", "1.0", "1e5", "1E+5", "1e-999", "1e307", "0e9999",
    ] {
        assert!(accepts(text), "{text}");
    }
    let long = "9".repeat(309);
    let zeros = format!("0.{}1e315", "0".repeat(300));
    for text in [
        "01",
        "-",
        "+1",
        "1.",
        ".1",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "-Infinity",
        "1.8e308",
        "1e400",
        "-1e400",
        "1e99999999999999999999",
        &long,
    ] {
        assert!(!accepts(text), "{text}");
    }
    assert!(accepts(&zeros));
    assert!(accepts("1e308"));
    assert!(accepts("1.7976931348623157e+308"));
    assert!(accepts("-17976931348623157e292"));
    assert!(!accepts("1.7976931348623159e308"));
}

#[test]
fn strings_hold_no_control_characters_and_no_lone_surrogates() {
    for text in [
        r#""\u0000\"\\\/\b\f\n\r\t""#,
        r#""\ud83d\ude00""#,
        "\"😀\u{7f}\"",
    ] {
        assert!(accepts(text), "{text}");
    }
    for text in [
        "\"\n\"",
        "\"\u{0}\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
        r#""\ud83dx""#,
        r#""\ud83d\n""#,
        r#"""#,
        r#""\"#,
        "'x'",
    ] {
        assert!(!accepts(text), "{text}");
    }
}

#[test]
fn an_escaped_string_decodes_to_its_meaning() {
    let text = r#"{"k":"\ud83d\ude00\u00e9\"\\\/\b\f\n\r\t"}"#;
    let mut value = String::new();
    read_object(text, |_, v| {
        if let JsonValue::String(s) = v {
            value = s.decode().into_owned();
            assert!(s.is(&value));
        }
    })
    .unwrap();
    assert_eq!(value, "😀é\"\\/\u{8}\u{c}\n\r\t");
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(accepts(&nested(MAX_DEPTH)));
    assert!(!accepts(&nested(MAX_DEPTH + 1)));
    assert!(!accepts(&"[".repeat(100_000)));
    assert!(!accepts(&"{\"a\":".repeat(100_000)));
}

#[test]
fn duplicates_are_found_among_few_and_among_many() {
    assert!(!accepts(r#"{"a":1,"a":1}"#));
    assert!(!accepts(r#"{"a":1,"\u0061":1}"#));
    assert!(accepts(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#));
    let many = |last: &str| {
        let mut members: Vec<_> = (0..1000).map(|i| format!("\"m{i}\":{i}")).collect();
        members.push(format!("\"{last}\":0"));
        format!("{{{}}}", members.join(","))
    };
    assert!(accepts(&many("other")));
    assert!(!accepts(&many("m500")));
    assert!(!accepts(&many("\\u006d999")));
}

#[test]
fn only_the_requested_type_is_read() {
    assert!(read_object("[]", |_, _| ()).is_err());
    assert!(read_object("1", |_, _| ()).is_err());
    assert!(read_array("{}", |_| ()).is_err());
    let mut count = 0;
    read_array("[1, [2, 3], \"x\"]", |_| count += 1).unwrap();
    assert_eq!(count, 3);
}
