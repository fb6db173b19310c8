//! What is answered without a look at the catalog: a server that nobody but its owner can write to has little to say.

use super::error::SubsonicError;
use super::params::Params;
use super::printer::Printer;
use crate::listeners::Listener;

/// An extension of the protocol with its versions.
type Extension = (&'static str, &'static [u64]);

/// Extensions that work here.
const EXTENSIONS: [Extension; 3] = [("formPost", &[1]), ("songLyrics", &[1, 2]), ("topSongsByArtistId", &[1])];

/// The one that works where the NAS gives keys out.
const KEYS: Extension = ("apiKeyAuthentication", &[1]);

/// Whose a key is.
///
/// # Errors
/// Nobody's.
pub(super) fn print_key(listener: Option<&Listener>, answer: &mut Printer) -> Result<(), SubsonicError> {
    let listener = listener.ok_or(SubsonicError::BadApiKey)?;
    answer.object("tokenInfo", |token| token.text("username", &listener.name));
    Ok(())
}

/// An answer that is always the same.
#[derive(Clone, Copy)]
pub(super) enum Fixed {
    /// Done: there was nothing to do. The parameters named are asked for all the same.
    Done(&'static [&'static str]),
    /// A payload of this name with lists that are empty.
    Empty(&'static str, &'static [&'static str]),
    /// The catalog is only written by its owner.
    Refused,
    /// Such things are not here.
    Absent(&'static str),
}

impl Fixed {
    /// Prints the payload.
    ///
    /// # Errors
    /// What the operation always answers, or a missing parameter.
    pub(super) fn print(self, params: &Params, answer: &mut Printer) -> Result<(), SubsonicError> {
        match self {
            Self::Done(required) => required.iter().try_for_each(|name| params.required(name).map(|_| ())),
            Self::Empty(payload, lists) => {
                answer.object(payload, |object| lists.iter().for_each(|list| object.texts(list, [])));
                Ok(())
            }
            Self::Refused => Err(SubsonicError::NotAllowed),
            Self::Absent(what) => Err(SubsonicError::NotFound(what)),
        }
    }
}

/// The extensions of the protocol that work here.
pub(super) fn print_extensions(has_keys: bool, answer: &mut Printer) {
    let extensions = has_keys.then_some(KEYS).into_iter().chain(EXTENSIONS);
    answer.list("openSubsonicExtensions", extensions, |extension, (name, versions)| {
        extension.text("name", name);
        extension.numbers("versions", versions);
    });
}
