//! Single songs, and the songs that an artist is played by most.

use catalog_core::model::ArtistId;
use catalog_core::ports::{CatalogReader, SearchKind};
use catalog_core::search_text::fold;

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::Params;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Top songs when a client does not say how many.
const DEFAULT_TOP_COUNT: u64 = 50;
/// Artists that are looked through for the name; those that are called so come first.
const LOOKED_THROUGH: usize = 20;

/// `getSong`.
pub(in crate::http::subsonic) fn song(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let track = reader.find_track(asked.params.id("song")?)?.ok_or(SubsonicError::NotFound("song"))?;
    answer.object("song", |object| views::song(object, &track));
    Ok(())
}

/// `getTopSongs`, of an artist by id or by name.
pub(in crate::http::subsonic) fn top(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let count = asked.params.count("count", DEFAULT_TOP_COUNT)?;
    let artist = find_artist(asked.params, reader)?;
    let ids = artist.map_or(Ok(Vec::new()), |artist| reader.list_top_tracks(artist, count))?;
    let tracks = reader.find_tracks(&ids)?;
    answer.object("topSongs", |list| list.list("song", &tracks, views::song));
    Ok(())
}

/// The id counts before the name.
fn find_artist(params: &Params, reader: &dyn CatalogReader) -> Result<Option<ArtistId>, SubsonicError> {
    if let Some(id) = params.find("id") {
        let id = id.parse().or(Err(SubsonicError::NotFound("artist")))?;
        let artist = reader.find_artist(id)?.ok_or(SubsonicError::NotFound("artist"))?;
        return Ok(Some(artist.id));
    }
    let name = params.required("artist")?;
    let hits = reader.search(SearchKind::Artist, name, 0, LOOKED_THROUGH)?;
    let ids: Vec<_> = hits.into_iter().filter_map(ArtistId::new).collect();
    let artists = reader.find_artists(&ids)?;
    let very_name = artists.iter().find(|artist| artist.name == name);
    let spelled_otherwise = || artists.iter().find(|artist| fold(&artist.name) == fold(name));
    Ok(very_name.or_else(spelled_otherwise).map(|artist| artist.id))
}
