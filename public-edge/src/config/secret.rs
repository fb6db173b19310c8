//! Secrets: how they are written, where they may lie, and that they never show.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use snapshot_format::limits::MIN_SECRET_BYTES;

/// The largest file that is read as a secret, in bytes.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Reads a secret that stands in the configuration or in a file; never in both. What is wrong is told without it.
pub(super) fn read(text: Option<&SecretString>, file: Option<&Path>) -> Result<SecretSlice<u8>, String> {
    match (text, file) {
        (Some(text), None) => decode(text.expose_secret().as_bytes()),
        (None, Some(file)) => decode(read_file(file)?.expose_secret()),
        (Some(_), Some(_)) => Err("the secret is given twice: as `secret` and as `secret_file`".to_owned()),
        (None, None) => Err("the secret is missing: set `secret_file` or `secret`".to_owned()),
    }
}

fn read_file(file: &Path) -> Result<SecretSlice<u8>, String> {
    let fail = |error: std::io::Error| format!("the file {} can't be read: {error}", file.display());
    let size_bytes = std::fs::metadata(file).map_err(fail)?.len();
    if size_bytes > MAX_FILE_BYTES {
        return Err(format!("the file {} has {size_bytes} bytes: that is no secret", file.display()));
    }
    Ok(std::fs::read(file).map_err(fail)?.into())
}

/// `hex:…`, `base64:…` or the bytes themselves without one final newline; 32 bytes at least.
fn decode(written: &[u8]) -> Result<SecretSlice<u8>, String> {
    let written = written.strip_suffix(b"\n").unwrap_or(written);
    let written = written.strip_suffix(b"\r").unwrap_or(written);
    let bytes: SecretSlice<u8> = if let Some(digits) = written.strip_prefix(b"hex:") {
        from_hex(digits)?.into()
    } else if let Some(text) = written.strip_prefix(b"base64:") {
        from_base64(text)?.into()
    } else {
        written.to_vec().into()
    };
    match bytes.expose_secret().len() {
        length if length < MIN_SECRET_BYTES => {
            Err(format!("the secret has {length} bytes; at least {MIN_SECRET_BYTES} are needed"))
        }
        _ => Ok(bytes),
    }
}

fn from_hex(digits: &[u8]) -> Result<Vec<u8>, String> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    });
    pairs.collect::<Option<_>>().ok_or_else(|| "the secret begins with `hex:` but isn't pairs of hex digits".to_owned())
}

fn from_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    STANDARD
        .decode(text)
        .ok()
        .ok_or_else(|| "the secret begins with `base64:` but isn't base64 with padding".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(written: &str) -> Result<Vec<u8>, String> {
        decode(written.as_bytes()).map(|secret| secret.expose_secret().to_vec())
    }

    #[test]
    fn a_secret_has_three_spellings() {
        let plain = "0123456789abcdef0123456789abcdef";
        assert_eq!(bytes(plain), Ok(plain.as_bytes().to_vec()));
        assert_eq!(bytes(&format!("{plain}\n")), Ok(plain.as_bytes().to_vec()));
        assert_eq!(bytes(&format!("hex:{}", "2a".repeat(32))), Ok(vec![0x2a; 32]));
        assert_eq!(bytes(&format!("base64:{}\n", STANDARD.encode([7; 33]))), Ok(vec![7; 33]));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_secret() {
        for written in ["short", "hex:zz", "hex:abc", "base64:***"] {
            let error = bytes(written).expect_err("must be refused");
            let shown = written.rsplit(':').next().unwrap_or_default();
            assert!(!error.contains(shown), "{error}");
        }
    }
}
