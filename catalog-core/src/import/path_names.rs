//! Names for files without tags, from where they lie.

use super::names::clean;

/// What a path tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PathNames {
    /// Who performs it.
    pub artist: Option<String>,
    /// What it is on.
    pub album: Option<String>,
    /// `YYYY`, from the album's folder.
    pub year: Option<String>,
    /// From a folder like `CD2`.
    pub disc_number: Option<u32>,
    /// From the front of the file's name.
    pub track_number: Option<u32>,
    /// The cleaned file stem at least.
    pub title: String,
}

/// Reads `Artist/Album/01 - Title.ext`, `Artist/Year - Album/CD1/01 Title.ext`, `Album/01 Title.ext`,
/// `Artist - Title.ext` and the like.
pub fn names_from_path(path: &str) -> PathNames {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (track_number, rest) = split_track_number(&blanks(stem(file)));
    let mut names = PathNames { track_number, ..PathNames::default() };
    names_from_folders(folders, &mut names);
    name_title(&rest, &mut names);
    if names.title.is_empty() {
        names.title = clean(stem(file)).unwrap_or_else(|| "?".to_owned());
    }
    names
}

/// The folder of the album that a file is on: its own, or the one above `CD1`, `Disc 2`.
pub fn album_folder(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match folder.rsplit_once('/') {
        Some((above, last)) if disc_of(last).is_some() => above,
        None if disc_of(folder).is_some() => "",
        _ => folder,
    }
}

fn names_from_folders(folders: &str, names: &mut PathNames) {
    let mut folders: Vec<&str> = folders.split('/').filter(|folder| !folder.is_empty()).collect();
    names.disc_number = folders.last().and_then(|folder| disc_of(folder));
    if names.disc_number.is_some() {
        folders.pop();
    }
    let Some(album) = folders.pop() else { return };
    let (year, album) = split_year(&blanks(album));
    names.year = year;
    match (folders.pop(), album.split_once(" - ")) {
        (Some(artist), _) => {
            let artist = blanks(artist);
            let repeated = album.strip_prefix(&artist).and_then(|rest| rest.strip_prefix(" - "));
            let (year, album) = split_year(repeated.unwrap_or(&album));
            names.year = names.year.take().or(year);
            names.album = clean(&album);
            names.artist = clean(&artist);
        }
        (None, Some((artist, album))) => {
            let (year, album) = split_year(album);
            names.year = names.year.take().or(year);
            names.artist = clean(artist);
            names.album = clean(&album);
        }
        (None, None) => names.album = clean(&album),
    }
}

/// `Artist - Title`, or a title alone. A part that repeats what the folders say goes.
fn name_title(rest: &str, names: &mut PathNames) {
    let parts: Vec<&str> = rest.split(" - ").map(str::trim).filter(|part| !part.is_empty()).collect();
    let said =
        |part: &str| [&names.artist, &names.album].into_iter().flatten().any(|name| name.eq_ignore_ascii_case(part));
    let mut kept: Vec<&str> = parts.iter().copied().filter(|part| !said(part)).collect();
    if let [number, _, ..] = kept[..]
        && names.track_number.is_none()
        && let (Some(track), left) = split_track_number(number)
        && left.is_empty()
    {
        names.track_number = Some(track);
        kept.remove(0);
    }
    if let [artist, _, ..] = kept[..]
        && names.artist.is_none()
    {
        names.artist = clean(artist);
        kept.remove(0);
    }
    names.title = clean(&kept.join(" - ")).or_else(|| clean(rest)).unwrap_or_default();
}

/// The number in front of `01 - Title`, `01. Title`, `1-03 Title`, `[07] Title`, or the whole of `07`.
fn split_track_number(text: &str) -> (Option<u32>, String) {
    let whole = text.trim();
    let inner = whole.trim_start_matches(['[', '(', '#']);
    let (first, rest) = leading_digits(inner);
    if first.is_empty() || first.len() > 3 {
        return (None, whole.to_owned());
    }
    // A disc before the track: 1-03.
    if let Some(behind) = rest.strip_prefix(['-', '.'])
        && let (second, tail) = leading_digits(behind)
        && second.len() == 2
        && !tail.starts_with(|letter: char| letter.is_alphanumeric())
    {
        return numbered(second, tail, whole);
    }
    let ends = rest.is_empty() || rest.starts_with([' ', '.', '-', ')', ']', '_']);
    if ends { numbered(first, rest, whole) } else { (None, whole.to_owned()) }
}

