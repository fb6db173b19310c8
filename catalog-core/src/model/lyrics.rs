//! The words of a track.

/// What a layer of lyrics is to the song.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LyricsKind {
    /// What is sung.
    #[default]
    Main,
    /// The same in another language.
    Translation,
    /// How it is pronounced: pinyin, romaji and the like.
    Pronunciation,
}

impl LyricsKind {
    /// Its name where it is kept and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Translation => "translation",
            Self::Pronunciation => "pronunciation",
        }
    }

    /// The kind of this name; any other name is the main one's.
    pub fn of_name(name: &str) -> Self {
        [Self::Translation, Self::Pronunciation].into_iter().find(|kind| kind.name() == name).unwrap_or_default()
    }
}

/// One text of a track's lyrics.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Lyrics {
    /// What it is to the song.
    pub kind: LyricsKind,
    /// The language as tagged, mostly of three letters (ISO 639-2).
    pub language: Option<String>,
    /// Plain, LRC, or LRC with a time before each word.
    pub text: String,
}
