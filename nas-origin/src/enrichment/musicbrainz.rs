//! MusicBrainz: what is asked of its web service, and what of the answer is kept.

use catalog_core::enrichment::{Imprint, Performer, Recording, Release, Subject, is_musicbrainz_id};
use serde::{Deserialize, Serialize};
use url::Url;

/// Where it is, unless the owner names a mirror.
pub(super) const HOME: &str = "https://musicbrainz.org";
/// No answer to these questions is larger, in bytes.
pub(super) const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;
/// Of a search, the best first.
const CANDIDATES: &str = "10";
/// Of a recording; blanks are sent as `+`.
const WITH: &str = "artist-credits releases release-groups isrcs genres";

/// Where a recording of this id is told of. Only ids are put into it.
pub(super) fn lookup_url(base: &Url, id: &str) -> Option<Url> {
    is_musicbrainz_id(id).then(|| url(base, &["ws", "2", "recording", id], &[("inc", WITH)]))?
}

/// Where a release of this id is told of.
pub(super) fn release_url(base: &Url, id: &str) -> Option<Url> {
    is_musicbrainz_id(id).then(|| url(base, &["ws", "2", "release", id], &[("inc", "artist-credits labels")]))?
}

/// Where recordings of these names are looked for.
pub(super) fn search_url(base: &Url, subject: &Subject) -> Option<Url> {
    let title = quoted(&subject.title);
    // An answer from another release is better than none.
    let album = subject
        .album
        .as_deref()
        .map_or_else(String::new, |album| format!(" AND (release:{}^2 OR recording:{title})", quoted(album)));
    let query = format!("recording:{title} AND artist:{}{album}", quoted(subject.artists.first()?));
    url(base, &["ws", "2", "recording"], &[("query", &query), ("limit", CANDIDATES)])
}

fn url(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    url.query_pairs_mut().extend_pairs(query).append_pair("fmt", "json");
    Some(url)
}

/// As a phrase of the search's language: in quotes two characters have a meaning.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What a search answers.
#[derive(Debug, Deserialize)]
struct Answer {
    recordings: Vec<RecordingWire>,
}

