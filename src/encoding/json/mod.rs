//! A strict reader of JSON (RFC 8259): one value, nothing behind it, UTF-8
//! without a byte order mark, no unpaired surrogate, no number that a double
//! cannot hold, bounded depth, and no member name twice in one object at any
//! depth, however it is written.
//!
//! It does not build a tree: it checks the whole text and hands out the
//! members of the outermost object as slices of it.

mod names;
mod number;
mod reader;
mod string;
mod write;

pub use number::small_integer;
pub use string::JsonString;
pub(crate) use string::Name;
pub use write::push_string;

use reader::Reader;

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 32;

/// The text is not strict JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError;

impl core::fmt::Display for JsonError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("not strict JSON")
    }
}

impl core::error::Error for JsonError {}

/// A value, scalars decoded, the others as checked text.
#[derive(Debug, Clone, Copy)]
pub enum JsonValue<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// A string.
    String(JsonString<'a>),
    /// An array, with its brackets.
    Array(&'a str),
    /// An object, with its braces.
    Object(&'a str),
}

/// Checks that `text` is one object and calls `member` for each of its members
/// in order.
///
/// # Errors
/// [`JsonError`] when it is anything else. Calls of `member` that came before
/// the error was found must be disregarded then.
pub fn read_object<'a>(
    text: &'a str,
    mut member: impl FnMut(&JsonString<'a>, &JsonValue<'a>),
) -> Result<(), JsonError> {
    let mut reader = Reader::new(text);
    reader.open(b'{')?;
    reader.members(1, &mut member)?;
    reader.end()
}

/// Checks that `text` is one array and calls `element` for each element.
///
/// # Errors
/// As [`read_object`].
pub fn read_array<'a>(
    text: &'a str,
    mut element: impl FnMut(&JsonValue<'a>),
) -> Result<(), JsonError> {
    let mut reader = Reader::new(text);
    reader.open(b'[')?;
    reader.elements(1, &mut element)?;
    reader.end()
}

/// Checks that `text` is one value of any type.
///
/// # Errors
/// [`JsonError`] when it is anything else.
pub fn read_value(text: &str) -> Result<JsonValue<'_>, JsonError> {
    Reader::new(text).only_value()
}
