//! Texts in a tagger's own encoding where the format has Latin-1: Chinese and Japanese taggers wrote GBK, Big5 or
//! Shift JIS into `ID3v1`, and into `ID3v2` frames that claim Latin-1; others wrote UTF-8.

use std::borrow::Cow;
use std::str::Utf8Error;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_8};
use lofty::TextEncoding;
use lofty::id3::v1::Id3v1Tag;
use lofty::id3::v2::{Frame, Id3v2Tag};

use crate::media::text_file;

/// What may be meant. Western and Cyrillic encodings are not among them: a name or two is too little to tell those from
/// Latin-1.
const MISTAKEN: [&Encoding; 5] = [GBK, BIG5, SHIFT_JIS, EUC_JP, EUC_KR];

/// Mends the texts of an `ID3v1` tag, whose 30 bytes may end within a character.
pub(super) fn mend_id3v1(tag: Option<&mut Id3v1Tag>) {
    let Some(tag) = tag else { return };
    let mut texts: Vec<&mut String> =
        [&mut tag.title, &mut tag.artist, &mut tag.album, &mut tag.comment].into_iter().flatten().collect();
    let Some(encoding) = encoding_of(texts.iter().map(|text| text.as_str())) else { return };
    for text in &mut texts {
        if let Some(mended) = decode(encoding, text) {
            **text = mended;
        }
    }
}

/// Mends the texts of an `ID3v2` tag that claim to be Latin-1.
pub(super) fn mend_id3v2(tag: Option<&mut Id3v2Tag>) {
    let Some(tag) = tag else { return };
    let Some(encoding) = encoding_of((&*tag).into_iter().filter_map(latin_text)) else { return };
    tag.retain_mut(|frame| {
        if let Some(mended) = latin_text(frame).and_then(|text| decode(encoding, text)) {
            replace_text(frame, mended);
        }
        true
    });
}

fn latin_text<'a>(frame: &'a Frame<'_>) -> Option<&'a str> {
    let (encoding, text) = match frame {
        Frame::Text(text) => (text.encoding, &text.value),
        Frame::UserText(text) => (text.encoding, &text.content),
        Frame::Comment(text) => (text.encoding, &text.content),
        Frame::UnsynchronizedText(text) => (text.encoding, &text.content),
        _ => return None,
    };
    (encoding == TextEncoding::Latin1).then_some(&**text)
}

fn replace_text(frame: &mut Frame<'_>, mended: String) {
    match frame {
        Frame::Text(text) => text.value = Cow::Owned(mended),
        Frame::UserText(text) => text.content = Cow::Owned(mended),
        Frame::Comment(text) => text.content = Cow::Owned(mended),
        Frame::UnsynchronizedText(text) => text.content = Cow::Owned(mended),
        _ => {}
    }
}

/// The encoding that all texts of a tag share, when it is not Latin-1; a single text says too little.
fn encoding_of<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static Encoding> {
    let texts: Vec<Vec<u8>> = texts.filter(|text| !text.is_ascii()).map(to_bytes).collect::<Option<_>>()?;
    if texts.is_empty() {
        return None;
    }
    if texts.iter().all(|text| is_utf8(text)) {
        return Some(UTF_8);
    }
    MISTAKEN.into_iter().find(|encoding| {
        let texts: Vec<&[u8]> = texts.iter().map(|text| without_cut(encoding, text)).collect();
        text_file::guess(&texts.join(&b'\n')) == *encoding
    })
}

/// A text without the first half of a character at its end, which would tell that it is not in this encoding.
fn without_cut<'t>(encoding: &'static Encoding, text: &'t [u8]) -> &'t [u8] {
    let is_whole = |text: &[u8]| encoding.decode_without_bom_handling_and_without_replacement(text).is_some();
    match text.split_last() {
        Some((_, before)) if !is_whole(text) && is_whole(before) => before,
        _ => text,
    }
}

