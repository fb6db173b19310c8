//! A small library to try things with: a few albums of synthesised tunes, tagged, with covers, Latin and Chinese names.

mod albums;
mod cover;
mod tune;

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use lofty::config::WriteOptions;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::tag::{Accessor, ItemKey, ItemValue, Tag, TagExt, TagItem, TagType};

use albums::{ALBUMS, Album, PLAYLISTS, Song};

/// Written last: a folder with it is whole.
const MARK: &str = ".music-cloud-demo";

/// When all its files were last changed, after 1970. Files of this moment could still be written to, and would wait for a
/// later import.
const CHANGED: Duration = Duration::from_hours(490_896);

/// Makes the demo library in a folder, once. A folder that an interrupted start left half done is finished.
///
/// # Errors
/// When the folder cannot be written.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    if folder.join(MARK).exists() {
        return Ok(());
    }
    for (number, album) in ALBUMS.iter().enumerate() {
        write_album(folder, number, album).with_context(|| format!("making the demo album {}", album.title))?;
    }
    for (name, entries) in PLAYLISTS {
        let text = format!("#EXTM3U\n{}\n", entries.join("\n"));
        fs::write(folder.join(format!("{name}.m3u8")), text).context("writing a demo playlist")?;
    }
    fs::write(folder.join(MARK), "").context("finishing the demo library")
}

fn write_album(folder: &Path, number: usize, album: &Album) -> anyhow::Result<()> {
    let home = folder.join(album.artist).join(album.title);
    fs::create_dir_all(&home)?;
    let picture = cover::draw(number)?;
    if !album.is_cover_embedded {
        fs::write(home.join("cover.png"), &picture)?;
        date(&home.join("cover.png"))?;
    }
    for (index, song) in album.songs.iter().enumerate() {
        let path = home.join(format!("{:02} - {}.wav", index + 1, song.title));
        let seed = number * 100 + index;
        tune::write(&path, seed).with_context(|| format!("writing {}", song.title))?;
        tag(album, song, index, &picture).save_to_path(&path, WriteOptions::default())?;
        date(&path)?;
    }
    Ok(())
}

fn date(path: &Path) -> std::io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::UNIX_EPOCH + CHANGED)
}

fn tag(album: &Album, song: &Song, index: usize, picture: &[u8]) -> Tag {
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(song.title.to_owned());
    tag.set_album(album.title.to_owned());
    tag.set_track(u32::try_from(index + 1).unwrap_or_default());
    tag.set_track_total(u32::try_from(album.songs.len()).unwrap_or_default());
    tag.set_genre(album.genre.to_owned());
    let texts = [
        (ItemKey::TrackArtist, song.artist.unwrap_or(album.artist)),
        (ItemKey::AlbumArtist, album.artist),
        (ItemKey::RecordingDate, album.date),
        (ItemKey::Composer, "Music Cloud"),
    ];
    for (key, text) in texts {
        tag.push(TagItem::new(key, ItemValue::Text(text.to_owned())));
    }
    if album.artist == albums::VARIOUS_ARTISTS {
        tag.push(TagItem::new(ItemKey::FlagCompilation, ItemValue::Text("1".to_owned())));
    }
    if album.is_cover_embedded {
        let front = Picture::unchecked(picture.to_vec()).pic_type(PictureType::CoverFront).mime_type(MimeType::Png);
        tag.push_picture(front.build());
    }
    tag
}

#[cfg(test)]
mod tests {
    use lofty::file::{AudioFile, TaggedFileExt};

    use super::*;

    #[test]
    fn the_demo_is_tagged_music_with_covers_and_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path()).expect("a demo library");

        let path = folder.path().join("周南/夜航/02 - 灯塔.wav");
        let file = lofty::read_from_path(&path).expect("audio");
        let tag = file.primary_tag().expect("a tag");
        assert_eq!(tag.title().as_deref(), Some("灯塔"));
        assert_eq!(tag.get_string(ItemKey::TrackArtist), Some("周南 / Mira Okafor"));
        assert_eq!(tag.track(), Some(2));
        assert!(file.properties().duration().as_secs() >= 8);
        assert!(folder.path().join("周南/夜航/cover.png").exists());

        fs::write(&path, "mine now").expect("a change");
        make(folder.path()).expect("nothing to do");
        assert_eq!(fs::read(&path).expect("bytes"), b"mine now", "a second start rewrites nothing");
    }

    #[test]
    fn every_playlist_entry_is_a_demo_file() {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path()).expect("a demo library");
        for entry in PLAYLISTS.iter().flat_map(|(_, entries)| *entries) {
            assert!(folder.path().join(entry).exists(), "{entry}");
        }
    }
}
