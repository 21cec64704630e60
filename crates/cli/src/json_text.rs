//! Formats existing JSON on one line or with indentation. Its numbers and the order of its members
//! stay as they were written.

use portcullis::encoding::invisible::is_invisible;

/// The kinds of layout.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Line,
    Indented,
}

/// Formats strict JSON on one line, without white space.
pub(super) fn line(json: &str) -> String {
    lay_out(json, Layout::Line)
}

/// Formats strict JSON with a line for each member and element.
pub(super) fn indented(json: &str) -> String {
    lay_out(json, Layout::Indented)
}

/// Escapes `text` so that a terminal does not take any part of it as a command.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_shown(&mut out, c));
    out
}

fn lay_out(json: &str, layout: Layout) -> String {
    let mut out = String::with_capacity(json.len().saturating_mul(2));
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            push_shown(&mut out, c);
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                if let Some(end) = chars.next_if(|c| matches!(c, '}' | ']')) {
                    out.push(end);
                } else {
                    depth = depth.saturating_add(1);
                    new_line(&mut out, depth, layout);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth, layout);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth, layout);
            }
            ':' => out.push_str(if layout == Layout::Indented {
                ": "
            } else {
                ":"
            }),
            _ => out.push(c),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize, layout: Layout) {
    if layout == Layout::Indented {
        out.push('\n');
        out.extend(core::iter::repeat_n("  ", depth));
    }
}

/// Writes an invisible character as a JSON escape in UTF-16, and any other character unchanged.
fn push_shown(out: &mut String, c: char) {
    if is_invisible(c) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "{ \"a\" : [ 1.0 ,\r\n\t{ } , [ ] ] , \"b c\" : \"{ \\\" , \\\\\" }";

    #[test]
    fn a_line_has_white_space_only_in_strings() {
        assert_eq!(line(JSON), r#"{"a":[1.0,{},[]],"b c":"{ \" , \\"}"#);
    }

    #[test]
    fn indented_json_has_a_line_for_each_member() {
        let laid_out =
            "{\n  \"a\": [\n    1.0,\n    {},\n    []\n  ],\n  \"b c\": \"{ \\\" , \\\\\"\n}";
        assert_eq!(indented(JSON), laid_out);
        assert_eq!(indented("7"), "7");
    }

    #[test]
    fn terminal_control_characters_are_escaped() {
        assert_eq!(
            line("\"\u{9b}2J\u{7f}\u{202e}\""),
            r#""\u009b2J\u007f\u202e""#
        );
        assert_eq!(shown("a\u{1b}[2J\n"), "a\\u001b[2J\\u000a");
    }

    #[test]
    fn an_invisible_character_is_escaped_in_utf_16() {
        assert_eq!(
            shown("a\u{202e}b\u{fe0f}c\u{e0041}\u{1b}"),
            "a\\u202eb\\ufe0fc\\udb40\\udc41\\u001b"
        );
        assert_eq!(shown("d\u{e9}\u{1f600} "), "d\u{e9}\u{1f600} ");
    }
}
