//! An album's row, made of what its tracks say: the same tracks always give the same album, in whatever order and in
//! however many imports they came.

use std::collections::BTreeMap;

use super::describe::{NO_ARTIST, VARIOUS_ARTISTS};
use super::path_names::album_folder;
use super::track::ArtistName;

/// What one present track contributes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlbumMember {
    /// The source's name: an album may lie in several.
    pub source: String,
    /// Where the file lies, below the source's root.
    pub path: String,
    /// From 1.
    pub disc_number: Option<u32>,
    /// From 1.
    pub track_number: Option<u32>,
    /// The album's title.
    pub name: Option<String>,
    /// The title to sort by.
    pub sort_name: Option<String>,
    /// The album artists' names, as tagged.
    pub album_artists: Vec<String>,
    /// The first performer.
    pub first_artist: Option<String>,
    /// Whether it says that the album collects several artists.
    pub is_compilation: bool,
    /// `MusicBrainz` release id.
    pub musicbrainz_id: Option<String>,
    /// The date of release.
    pub release_date: Option<String>,
    /// The date of the first release.
    pub original_date: Option<String>,
    /// What its disc is called.
    pub disc_subtitle: Option<String>,
    /// Which edition it is.
    pub version: Option<String>,
    /// Album, single, live and the like.
    pub release_types: Vec<String>,
    /// Who released it.
    pub labels: Vec<String>,
    /// The library's number of the picture inside the file.
    pub cover: Option<i64>,
}

/// A picture beside the music.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderPicture {
    /// Where it lies.
    pub path: Box<str>,
    /// The library's number of the picture.
    pub cover: i64,
}

/// An album as its tracks tell it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlbumSummary {
    /// The title.
    pub name: String,
    /// The title to sort by.
    pub sort_name: Option<String>,
    /// The album artists.
    pub artists: Vec<String>,
    /// Whether no tag says whose album it is, and its tracks are by several or nobody.
    pub has_guessed_artists: bool,
    /// Whether it collects several artists.
    pub is_compilation: bool,
    /// `MusicBrainz` release id.
    pub musicbrainz_id: Option<String>,
    /// The date of release.
    pub release_date: Option<String>,
    /// The date of the first release.
    pub original_date: Option<String>,
    /// The picture beside the files, else the first one inside them.
    pub cover: Option<i64>,
    /// What its discs are called.
    pub disc_titles: BTreeMap<u32, String>,
    /// Which edition it is.
    pub version: Option<String>,
    /// Album, single, live and the like.
    pub release_types: Vec<String>,
    /// Who released it.
    pub labels: Vec<String>,
}

/// Sums an album up: each value is the first that a track has, in the album's order. `pictures_in` lists the pictures
/// in a source's folder by name.
pub fn summarise<'a>(
    members: &mut [AlbumMember],
    pictures_in: impl Fn(&str, &str) -> &'a [FolderPicture],
) -> Option<AlbumSummary> {
    members.sort_by(|left, right| order_of(left).cmp(&order_of(right)));
    let is_compilation = members.iter().any(|member| member.is_compilation);
    let artists = artists_of(members, is_compilation);
    let is_by_nobody = artists == [NO_ARTIST];
    let has_no_tag = !is_compilation && members.iter().all(|member| member.album_artists.is_empty());
    Some(AlbumSummary {
        name: first(members, |member| member.name.as_ref())?,
        sort_name: first(members, |member| member.sort_name.as_ref()),
        has_guessed_artists: has_no_tag && (is_by_nobody || !same_artist(members)),
        artists,
        is_compilation,
        musicbrainz_id: first(members, |member| member.musicbrainz_id.as_ref()),
        release_date: first(members, |member| member.release_date.as_ref()),
        original_date: first(members, |member| member.original_date.as_ref()),
        cover: cover_of(members, pictures_in),
        disc_titles: disc_titles_of(members),
        version: first(members, |member| member.version.as_ref()),
        release_types: first_filled(members, |member| &member.release_types),
        labels: first_filled(members, |member| &member.labels),
    })
}

/// The names as one text.
pub fn shown(artists: &[ArtistName]) -> Option<String> {
    let names: Vec<&str> = artists.iter().map(|artist| artist.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(" / "))
}

/// By disc and number; where several sources have a track, the source whose name comes first goes first.
fn order_of(member: &AlbumMember) -> (u32, u32, &str, &str) {
    (member.disc_number.unwrap_or(1), member.track_number.unwrap_or(u32::MAX), &member.source, &member.path)
}