/// A recording as it comes, and as it is kept among the answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RecordingWire {
    id: String,
    title: String,
    length: Option<u64>,
    first_release_date: Option<String>,
    #[serde(default)]
    artist_credit: Vec<Credit>,
    #[serde(default)]
    isrcs: Vec<String>,
    #[serde(default)]
    genres: Vec<Genre>,
    #[serde(default)]
    releases: Vec<ReleaseWire>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Credit {
    name: String,
    artist: ArtistWire,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ArtistWire {
    id: String,
    name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Genre {
    name: String,
    #[serde(default)]
    count: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ReleaseWire {
    id: String,
    title: String,
    status: Option<String>,
    date: Option<String>,
    release_group: Option<Group>,
    #[serde(default)]
    media: Vec<Medium>,
}

/// What a question about a release answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ImprintWire {
    #[serde(default)]
    artist_credit: Vec<Credit>,
    #[serde(default)]
    label_info: Vec<LabelInfo>,
}

#[derive(Debug, Deserialize)]
struct LabelInfo {
    label: Option<Label>,
}

#[derive(Debug, Deserialize)]
struct Label {
    name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Group {
    primary_type: Option<String>,
    #[serde(default)]
    secondary_types: Vec<String>,
    #[serde(default)]
    genres: Vec<Genre>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Medium {
    #[serde(default, alias = "tracks")]
    track: Vec<TrackWire>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TrackWire {
    id: String,
}

/// Understands the answer to a search, and keeps what may be the track: recordings of its names, releases of its album.
pub(super) fn read_search(body: &[u8], subject: &Subject) -> serde_json::Result<Vec<RecordingWire>> {
    let Answer { mut recordings } = serde_json::from_slice(body)?;
    recordings.retain(|one| subject.is_named(&one.title, one.artist_credit.iter().flat_map(Credit::names)));
    Ok(recordings.into_iter().map(|one| one.of_album(subject)).collect())
}

/// Understands the answer to a question about one recording.
pub(super) fn read_lookup(body: &[u8], subject: &Subject) -> serde_json::Result<RecordingWire> {
    serde_json::from_slice(body).map(|one: RecordingWire| one.of_album(subject))
}

/// Understands the answer to a question about a release.
pub(super) fn read_release(body: &[u8]) -> serde_json::Result<Imprint> {
    let ImprintWire { artist_credit, label_info } = serde_json::from_slice(body)?;
    Ok(Imprint {
        artists: artist_credit.into_iter().map(|credit| credit.name).collect(),
        labels: label_info.into_iter().filter_map(|info| Some(info.label?.name)).collect(),
    })
}

impl Credit {
    /// As credited, and as the artist is called.
    fn names(&self) -> [&str; 2] {
        [&self.name, &self.artist.name]
    }
}

impl RecordingWire {
    fn of_album(mut self, subject: &Subject) -> Self {
        let is_named = |id: &str| subject.release_id.as_deref().is_some_and(|named| named.eq_ignore_ascii_case(id));
        self.releases.retain(|release| is_named(&release.id) || subject.is_album(&release.title));
        self
    }

    /// The `MusicBrainz` recording id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Takes the genres of a fuller answer about the same: a search has none.
    pub(super) fn take_genres(&mut self, fuller: &Self) {
        let of_group = fuller.releases.iter().filter_map(|release| release.release_group.as_ref());
        let of_group = of_group.map(|group| &group.genres).find(|genres| !genres.is_empty());
        self.genres =
            if fuller.genres.is_empty() { of_group.cloned().unwrap_or_default() } else { fuller.genres.clone() };
    }

    /// As the catalog knows recordings.
    pub(super) fn recording(&self) -> Recording {
        let performer = |credit: &Credit| credit.names().map(|name| (credit.artist.id.clone(), name.to_owned()));
        let performers = self.artist_credit.iter().flat_map(performer);
        Recording {
            id: self.id.clone(),
            title: self.title.clone(),
            performers: performers.map(|(id, name)| Performer { id, name }).collect(),
            duration_ms: self.length,
            first_release_date: self.first_release_date.clone(),
            isrcs: self.isrcs.clone(),
            genres: names(&self.genres),
            releases: self.releases.iter().map(ReleaseWire::release).collect(),
        }
    }
}

impl ReleaseWire {
    fn release(&self) -> Release {
        let group = self.release_group.as_ref();
        let types = group.iter().flat_map(|group| group.primary_type.iter().chain(&group.secondary_types));
        Release {
            id: self.id.clone(),
            title: self.title.clone(),
            is_official: self.status.as_deref() == Some("Official"),
            date: self.date.clone(),
            release_types: types.cloned().collect(),
            genres: group.map(|group| names(&group.genres)).unwrap_or_default(),
            track_id: self.media.iter().flat_map(|medium| &medium.track).map(|track| track.id.clone()).next(),
        }
    }
}

/// The most named first.
fn names(genres: &[Genre]) -> Vec<String> {
    let mut sorted: Vec<&Genre> = genres.iter().collect();
    sorted.sort_by_key(|genre| std::cmp::Reverse(genre.count));
    sorted.into_iter().map(|genre| genre.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_ids_are_checked() {
        let base = Url::parse("http://mirror.example:5000/mb/").unwrap();
        let subject =
            Subject { title: r#"Say "AND" \ or"#.to_owned(), artists: vec!["A & B".to_owned()], ..Subject::default() };
        let url = search_url(&base, &subject).unwrap();
        assert_eq!(url.path(), "/mb/ws/2/recording");
        let query: Vec<_> = url.query_pairs().collect();
        assert_eq!(query[0].1, r#"recording:"Say \"AND\" \\ or" AND artist:"A & B""#);
        assert_eq!(lookup_url(&base, "../../x"), None);
    }
}
