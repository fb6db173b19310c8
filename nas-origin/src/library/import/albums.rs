//! Albums: found by their key while tracks come, written when their tracks are.

use catalog_core::import::{AlbumMember, AlbumSummary, ArtistName, summarise};
use rusqlite::{OptionalExtension, Row, named_params};

use super::{Batch, LibraryError, joined, texts};

/// Albums whose ids are at hand: the tracks of one mostly come together.
const ALBUMS_KEPT: usize = 4096;

const FIND: &str = "SELECT album_id FROM albums WHERE album_key = :key";
const CREATE: &str = "INSERT INTO albums (album_key, name, added_at) VALUES (:key, '', :now)";
const MEMBERS: &str = "SELECT t.source, t.source_id, t.disc_number, t.track_number, t.album_name, t.album_sort_name,
    t.album_artists, a.name AS first_artist, t.is_compilation, t.album_musicbrainz_id, t.release_date, t.original_date,
    t.disc_subtitle, t.album_version, t.album_release_types, t.album_labels, t.cover_id
    FROM tracks t
    LEFT JOIN track_credits c ON c.track_id = t.track_id AND c.role = 'artist' AND c.position = 0
    LEFT JOIN artists a ON a.artist_id = c.artist_id
    WHERE t.album_id = :album_id AND t.missing_since IS NULL AND NOT t.is_cut_up";
const HAS_TRACKS: &str = "SELECT EXISTS (SELECT 1 FROM tracks WHERE album_id = :album_id)";
const BEFORE: &str =
    "SELECT name, sort_name, artist, is_compilation, musicbrainz_id, release_date, original_date, cover_id,
    version, release_types, labels
    FROM albums WHERE album_id = :album_id";
const REPLACE: &str = "UPDATE albums SET name = :name, sort_name = :sort_name, artist = :artist,
    is_compilation = :is_compilation, musicbrainz_id = :musicbrainz_id, release_date = :release_date,
    original_date = :original_date, cover_id = :cover_id, version = :version, release_types = :release_types,
    labels = :labels WHERE album_id = :album_id";
const ARTISTS: &str = "SELECT artist_id FROM album_artists WHERE album_id = :album_id ORDER BY position";
const DROP_ARTISTS: &str = "DELETE FROM album_artists WHERE album_id = :album_id";
const ADD_ARTIST: &str =
    "INSERT INTO album_artists (album_id, position, artist_id) VALUES (:album_id, :position, :artist_id)";
const DISCS: &str = "SELECT disc_number, title FROM disc_titles WHERE album_id = :album_id ORDER BY disc_number";
const DROP_DISCS: &str = "DELETE FROM disc_titles WHERE album_id = :album_id";
const ADD_DISC: &str = "INSERT INTO disc_titles (album_id, disc_number, title) VALUES (:album_id, :disc, :title)";
const KEY_OF: &str = "SELECT album_key FROM albums WHERE album_id = :album_id";
const GIVE_TRACKS: &str = "UPDATE tracks SET album_id = :to WHERE album_id = :from";
const DROP: &str = "DELETE FROM albums WHERE album_id = :album_id";
const REKEY: &str = "UPDATE albums SET album_key = :key WHERE album_id = :album_id";

