//! Reading the `RSAPublicKey` of RFC 8017 §A.1.1.

use pkcs8::der::asn1::UintRef;
use pkcs8::der::{Decode as _, Reader as _, Result, SliceReader};

/// The numbers n and e, without leading zeros.
pub(super) fn numbers(der: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|reader| {
        let n = UintRef::decode(reader)?.as_bytes();
        let e = UintRef::decode(reader)?.as_bytes();
        Result::Ok((n, e))
    })?;
    reader.finish()?;
    Ok(numbers)
}
