//! What is answered without a look at the catalog: a server that nobody but its owner can write to has little to say.

use super::error::SubsonicError;
use super::params::Params;
use super::printer::Printer;

/// Extensions with their versions.
const EXTENSIONS: [(&str, &[u64]); 3] = [("formPost", &[1]), ("songLyrics", &[1, 2]), ("topSongsByArtistId", &[1])];

/// An answer that is always the same.
#[derive(Clone, Copy)]
pub(super) enum Fixed {
    /// Done: there was nothing to do. The parameters named are asked for all the same.
    Done(&'static [&'static str]),
    /// A payload of this name with lists that are empty.
    Empty(&'static str, &'static [&'static str]),
    /// The extensions of the protocol that work here.
    Extensions,
    /// The catalog is only written by its owner.
    Refused,
    /// Such things are not here.
    Absent(&'static str),
    /// No key is a good one.
    NoKeys,
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
            Self::Extensions => {
                print_extensions(answer);
                Ok(())
            }
            Self::Refused => Err(SubsonicError::NotAllowed),
            Self::Absent(what) => Err(SubsonicError::NotFound(what)),
            Self::NoKeys => Err(SubsonicError::BadApiKey),
        }
    }
}

fn print_extensions(answer: &mut Printer) {
    answer.list("openSubsonicExtensions", EXTENSIONS, |extension, (name, versions)| {
        extension.text("name", name);
        extension.numbers("versions", versions);
    });
}
