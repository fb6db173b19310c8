//! The text of a playlist file, whose encoding nothing tells.

use encoding_rs::{GBK, WINDOWS_1252};

/// UTF-8 when it is that, else Chinese (GBK) when it looks like it, else Western European.
pub fn decode(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = if looks_chinese(bytes) { GBK } else { WINDOWS_1252 };
    encoding.decode(bytes).0.into_owned()
}

/// Whether all bytes above ASCII come in pairs that are common Chinese characters. An accented letter of a Western
/// text stands beside ASCII letters, so that its pair is none.
fn looks_chinese(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        let mut is_pair = || (0xa1..=0xf7).contains(byte) && rest.next().is_some_and(|second| *second >= 0xa1);
        if !(byte.is_ascii() || is_pair()) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_guessed() {
        assert_eq!(decode("Björk/叶惠美".as_bytes()), "Björk/叶惠美");
        assert_eq!(decode(&GBK.encode("叶惠美/以父之名.mp3").0), "叶惠美/以父之名.mp3");
        assert_eq!(decode(b"Bj\xf6rk/J\xf3ga.mp3"), "Björk/Jóga.mp3");
    }
}