impl Batch<'_> {
    /// The album of a key; it is made when there is none. `before` is the album that the track comes from.
    pub(super) fn album_id(&mut self, key: String, before: Option<i64>) -> Result<i64, LibraryError> {
        if let Some(id) = self.find_album(&key)? {
            self.touched_albums.insert(id);
            return Ok(id);
        }
        let id = self.tx.prepare_cached(CREATE)?.insert(named_params! { ":key": key, ":now": self.now })?;
        self.note_album(key, id);
        self.successors.extend(before.map(|before| (id, before)));
        self.touched_albums.insert(id);
        Ok(id)
    }

    fn find_album(&mut self, key: &str) -> Result<Option<i64>, LibraryError> {
        if let Some(id) = self.caches.albums.get(key) {
            return Ok(Some(*id));
        }
        let values = named_params! { ":key": key };
        let found = self.tx.prepare_cached(FIND)?.query_row(values, |row| row.get("album_id")).optional()?;
        if let Some(id) = found {
            self.note_album(key.to_owned(), id);
        }
        Ok(found)
    }

    fn note_album(&mut self, key: String, id: i64) {
        if self.caches.albums.len() >= ALBUMS_KEPT {
            self.caches.albums.clear();
        }
        self.caches.albums.insert(key, id);
    }

    /// Writes the albums whose tracks are others now.
    pub(super) fn refresh_albums(&mut self) -> Result<(), LibraryError> {
        self.keep_ids_of_renamed_albums()?;
        for album_id in std::mem::take(&mut self.touched_albums) {
            let members = self.members_of(album_id)?;
            self.link_twins(album_id, &members)?;
            // An album without present tracks stays as it was until they are back or forgotten.
            if let Some(mut summary) = self.summarise(members)? {
                self.edit_summary(album_id, &mut summary)?;
                self.write_album(album_id, &summary)?;
            }
        }
        Ok(())
    }

    /// An album whose tracks all went to one that this batch made is that album under another name: it keeps its id.
    fn keep_ids_of_renamed_albums(&mut self) -> Result<(), LibraryError> {
        for (successor, album_id) in std::mem::take(&mut self.successors) {
            let has_tracks: bool = self
                .tx
                .prepare_cached(HAS_TRACKS)?
                .query_row(named_params! { ":album_id": album_id }, |row| row.get(0))?;
            if has_tracks || !self.touched_albums.contains(&album_id) {
                continue;
            }
            let key_of = |id: i64| {
                self.tx
                    .prepare_cached(KEY_OF)?
                    .query_row(named_params! { ":album_id": id }, |row| row.get::<_, String>(0))
            };
            let (old_key, new_key) = (key_of(album_id)?, key_of(successor)?);
            self.tx.prepare_cached(GIVE_TRACKS)?.execute(named_params! { ":from": successor, ":to": album_id })?;
            self.hide_with_album(album_id)?;
            self.tx.prepare_cached(DROP)?.execute(named_params! { ":album_id": successor })?;
            self.tx.prepare_cached(REKEY)?.execute(named_params! { ":album_id": album_id, ":key": new_key })?;
            self.caches.albums.remove(&old_key);
            self.caches.albums.insert(new_key, album_id);
            self.touched_albums.remove(&successor);
            self.touched_albums.insert(album_id);
        }
        Ok(())
    }

    /// The album as its present tracks tell it.
    fn summarise(&mut self, mut members: Vec<AlbumMember>) -> Result<Option<AlbumSummary>, LibraryError> {
        if self.caches.filled_at.is_none() {
            self.caches.pictures.load_beside(self.tx, &members)?;
        }
        let pictures = &self.caches.pictures;
        Ok(summarise(&mut members, |source, folder| pictures.list(source, folder)))
    }

    fn members_of(&self, album_id: i64) -> Result<Vec<AlbumMember>, LibraryError> {
        let mut statement = self.tx.prepare_cached(MEMBERS)?;
        let rows = statement.query_map(named_params! { ":album_id": album_id }, member)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn write_album(&mut self, album_id: i64, album: &AlbumSummary) -> Result<(), LibraryError> {
        let shown = (!album.artists.is_empty()).then(|| album.artists.join(" / "));
        let (release_types, labels) = (joined(&album.release_types), joined(&album.labels));
        let lists = [&release_types, &labels];
        if !self.is_album(album_id, album, shown.as_deref(), lists)? {
            self.is_visible = true;
            self.tx.prepare_cached(REPLACE)?.execute(named_params! {
                ":album_id": album_id, ":name": album.name, ":sort_name": album.sort_name, ":artist": shown,
                ":is_compilation": album.is_compilation, ":musicbrainz_id": album.musicbrainz_id,
                ":release_date": album.release_date, ":original_date": album.original_date, ":cover_id": album.cover,
                ":version": album.version, ":release_types": release_types, ":labels": labels,
            })?;
        }
        self.write_album_artists(album_id, &album.artists)?;
        self.write_discs(album_id, album)
    }

    fn is_album(
        &self,
        album_id: i64,
        album: &AlbumSummary,
        shown: Option<&str>,
        [release_types, labels]: [&Option<String>; 2],
    ) -> Result<bool, LibraryError> {
        let mut statement = self.tx.prepare_cached(BEFORE)?;
        let same = statement.query_row(named_params! { ":album_id": album_id }, |row| {
            Ok(row.get::<_, String>("name")? == album.name
                && row.get::<_, Option<String>>("sort_name")? == album.sort_name
                && row.get::<_, Option<String>>("artist")?.as_deref() == shown
                && row.get::<_, bool>("is_compilation")? == album.is_compilation
                && row.get::<_, Option<String>>("musicbrainz_id")? == album.musicbrainz_id
                && row.get::<_, Option<String>>("release_date")? == album.release_date
                && row.get::<_, Option<String>>("original_date")? == album.original_date
                && row.get::<_, Option<i64>>("cover_id")? == album.cover
                && row.get::<_, Option<String>>("version")? == album.version
                && row.get::<_, Option<String>>("release_types")? == *release_types
                && row.get::<_, Option<String>>("labels")? == *labels)
        });
        Ok(same.optional()?.unwrap_or(false))
    }

    fn write_album_artists(&mut self, album_id: i64, names: &[String]) -> Result<(), LibraryError> {
        let mut wanted = Vec::with_capacity(names.len());
        for name in names {
            wanted.push(self.artist_id(&ArtistName::from(name.as_str()))?);
        }
        let key = named_params! { ":album_id": album_id };
        let found: Vec<i64> =
            self.tx.prepare_cached(ARTISTS)?.query_map(key, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if found == wanted {
            return Ok(());
        }
        self.is_visible = true;
        self.tx.prepare_cached(DROP_ARTISTS)?.execute(key)?;
        let mut add = self.tx.prepare_cached(ADD_ARTIST)?;
        for (position, artist_id) in (0_i64..).zip(wanted) {
            add.execute(named_params! { ":album_id": album_id, ":position": position, ":artist_id": artist_id })?;
        }
        Ok(())
    }

    fn write_discs(&mut self, album_id: i64, album: &AlbumSummary) -> Result<(), LibraryError> {
        let key = named_params! { ":album_id": album_id };
        let mut statement = self.tx.prepare_cached(DISCS)?;
        let rows = statement.query_map(key, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(u32, String)> = rows.collect::<rusqlite::Result<_>>()?;
        if found.iter().map(|(disc, title)| (disc, title)).eq(&album.disc_titles) {
            return Ok(());
        }
        self.is_visible = true;
        self.tx.prepare_cached(DROP_DISCS)?.execute(key)?;
        let mut add = self.tx.prepare_cached(ADD_DISC)?;
        for (disc, title) in &album.disc_titles {
            add.execute(named_params! { ":album_id": album_id, ":disc": disc, ":title": title })?;
        }
        Ok(())
    }
}

fn member(row: &Row<'_>) -> rusqlite::Result<AlbumMember> {
    Ok(AlbumMember {
        source: row.get("source")?,
        path: row.get("source_id")?,
        disc_number: row.get("disc_number")?,
        track_number: row.get("track_number")?,
        name: row.get("album_name")?,
        sort_name: row.get("album_sort_name")?,
        album_artists: texts(row, "album_artists")?,
        first_artist: row.get("first_artist")?,
        is_compilation: row.get("is_compilation")?,
        musicbrainz_id: row.get("album_musicbrainz_id")?,
        release_date: row.get("release_date")?,
        original_date: row.get("original_date")?,
        disc_subtitle: row.get("disc_subtitle")?,
        version: row.get("album_version")?,
        release_types: texts(row, "album_release_types")?,
        labels: texts(row, "album_labels")?,
        cover: row.get("cover_id")?,
    })
}
