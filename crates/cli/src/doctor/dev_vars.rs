//! Parses `.dev.vars` in the same way as wrangler: the format is that of dotenv.

use zeroize::Zeroizing;

/// The names and values, in order. Lines that set nothing are ignored, as in wrangler.
pub(super) fn parse(text: &str) -> Vec<(String, Zeroizing<String>)> {
    let mut rest = text;
    let mut values: Vec<(String, Zeroizing<String>)> = Vec::new();
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let Some((name, value)) = assignment(line) else {
            rest = after;
            continue;
        };
        // A quoted value may have several lines.
        let start = line.len().saturating_sub(value.len());
        let from_value = rest.get(start..).unwrap_or_default();
        let (value, after) = match quoted(from_value) {
            Some((value, end)) => {
                let after = from_value.get(end..).unwrap_or_default();
                (value, after.split_once('\n').map_or("", |(_, after)| after))
            }
            None => (plain(value), after),
        };
        values.retain(|(other, _)| other != name); // the last value of a name counts
        values.push((name.into(), value));
        rest = after;
    }
    values
}

/// Splits `NAME=…` or `export NAME=…` into the name and the text after `=`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix("export ").map_or(name, str::trim_start);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_one = !name.is_empty() && name.bytes().all(is_name);
    is_one.then(|| (name, value.trim_start()))
}

/// A value in quotation marks, and the position of its end.
fn quoted(text: &str) -> Option<(Zeroizing<String>, usize)> {
    let mark = text.chars().next().filter(|c| "\"'`".contains(*c))?;
    let inner = text.get(1..)?;
    let mut end = None;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = end?;
    let value = inner.get(..end)?;
    let value = if mark == '"' {
        value.replace("\\n", "\n").replace("\\r", "\r")
    } else {
        value.into()
    };
    Some((value.into(), end.saturating_add(2)))
}

/// A value without quotation marks. It ends at a `#`.
fn plain(value: &str) -> Zeroizing<String> {
    let value = value.split('#').next().unwrap_or_default();
    Zeroizing::new(value.trim().into())
}
