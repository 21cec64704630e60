//! The characters that a reader of a text cannot see.

/// Whether a character shows nothing itself, or changes how the text around it
/// is shown: a text with one can look like another text.
///
/// These are control characters, line and paragraph separators,
/// `Default_Ignorable_Code_Point` of Unicode (with the controls of direction and
/// the characters without width), the marks of interlinear annotations, and
/// U+2800, the Braille pattern without dots. White space is not among them.
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
