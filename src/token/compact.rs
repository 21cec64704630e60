use crate::encoding::bytes;
use crate::error::{Malformation, TokenError};

/// The three parts of a token, none of them decoded.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'t> {
    /// Header and payload with the dot between them: what is signed.
    pub(crate) signing_input: &'t [u8],
    pub(crate) header: &'t [u8],
    pub(crate) payload: &'t [u8],
    pub(crate) signature: &'t [u8],
}

impl<'t> Compact<'t> {
    /// Splits a token at its two dots. The length is checked before anything
    /// is looked at, and no more than three dots ever are.
    pub(crate) fn split(token: &'t [u8], max_length: usize) -> Result<Self, TokenError> {
        if token.len() > max_length {
            return Err(Malformation::TooLong.into());
        }
        let parts = || {
            let (header, rest) = bytes::split_once(b'.', token)?;
            let (payload, signature) = bytes::split_once(b'.', rest)?;
            let signing_input =
                token.get(..header.len().checked_add(1)?.checked_add(payload.len())?)?;
            bytes::find(b'.', signature).is_none().then_some(Self {
                signing_input,
                header,
                payload,
                signature,
            })
        };
        parts().ok_or(Malformation::Parts.into())
    }
}