/// Whether it is UTF-8, but for a last character that was cut. That one alone tells nothing: `Beyoncé` ends so in Latin-1.
fn is_utf8(text: &[u8]) -> bool {
    let is_cut = |error: Utf8Error| error.error_len().is_none() && !text[..error.valid_up_to()].is_ascii();
    str::from_utf8(text).map_or_else(is_cut, |_| true)
}

fn decode(encoding: &'static Encoding, text: &str) -> Option<String> {
    let bytes = to_bytes(text).filter(|_| !text.is_ascii())?;
    let (decoded, _) = encoding.decode_without_bom_handling(&bytes);
    let whole = decoded.trim_end_matches('\u{fffd}');
    (!whole.contains('\u{fffd}')).then(|| whole.to_owned())
}

/// Latin-1's characters are its bytes.
fn to_bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin1(encoding: &'static Encoding, text: &str) -> String {
        encoding.encode(text).0.iter().map(|byte| char::from(*byte)).collect()
    }

    fn mended(texts: [String; 2]) -> [String; 2] {
        let [title, artist] = texts;
        let mut tag = Id3v1Tag { title: Some(title), artist: Some(artist), ..Id3v1Tag::default() };
        mend_id3v1(Some(&mut tag));
        [tag.title.unwrap(), tag.artist.unwrap()]
    }

    #[test]
    fn chinese_and_japanese_are_found_in_latin_1() {
        for (encoding, texts) in [
            (GBK, ["以父之名", "周杰伦"]),
            (GBK, ["蓝莲花", "许巍"]),
            (SHIFT_JIS, ["さくらのうた", "いきものがかり"]),
            (SHIFT_JIS, ["千本桜", "初音ミク"]),
            (BIG5, ["龍捲風與簡單愛", "周杰倫的葉惠美"]),
            (EUC_KR, ["좋은 날", "아이유"]),
            (UTF_8, ["以父之名", "Björk"]),
        ] {
            assert_eq!(mended(texts.map(|text| latin1(encoding, text))), texts, "{}", encoding.name());
        }
    }

    #[test]
    fn a_character_that_was_cut_in_two_is_left_out() {
        for (encoding, bytes_cut) in [(GBK, 1), (UTF_8, 1), (UTF_8, 2)] {
            let mut title = latin1(encoding, "故事的小黄花从出生那年就飘着");
            for _ in 0..bytes_cut {
                title.pop();
            }
            let artist = latin1(encoding, "周杰伦");
            assert_eq!(mended([title, artist]), ["故事的小黄花从出生那年就飘", "周杰伦"], "{}", encoding.name());
        }
    }

    #[test]
    fn western_names_stay_as_they_are() {
        for texts in [
            ["Jóga", "Björk"],
            ["Ágætis byrjun", "Sigur Rós"],
            ["Ænima", "Mötley Crüe"],
            ["Señorita", "Café Tacvba"],
            ["Où est-tu?", "Françoise Hardy"],
            ["Für Elise", "Die Ärzte"],
            ["99 Luftballons", "Motörhead"],
            ["Déjà vu", "Beyoncé"],
            ["À tout à l'heure", "Édith Piaf"],
            ["Grüße aus München", "Blümchen"],
            ["Über den Wolken", "Blue Öyster Cult"],
            ["Halo", "Queensrÿche"],
            ["São Paulo", "Maria Bethânia"],
            ["Smörgåsbord", "Håkan Hellström"],
            ["Größenwahn", "Röyksopp"],
            ["¿Dónde están?", "Maná"],
            ["Corazón", "Alizée"],
            ["Halo", "Beyoncé"],
            ["CRÉÉE", "À TOUT À L'HEURE"],
            ["Ça ira", "Zoë"],
            ["Blåbær", "Kaizers Orchestra"],
            ["50°", "Niños Héroes"],
        ] {
            assert_eq!(mended(texts.map(str::to_owned)), texts);
        }
    }
}
