//! What every page has around its content.

use super::assets;
use super::language::Language;
use super::texts::Texts;

/// The part of the site that a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    Home,
    Albums,
    Artists,
    Playlists,
    Toplists,
    Genres,
    Search,
    Elsewhere,
}

/// An entry of the main menu.
pub(super) struct MenuEntry {
    pub href: &'static str,
    pub name: &'static str,
    pub is_here: bool,
}

/// Title, language, menu and assets of a page.
pub(super) struct Frame {
    /// The page's texts.
    pub texts: &'static Texts,
    /// The page's name, which its tab shows.
    pub title: String,
    /// What stands in the search field.
    pub query: String,
    section: Section,
}

impl Frame {
    /// The frame of a page.
    pub(super) fn new(language: Language, section: Section, title: impl Into<String>) -> Self {
        Self { texts: language.texts(), title: title.into(), query: String::new(), section }
    }

    /// The main menu.
    pub(super) fn menu(&self) -> [MenuEntry; 5] {
        let entry = |href, name, section| MenuEntry { href, name, is_here: self.section == section };
        [
            entry("/albums", self.texts.albums, Section::Albums),
            entry("/artists", self.texts.artists, Section::Artists),
            entry("/playlists", self.texts.playlists, Section::Playlists),
            entry("/toplists", self.texts.toplists, Section::Toplists),
            entry("/genres", self.texts.genres, Section::Genres),
        ]
    }

    /// Whether this is the start page.
    pub(super) fn is_home(&self) -> bool {
        self.section == Section::Home
    }

    /// Where an asset is.
    #[expect(clippy::unused_self, reason = "templates call methods of what they are given")]
    pub(super) fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// Where the scripts are.
    #[expect(clippy::unused_self, reason = "templates call methods of what they are given")]
    pub(super) fn modules(&self) -> impl Iterator<Item = String> {
        assets::modules()
    }
}
