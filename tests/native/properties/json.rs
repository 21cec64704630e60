//! Our strict JSON reader compared with serde_json.

use portcullis::encoding::json::{JsonValue, read_object, read_value};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::any_json;

/// Strict JSON is JSON, and both readers return the same value.
fn assert_is_a_part_of_json(text: &str) -> Result<(), TestCaseError> {
    let Ok(value) = read_value(text) else {
        return Ok(());
    };
    let theirs: Value = serde_json::from_str(text).expect("serde_json accepts it too");
    match (value, &theirs) {
        (JsonValue::Null, Value::Null) => {}
        (JsonValue::Bool(ours), Value::Bool(theirs)) => prop_assert_eq!(ours, *theirs),
        (JsonValue::Number(ours), Value::Number(theirs)) => {
            let (ours, theirs) = (ours.parse::<f64>().unwrap(), theirs.as_f64().unwrap());
            // serde_json's own rounding is not exact.
            prop_assert!((ours - theirs).abs() <= ours.abs() * 1e-15);
        }
        (JsonValue::String(ours), Value::String(theirs)) => {
            prop_assert_eq!(&*ours.decode(), theirs.as_str());
            prop_assert!(ours.is(theirs));
            let longer = format!("{theirs}x");
            prop_assert!(!ours.is(&longer));
        }
        (JsonValue::Array(ours), Value::Array(_)) => {
            prop_assert_eq!(&serde_json::from_str::<Value>(ours).unwrap(), &theirs);
        }
        (JsonValue::Object(ours), Value::Object(members)) => {
            let (mut seen, mut count) = (Map::new(), 0);
            let read = read_object(ours, |name, value| {
                let value = match value {
                    JsonValue::Null => Value::Null,
                    JsonValue::Bool(value) => (*value).into(),
                    JsonValue::String(string) => string.decode().into(),
                    JsonValue::Number(text) | JsonValue::Array(text) | JsonValue::Object(text) => {
                        serde_json::from_str(text).unwrap()
                    }
                };
                seen.insert(name.decode().into(), value);
                count += 1;
            });
            prop_assert!(read.is_ok());
            prop_assert_eq!(count, members.len(), "no name stands twice");
            prop_assert_eq!(&seen, members);
        }
        (ours, theirs) => prop_assert!(false, "{:?} is not {:?}", ours, theirs),
    }
    Ok(())
}

/// Texts of pieces of JSON in any order; some of the texts are JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"\\u0061\"",
        "\"",
        "\\",
        "null",
        "true",
        "false",
        "0",
        "-",
        "1",
        ".",
        "e",
        "E+",
        "1e308",
        "1e309",
        " ",
        "\n",
        "\u{feff}",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "\"\u{7f}\"",
        "\u{0}",
        "//",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Writes a value with white space and escapes at any allowed place.
fn write(value: &Value, spaces: &str, out: &mut String) {
    out.push_str(spaces);
    match value {
        Value::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                write(element, spaces, out);
            }
            out.push_str(spaces);
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (i, (name, value)) in members.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                write(&Value::from(name.as_str()), spaces, out);
                out.push(':');
                write(value, spaces, out);
            }
            out.push_str(spaces);
            out.push('}');
        }
        Value::String(string) => {
            out.push('"');
            for unit in string.encode_utf16() {
                out.push_str(&format!("\\u{unit:04X}"));
            }
            out.push('"');
        }
        other => out.push_str(&other.to_string()),
    }
    out.push_str(spaces);
}

proptest! {
    #[test]
    fn output_of_serde_json_is_strict_json(value in any_json(), cut in any::<prop::sample::Index>()) {
        let text = value.to_string();
        prop_assert!(read_value(&text).is_ok());
        assert_is_a_part_of_json(&text)?;
        if let Some(part) = text.get(..cut.index(text.len())) {
            assert_is_a_part_of_json(part)?;
        }
    }

    #[test]
    fn white_space_and_escapes_change_nothing(value in any_json(), spaces in "[ \t\r\n]{0,2}") {
        let mut text = String::new();
        write(&value, &spaces, &mut text);
        prop_assert!(read_value(&text).is_ok());
        assert_is_a_part_of_json(&text)?;
    }

    #[test]
    fn strict_json_is_a_part_of_json(text in nearly_json()) {
        assert_is_a_part_of_json(&text)?;
    }
}
