//! CUE sheets: what lies in a file of several tracks, and where each begins.
//!
//! The form is `CDRWIN`'s (its manual, appendix A), as rippers write it: `REM` lines say what it has no words for.

use unicode_normalization::UnicodeNormalization;

use super::names::clean;

/// A second has so many frames, the sheet's unit of time.
pub const FRAMES_PER_SEC: u32 = 75;
/// The highest number of a track. The form knows two digits; some programs write three.
const MAX_NUMBER: u32 = 999;

/// A sheet as its text has it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CueSheet {
    /// What it says of the disc.
    pub disc: Said,
    /// The files that it names, in order, each with the tracks that begin in it.
    pub files: Vec<CueFile>,
}

/// A file of a sheet.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CueFile {
    /// Its name as the sheet has it, mostly without a folder, and often that of a file that was converted since.
    pub name: String,
    /// The tracks that begin in it.
    pub tracks: Vec<CueTrack>,
}

/// A track of a sheet.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CueTrack {
    /// Its number on the disc, from 1; 0 for data, which nobody wants to hear, and for nonsense.
    pub number: u32,
    /// Where its sound begins in the file, in frames: its index 1. What lies between the indexes 0 and 1 is the end of
    /// the track before. `None` when the sheet doesn't tell.
    pub start: Option<u32>,
    /// What the sheet says of it.
    pub said: Said,
}

/// What a sheet says of a disc or of a track: commands and, in the same list, remarks, named in capitals.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Said(Vec<(String, String)>);

impl Said {
    /// The first value of the first of these names that has one.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        let of = |name: &&str| self.0.iter().find(|(said, _)| said == name).and_then(|(_, value)| clean(value));
        names.iter().find_map(of)
    }

    fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_ascii_uppercase(), unquoted(value).to_owned()));
    }
}

/// Reads a sheet. What it doesn't understand is passed over.
pub fn parse_sheet(text: &str) -> CueSheet {
    let mut reader = Reader::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let (command, rest) = word(line);
        reader.take(&command.to_ascii_uppercase(), rest);
    }
    reader.finish()
}

/// The names that a file of the sheet may have beside it, the likeliest first. `path` is the sheet's, `exts` are what such
/// a file may end in: what a sheet was written for is often converted, and keeps its name. A file without a better one has
/// the sheet's.
pub fn file_paths(path: &str, sheet: &CueSheet, file: &CueFile, exts: &[&str]) -> Vec<String> {
    let (folder, sheet_name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let written = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut names = vec![written.to_owned()];
    names.extend(exts.iter().map(|ext| format!("{}.{ext}", stem(written))));
    if sheet.files.len() == 1 {
        names.push(stem(sheet_name).to_owned());
        names.extend(exts.iter().map(|ext| format!("{}.{ext}", stem(sheet_name))));
    }
    let at = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
    let mut paths: Vec<String> = Vec::new();
    for path in names.into_iter().map(at) {
        // Programs and network shares change one form of accents into the other.
        for form in [path.clone(), path.nfc().collect(), path.nfd().collect()] {
            if !paths.contains(&form) {
                paths.push(form);
            }
        }
    }
    paths
}

#[derive(Default)]
struct Reader {
    sheet: CueSheet,
    /// The track that is being told of.
    track: Option<CueTrack>,
}

impl Reader {
    fn take(&mut self, command: &str, rest: &str) {
        match command {
            "FILE" => self.begin_file(rest),
            "TRACK" => self.begin_track(rest),
            "INDEX" => self.index(rest),
            "REM" => {
                let (name, value) = word(rest);
                self.said().add(name, value);
            }
            name => self.said().add(name, rest),
        }
    }

    fn said(&mut self) -> &mut Said {
        self.track.as_mut().map_or(&mut self.sheet.disc, |track| &mut track.said)
    }

    /// A track may begin in one file and have its sound in the next: it stays open until its index 1.
    fn begin_file(&mut self, rest: &str) {
        if self.track.as_ref().is_some_and(|track| track.start.is_some()) {
            self.end_track();
        }
        let name = rest.trim();
        // Behind the name stands the format, which may be wrong.
        let name = if name.starts_with('"') { name } else { name.rsplit_once(' ').map_or(name, |(name, _)| name) };
        self.sheet.files.push(CueFile { name: unquoted(name).to_owned(), tracks: Vec::new() });
    }

    fn begin_track(&mut self, rest: &str) {
        self.end_track();
        let (number, kind) = word(rest);
        let is_audio = kind.trim().eq_ignore_ascii_case("AUDIO");
        let number = number.parse().ok().filter(|number| is_audio && *number <= MAX_NUMBER).unwrap_or_default();
        self.track = Some(CueTrack { number, ..CueTrack::default() });
    }

    fn index(&mut self, rest: &str) {
        let (number, time) = word(rest);
        let is_first = number.parse() == Ok(1_u32);
        if let Some(track) = self.track.as_mut().filter(|track| is_first && track.start.is_none()) {
            track.start = frames(time.trim());
        }
    }

    fn end_track(&mut self) {
        if let (Some(track), Some(file)) = (self.track.take(), self.sheet.files.last_mut()) {
            file.tracks.push(track);
        }
    }

    fn finish(mut self) -> CueSheet {
        self.end_track();
        self.sheet
    }
}

fn word(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once([' ', '\t']).map_or((line, ""), |(word, rest)| (word, rest.trim_start()))
}

/// What stands between the first and the last quotation mark: there may be more of them in between.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inside = value.strip_prefix('"').map(|rest| rest.rsplit_once('"').map_or(rest, |(inside, _)| inside));
    inside.unwrap_or(value)
}

/// `mm:ss:ff`; minutes may have more digits.
fn frames(time: &str) -> Option<u32> {
    let mut parts = time.split(':').map(|part| part.parse::<u32>().ok());
    let [minutes, seconds, frames] = [parts.next()??, parts.next()??, parts.next()??];
    let is_time = seconds < 60 && frames < FRAMES_PER_SEC && parts.next().is_none();
    let seconds = minutes.checked_mul(60)?.checked_add(seconds)?;
    seconds.checked_mul(FRAMES_PER_SEC)?.checked_add(frames).filter(|_| is_time)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests;
