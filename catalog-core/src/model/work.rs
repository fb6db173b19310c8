//! What a recording is a recording of, and whom it is for.

/// A composition.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Work {
    /// Its title.
    pub name: String,
    /// `MusicBrainz` work id.
    pub musicbrainz_id: Option<String>,
}

/// A movement of a work.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Movement {
    /// Its title.
    pub name: String,
    /// From 1.
    pub number: Option<u32>,
    /// Movements of the work.
    pub count: Option<u32>,
}

/// Whether the words are fit for children, where the tags say it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Advisory {
    /// They are not.
    Explicit,
    /// They were changed so that they are.
    Clean,
}

impl Advisory {
    /// Its name where it is kept and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Clean => "clean",
        }
    }

    /// The advisory of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Explicit, Self::Clean].into_iter().find(|advisory| advisory.name() == name)
    }
}
