//! The text of a file beside the music, whose encoding nothing tells.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, SHIFT_JIS};

/// Above this lyrics and sheets are not read, in bytes.
pub const MAX_TEXT_BYTES: u64 = 1024 * 1024;

/// By its byte order mark, as UTF-8 when it is that, else as what its bytes look like: GBK, Shift JIS, Big5, a Western
/// encoding and others.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    guess(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding of bytes that are not UTF-8.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    // The detector wants more of it than a short text has.
    if looks_japanese(bytes) {
        return SHIFT_JIS;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether these bytes are Shift JIS with many kana, which no other encoding's texts look like.
fn looks_japanese(bytes: &[u8]) -> bool {
    let Some(text) = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) else { return false };
    let count = |is_one: fn(&char) -> bool| text.chars().filter(is_one).count();
    let kana = count(|letter| matches!(letter, '\u{3040}'..='\u{30ff}'));
    let half_width = count(|letter| matches!(letter, '\u{ff61}'..='\u{ff9f}'));
    half_width == 0 && kana * 4 > count(|letter| !letter.is_ascii())
}

/// [`decode`], with lines that end in one way and without control characters.
pub fn decode_lines(bytes: &[u8]) -> String {
    tidy_lines(&decode(bytes))
}

/// A text with lines that end in one way, without control characters and without blanks around them.
pub(super) fn tidy_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_unwanted = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    text.replace(is_unwanted, "").trim_matches(['\u{feff}', ' ', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GBK};

    #[test]
    fn the_encoding_is_guessed() {
        assert_eq!(decode("Björk/叶惠美".as_bytes()), "Björk/叶惠美");
        assert_eq!(decode(&GBK.encode("叶惠美/以父之名.mp3").0), "叶惠美/以父之名.mp3");
        assert_eq!(
            decode(&SHIFT_JIS.encode("[00:01.00]さくら　さくら\n弥生の空は").0),
            "[00:01.00]さくら　さくら\n弥生の空は"
        );
        assert_eq!(decode(&BIG5.encode("周杰倫 - 葉惠美，以父之名").0), "周杰倫 - 葉惠美，以父之名");
        assert_eq!(decode(b"Bj\xf6rk/J\xf3ga.mp3"), "Björk/Jóga.mp3");
        assert_eq!(decode(b"\xff\xfeo\0k\0"), "ok");
        assert_eq!(decode(b"\xef\xbb\xbfok"), "ok");
        assert_eq!(decode(b"\xff\xfeo\0k"), "o\u{fffd}");
    }

    #[test]
    fn lyrics_are_lines() {
        assert_eq!(decode_lines(b"\xef\xbb\xbf\r\none\r\ntwo\rthree\0\n\n"), "one\ntwo\nthree");
    }
}
