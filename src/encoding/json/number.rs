use super::JsonError;

/// Refuses a number beyond the largest double: readers that hold numbers in
/// doubles would make an infinity of it (RFC 7493 §2.2).
pub(super) fn fits_a_double(text: &str) -> Result<(), JsonError> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (
            text.get(..at).ok_or(JsonError)?,
            text.get(at.saturating_add(1)..).ok_or(JsonError)?,
        ),
        None => (text, "0"),
    };
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The power of ten of the first digit that is not zero.
    let leading = match whole.trim_start_matches('0').len() {
        0 => match fraction.bytes().position(|digit| digit != b'0') {
            None => return Ok(()), // zero, whatever the exponent
            Some(zeros) => i64::try_from(zeros)
                .unwrap_or(i64::MAX)
                .saturating_add(1)
                .saturating_neg(),
        },
        digits => i64::try_from(digits).unwrap_or(i64::MAX).saturating_sub(1),
    };
    let negative = exponent.starts_with('-');
    let digits = exponent.trim_start_matches(['+', '-']);
    let mut exponent = 0_i64;
    for digit in digits.bytes() {
        exponent = exponent
            .saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')));
    }
    if negative {
        exponent = exponent.saturating_neg();
    }
    match leading.saturating_add(exponent) {
        ..308 => Ok(()),
        308 if is_at_most_the_largest_double(whole, fraction) => Ok(()),
        _ => Err(JsonError),
    }
}

/// Of digits whose first that is not zero stands for 10^308.
fn is_at_most_the_largest_double(whole: &str, fraction: &str) -> bool {
    const LARGEST: &[u8; 17] = b"17976931348623157";
    let mut digits = whole
        .bytes()
        .chain(fraction.bytes())
        .skip_while(|digit| *digit == b'0')
        .chain(core::iter::repeat(b'0'));
    LARGEST
        .iter()
        .find_map(|largest| match digits.next()?.cmp(largest) {
            core::cmp::Ordering::Equal => None,
            other => Some(other.is_lt()),
        })
        .unwrap_or(true)
}
