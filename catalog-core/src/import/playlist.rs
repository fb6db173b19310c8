//! Reading `.m3u` and `.m3u8` texts.

use super::names::clean;

/// Most entries that a playlist may have; the rest is cut off.
const MAX_ENTRIES: usize = 100_000;

/// A playlist as its file has it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListedPlaylist {
    /// The name.
    pub name: String,
    /// Paths below the source's root, in order; `None` for what can't lie there (URLs, other drives).
    pub entries: Vec<Option<String>>,
}

/// Reads a playlist that lies at `path` below the root; `roots` are the absolute paths of the root.
pub fn parse_playlist(path: &str, text: &str, roots: &[String]) -> ListedPlaylist {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let lines = || text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines().find_map(|line| line.strip_prefix("#PLAYLIST:")).and_then(clean);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    ListedPlaylist {
        name: named.or_else(|| clean(stem)).unwrap_or_else(|| "?".to_owned()),
        entries: lines()
            .filter(|line| !line.starts_with('#'))
            .take(MAX_ENTRIES)
            .map(|line| path_below_root(folder, line, roots))
            .collect(),
    }
}

fn path_below_root(folder: &str, line: &str, roots: &[String]) -> Option<String> {
    let entry = line.strip_prefix("file://").unwrap_or(line).replace('\\', "/");
    if entry.contains("://") {
        return None;
    }
    if entry.starts_with('/') {
        let inside = roots.iter().find_map(|root| entry.strip_prefix(root.as_str())?.strip_prefix('/'))?;
        return normalise("", inside);
    }
    normalise(folder, &entry)
}

/// `folder/path` without `.` and `..`; nothing that climbs above the root.
fn normalise(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_order_and_duplicates() {
        let text =
            "\u{feff}#EXTM3U\r\n#PLAYLIST: Summer\r\n#EXTINF:12,A - B\r\na/1.mp3\r\n\r\n..\\other\\2.mp3\na/1.mp3\n";
        let list = parse_playlist("lists/x.m3u8", text, &[]);
        assert_eq!(list.name, "Summer");
        let entries: Vec<_> = list.entries.iter().flatten().map(String::as_str).collect();
        assert_eq!(entries, ["lists/a/1.mp3", "other/2.mp3", "lists/a/1.mp3"]);
    }

    #[test]
    fn absolute_paths_count_inside_the_root_alone() {
        let roots = ["/music".to_owned()];
        let text =
            "/music/a/1.mp3\n/musical/2.mp3\nfile:///music/3.mp3\nhttp://radio/4.mp3\n../../5.mp3\n/music/../6.mp3\n";
        let list = parse_playlist("x.m3u", text, &roots);
        assert_eq!(list.name, "x");
        let expected = [Some("a/1.mp3"), None, Some("3.mp3"), None, None, None];
        assert_eq!(list.entries.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    }
}
