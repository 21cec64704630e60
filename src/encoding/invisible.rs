//! The characters that a person cannot see in a text.

/// Whether a character is invisible or changes how the text around it is displayed.
/// With such a character, two different texts can look the same.
///
/// The invisible characters are
/// - control characters;
/// - line and paragraph separators;
/// - Unicode's `Default_Ignorable_Code_Point`, which includes the characters that
///   change the writing direction and the characters without width;
/// - the marks of interlinear annotations;
/// - U+2800, the Braille pattern without dots.
///
/// Spaces are not among them, but the control characters include tab and line feed.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
