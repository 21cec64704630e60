//! A strict reader for JSON (RFC 8259). It accepts one value with nothing after it,
//! in UTF-8 without a byte order mark. It rejects unpaired surrogates, numbers that a
//! double cannot hold, deep nesting, and two members of one object with the same
//! name, at any depth and however the name is escaped.
//!
//! The reader does not build a tree. It checks the whole text and passes on the
//! members of the outermost object as slices of the text.

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

/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;

/// The reason why a text is not strict JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonError {
    /// The text does not follow the grammar of RFC 8259, or is of another type than
    /// the caller asks for.
    Syntax,
    /// Two members of one object have the same name.
    DuplicateName,
    /// Arrays and objects are nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// An escape stands for half of a surrogate pair.
    LoneSurrogate,
    /// A number is beyond the largest double.
    NumberTooLarge,
}

impl core::fmt::Display for JsonError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not JSON",
            Self::DuplicateName => "two members of an object have the same name",
            Self::TooDeep => "nested more than 32 levels deep",
            Self::LoneSurrogate => "a string holds a lone surrogate",
            Self::NumberTooLarge => "a number is too large for a double",
        })
    }
}

impl core::error::Error for JsonError {}

/// A value: scalars are decoded, arrays and objects are checked text.
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
/// [`JsonError`] when the text is anything else. `member` may have been called
/// before the error was found; the caller must discard what it received.
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
/// The same as [`read_object`].
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
/// [`JsonError`] when the text is anything else.
pub fn read_value(text: &str) -> Result<JsonValue<'_>, JsonError> {
    Reader::new(text).only_value()
}
