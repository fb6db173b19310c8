//! The catalog's words as values that cannot be wrong.

mod album;
mod artist;
mod credit;
mod genre;
mod id;
mod lyrics;
mod playlist;
mod track;
mod work;

pub use album::{Album, AlbumRef, DiscTitle};
pub use artist::{Artist, ArtistInitial};
pub use credit::{Credit, CreditRole};
pub use genre::Genre;
pub use id::{AlbumId, AnyId, ArtistId, GenreId, IdError, LocationId, PlaylistId, TrackId, is_id_number};
pub use lyrics::{Lyrics, LyricsKind};
pub use playlist::{Playlist, PlaylistEntry, Toplist};
pub use track::{AlbumPlace, BackendKind, Cover, ReplayGain, Track, TrackFile};
pub use work::{Advisory, Movement, Work};