fn numbered(digits: &str, rest: &str, whole: &str) -> (Option<u32>, String) {
    let title = rest.trim_start_matches([' ', '.', '-', ')', ']', '_']);
    match digits.parse().ok().filter(|number| *number > 0) {
        Some(number) => (Some(number), title.to_owned()),
        None => (None, whole.to_owned()),
    }
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// `2001 - Album`, `(2001) Album`, `[2001] Album`, `Album (2001)`; a folder that is only a year stays a name.
fn split_year(text: &str) -> (Option<String>, String) {
    let inner = text.trim_start_matches(['(', '[']);
    let (digits, rest) = leading_digits(inner);
    let front = rest.trim_start_matches([' ', '-', ')', ']', '.', '_']);
    if is_year(digits)
        && front.len() < rest.len()
        && !front.is_empty()
        && (!rest.starts_with(' ') || rest.starts_with(" -"))
    {
        return (Some(digits.to_owned()), front.to_owned());
    }
    if let Some((name, year)) = text.trim_end_matches([')', ']']).rsplit_once([' '])
        && let Some(year) = year.strip_prefix(['(', '['])
        && is_year(year)
    {
        return (Some(year.to_owned()), name.trim().to_owned());
    }
    (None, text.trim().to_owned())
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.starts_with("19") || digits.starts_with("20"))
}

/// The number of `CD1`, `CD 2`, `Disc 3`, `disk-1`, `Vol. 2` alone in a folder's name.
fn disc_of(folder: &str) -> Option<u32> {
    let name = folder.trim().to_ascii_lowercase();
    let rest = ["cd", "disc", "disk", "dvd"].iter().find_map(|word| name.strip_prefix(word))?;
    let digits = rest.trim_start_matches([' ', '.', '-', '_', '#']);
    digits.parse().ok().filter(|number| (1..=99).contains(number))
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem })
}

/// Underscores for blanks, as downloads have them, where a name has no blank of its own.
fn blanks(name: &str) -> String {
    let name = name.trim();
    if name.contains(' ') { name.to_owned() } else { name.replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str) -> (String, String, String, String) {
        let names = names_from_path(path);
        let number = |value: Option<u32>| value.map_or("-".to_owned(), |number| number.to_string());
        (
            names.artist.unwrap_or_default(),
            format!("{}|{}", names.album.unwrap_or_default(), names.year.unwrap_or_default()),
            format!("{}.{}", number(names.disc_number), number(names.track_number)),
            names.title,
        )
    }

    #[test]
    fn paths_tell_names() {
        for (path, artist, album, numbers, title) in [
            ("Artist/Album/01 - Title.mp3", "Artist", "Album|", "-.1", "Title"),
            ("Artist/2001 - Album/CD2/03 Title.flac", "Artist", "Album|2001", "2.3", "Title"),
            ("Artist/Album (1999)/1-07 Title.flac", "Artist", "Album|1999", "-.7", "Title"),
            ("Artist/[1999] Album/07. Title.flac", "Artist", "Album|1999", "-.7", "Title"),
            ("Artist - Title.mp3", "Artist", "|", "-.-", "Title"),
            ("Artist - Album/02 Title.mp3", "Artist", "Album|", "-.2", "Title"),
            ("Artist/Artist - Album/05 - Artist - Title.mp3", "Artist", "Album|", "-.5", "Title"),
            ("Artist - Album - 03 - Title.mp3", "Artist", "|", "-.-", "Album - 03 - Title"),
            ("Genre/Artist/Album/04_some_title.ogg", "Artist", "Album|", "-.4", "some title"),
            ("周杰伦/叶惠美/01. 以父之名.mp3", "周杰伦", "叶惠美|", "-.1", "以父之名"),
            ("Adele/21/01 Rolling.mp3", "Adele", "21|", "-.1", "Rolling"),
            ("Taylor/1989/1989.mp3", "Taylor", "1989|", "-.-", "1989"),
            ("Albumless/track.mp3", "", "Albumless|", "-.-", "track"),
            ("99 Luftballons.mp3", "", "|", "-.99", "Luftballons"),
            ("07.mp3", "", "|", "-.7", "07"),
            ("2 Unlimited - No Limit.mp3", "Unlimited", "|", "-.2", "No Limit"),
            ("A/B/.hidden", "A", "B|", "-.-", ".hidden"),
        ] {
            let expected = (artist.to_owned(), album.to_owned(), numbers.to_owned(), title.to_owned());
            assert_eq!(told(path), expected, "{path}");
        }
    }

    #[test]
    fn disc_folders_belong_to_the_album_above() {
        for (path, folder) in [
            ("A/B/CD1/1.mp3", "A/B"),
            ("A/B/Disc 2/1.mp3", "A/B"),
            ("A/B/1.mp3", "A/B"),
            ("CD1/1.mp3", ""),
            ("1.mp3", ""),
        ] {
            assert_eq!(album_folder(path), folder, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_path_gives_a_title(path in "\\PC{1,60}") {
            proptest::prop_assert!(!names_from_path(&path).title.is_empty());
        }
    }
}