fn first(members: &[AlbumMember], value: impl Fn(&AlbumMember) -> Option<&String>) -> Option<String> {
    members.iter().find_map(value).cloned()
}

fn first_filled(members: &[AlbumMember], values: impl Fn(&AlbumMember) -> &Vec<String>) -> Vec<String> {
    members.iter().map(values).find(|values| !values.is_empty()).cloned().unwrap_or_default()
}

fn artists_of(members: &[AlbumMember], is_compilation: bool) -> Vec<String> {
    let tagged = first_filled(members, |member| &member.album_artists);
    if !tagged.is_empty() {
        tagged
    } else if is_compilation || !same_artist(members) {
        // The latter is a release whose tracks name several artists and no album artist.
        vec![VARIOUS_ARTISTS.to_owned()]
    } else {
        first(members, |member| member.first_artist.as_ref()).into_iter().collect()
    }
}

fn same_artist(members: &[AlbumMember]) -> bool {
    let mut keys = members.iter().filter_map(|member| member.first_artist.as_deref()).map(super::names::identity_key);
    keys.next().is_none_or(|first| keys.all(|key| key == first))
}

fn cover_of<'a>(members: &[AlbumMember], pictures_in: impl Fn(&str, &str) -> &'a [FolderPicture]) -> Option<i64> {
    let beside = members.iter().find_map(|member| {
        let own = member.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folders = [album_folder(&member.path), own];
        folders.into_iter().find_map(|folder| pictures_in(&member.source, folder).first())
    });
    beside.map(|picture| picture.cover).or_else(|| members.iter().find_map(|member| member.cover))
}

fn disc_titles_of(members: &[AlbumMember]) -> BTreeMap<u32, String> {
    let mut titles = BTreeMap::new();
    for member in members {
        if let (Some(disc), Some(title)) = (member.disc_number, &member.disc_subtitle) {
            titles.entry(disc).or_insert_with(|| title.clone());
        }
    }
    titles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(path: &str, track: u32) -> AlbumMember {
        let artist = Some("Artist".to_owned());
        let name = Some("Album".to_owned());
        AlbumMember {
            path: path.to_owned(),
            track_number: Some(track),
            name,
            first_artist: artist,
            ..AlbumMember::default()
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let (mut one, mut two) = (member("a/2.mp3", 2), member("a/1.mp3", 1));
        one.release_date = Some("2002".to_owned());
        two.release_date = Some("2001".to_owned());
        let forth = summarise(&mut [one.clone(), two.clone()], |_, _| &[]).unwrap();
        let back = summarise(&mut [two, one], |_, _| &[]).unwrap();
        assert_eq!(forth, back);
        assert_eq!(forth.release_date.as_deref(), Some("2001"));
    }

    #[test]
    fn the_folders_picture_goes_before_the_files() {
        let mut inside = member("a/CD1/1.mp3", 1);
        inside.cover = Some(1);
        let beside = [FolderPicture { path: "a/cover.jpg".into(), cover: 2 }];
        let with = summarise(&mut [inside.clone()], |_, folder| if folder == "a" { &beside } else { &[] }).unwrap();
        let without = summarise(&mut [inside], |_, _| &[]).unwrap();
        assert_eq!((with.cover, without.cover), (Some(2), Some(1)));
    }

    #[test]
    fn of_two_sources_the_one_whose_name_comes_first_gives_the_cover() {
        let of = |source: &str| AlbumMember { source: source.to_owned(), ..member("a/1.mp3", 1) };
        let pictures = [1, 2].map(|cover| [FolderPicture { path: "a/cover.jpg".into(), cover }]);
        let pictures_in = |source: &str, _: &str| if source == "attic" { &pictures[0][..] } else { &pictures[1] };
        for mut members in [[of("attic"), of("cellar")], [of("cellar"), of("attic")]] {
            assert_eq!(summarise(&mut members, pictures_in).unwrap().cover, Some(1));
        }
        assert_eq!(summarise(&mut [of("cellar")], pictures_in).unwrap().cover, Some(2));
    }

    #[test]
    fn several_artists_without_an_album_artist_are_various() {
        let mut other = member("a/2.mp3", 2);
        other.first_artist = Some("Other".to_owned());
        let album = summarise(&mut [member("a/1.mp3", 1), other], |_, _| &[]).unwrap();
        assert_eq!(album.artists, [VARIOUS_ARTISTS]);
    }
}
