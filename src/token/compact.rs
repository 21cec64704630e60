//! The split of a compact JWS into its three parts (RFC 7515 §7.1).

use crate::encoding::{base64url, bytes};
use crate::error::{Malformation, TokenError};
use crate::key::VerifyingKey;

/// The three parts of a token, still encoded.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'t> {
    /// Header, dot and payload: the bytes that are signed (RFC 7515 §5.1).
    pub(crate) signing_input: &'t [u8],
    pub(crate) header: &'t [u8],
    pub(crate) payload: &'t [u8],
    pub(crate) signature: &'t [u8],
}

impl<'t> Compact<'t> {
    /// Splits a token at its two dots. The length is checked first, and the
    /// search stops at the third dot, so a hostile token costs little.
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

    /// The token's length in bytes.
    pub(crate) fn length(&self) -> usize {
        let signed = self.signing_input.len().saturating_add(1);
        signed.saturating_add(self.signature.len())
    }

    /// Decodes the signature into `buffer` and returns its bytes. A signature that
    /// does not fit is rejected, not cut: a prefix must never be verified.
    pub(crate) fn decode_signature<'b>(
        &self,
        buffer: &'b mut SignatureBuffer,
    ) -> Result<&'b [u8], TokenError> {
        let length = self.signature.len();
        if length > VerifyingKey::LONGEST_SIGNATURE * 2 {
            return Err(TokenError::SignatureInvalid);
        }
        let buffer = if length > buffer.short.len() {
            buffer.long.resize(length, 0);
            buffer.long.as_mut_slice()
        } else {
            buffer.short.as_mut_slice()
        };
        let length =
            base64url::decode_slice(self.signature, buffer).map_err(|_| Malformation::Base64)?;
        Ok(buffer.get(..length).unwrap_or_default())
    }
}

/// A buffer for [`Compact::decode_signature`], as long as the encoded signature,
/// because the decoder writes beyond its output. Only RSA and P-521 need the long
/// buffer.
pub(crate) struct SignatureBuffer {
    short: [u8; 128],
    long: Vec<u8>,
}

impl SignatureBuffer {
    pub(crate) const EMPTY: Self = Self {
        short: [0; 128],
        long: Vec::new(),
    };
}
