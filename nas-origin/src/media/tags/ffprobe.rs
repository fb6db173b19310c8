//! Formats that the tag reader doesn't know, asked of `ffprobe` where that is installed: WMA, DSF, DFF, TAK, TTA, AC-3
//! and Matroska.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lofty::properties::FileProperties;
use lofty::tag::{ItemKey, Tag, TagType};
use serde::Deserialize;
use serde_json::{Map, Value};

/// File name extensions of the formats that it is asked for, and its own names of them. It is told which one to read: left
/// to guess, it would follow what claims to be a playlist to other files.
const FORMATS: &[(&str, &str)] = &[
    ("ac3", "ac3"),
    ("dff", "iff"),
    ("dsf", "dsf"),
    ("mka", "matroska"),
    ("tak", "tak"),
    ("tta", "tta"),
    ("wma", "asf"),
];
/// The same of formats that the tag reader knows by and large: `ffprobe` is asked when it found a file damaged. FLAC in Ogg
/// is one that it doesn't know.
const SECOND_OPINIONS: &[(&str, &str)] = &[("oga", "ogg"), ("ogg", "ogg"), ("wav", "wav")];
/// A file that takes longer is not read.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// Longer answers are cut off, in bytes.
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// Why it told nothing.
#[derive(Debug, thiserror::Error)]
pub(in crate::media) enum ProbeError {
    #[error("this format is read by ffprobe, which is not installed (it comes with ffmpeg)")]
    NotInstalled,
    #[error("ffprobe cannot be started: {0}")]
    Start(#[source] io::Error),
    #[error("ffprobe took longer than {} s", TIME_LIMIT.as_secs())]
    TooLong,
    #[error("ffprobe found no sound in it")]
    NoSound,
    #[error("ffprobe's answer is not understood: {0}")]
    Answer(#[from] serde_json::Error),
}

impl ProbeError {
    /// Whether the cause lies outside the file.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::NotInstalled | Self::Start(_) | Self::TooLong)
    }
}

/// What it told.
pub(super) struct Probed {
    pub(super) tag: Tag,
    pub(super) properties: FileProperties,
}

/// Its name of the format that a file of this name has, when it is to be asked for such a file.
pub(in crate::media) fn format_of(name: &str) -> Option<&'static str> {
    find_format(FORMATS, name)
}

/// The same, when it is to be asked once the tag reader gave up.
pub(in crate::media) fn second_opinion_of(name: &str) -> Option<&'static str> {
    find_format(SECOND_OPINIONS, name)
}

fn find_format(formats: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let ext = Path::new(name).extension()?;
    formats.iter().find(|(known, _)| ext.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
}

/// Asks for a file, by its absolute path.
pub(super) fn read(path: &Path, format: &str) -> Result<Probed, ProbeError> {
    let answer: Answer = serde_json::from_slice(&ask(path, format)?)?;
    let sound = answer.streams.iter().find(|stream| stream.is_sound()).ok_or(ProbeError::NoSound)?;
    Ok(Probed { tag: tag_of(&answer, sound), properties: properties_of(&answer, sound) })
}

/// Its answer, or what of it came in time and within the limit.
fn ask(path: &Path, format: &str) -> Result<Vec<u8>, ProbeError> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-protocol_whitelist", "file", "-f", format]);
    command.args(["-of", "json", "-show_format", "-show_streams", "-i"]).arg(path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ProbeError::NotInstalled,
        _ => ProbeError::Start(error),
    })?;
    let answer = read_answer(&mut child);
    // It may have more to say, or not be done: whatever it does now, nobody waits for it.
    let _ = child.kill();
    child.wait().map_err(ProbeError::Start)?;
    answer
}

fn read_answer(child: &mut Child) -> Result<Vec<u8>, ProbeError> {
    let Some(output) = child.stdout.take() else { return Err(ProbeError::NoSound) };
    let (done, answers) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.take(MAX_ANSWER_BYTES).read_to_end(&mut answer);
        // Nobody waits any longer when the time is up.
        let _ = done.send(read.map(|_| answer));
    });
    let answer = answers.recv_timeout(TIME_LIMIT).map_err(|source| {
        tracing::debug!(%source, "ffprobe did not answer");
        ProbeError::TooLong
    })?;
    answer.map_err(ProbeError::Start)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Format {
    duration: Option<String>,
    bit_rate: Option<String>,
    tags: Map<String, Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    codec_type: String,
    codec_name: String,
    sample_rate: Option<String>,
    channels: Option<u8>,
    bits_per_raw_sample: Option<String>,
    bit_rate: Option<String>,
    duration: Option<String>,
    tags: Map<String, Value>,
}

impl Stream {
    /// Raw formats are taken for sound whatever they hold, then without a rate.
    fn is_sound(&self) -> bool {
        self.codec_type == "audio" && self.sample_rate_hz().is_some_and(|rate| rate != 0)
    }

    /// DSD's samples are bits, of which ffprobe counts eight as one.
    fn sample_rate_hz(&self) -> Option<u32> {
        let rate: u32 = self.sample_rate.as_deref()?.parse().ok()?;
        if self.codec_name.starts_with("dsd_") { rate.checked_mul(8) } else { Some(rate) }
    }
}

/// Its names are mostly those of Vorbis comments; the file's come before the stream's.
fn tag_of(answer: &Answer, sound: &Stream) -> Tag {
    let mut tag = Tag::new(TagType::VorbisComments);
    for (name, value) in answer.format.tags.iter().chain(&sound.tags) {
        let Some(text) = value.as_str() else { continue };
        if let Some(key) = key_of(name)
            && tag.get_string(key).is_none()
        {
            tag.insert_text(key, text.to_owned());
        }
    }
    tag
}

fn key_of(name: &str) -> Option<ItemKey> {
    match name.to_ascii_lowercase().as_str() {
        "track" => Some(ItemKey::TrackNumber),
        "disc" | "wm/partofset" => Some(ItemKey::DiscNumber),
        "album_artist" => Some(ItemKey::AlbumArtist),
        "wm/year" => Some(ItemKey::Year),
        "wm/composer" => Some(ItemKey::Composer),
        "wm/lyrics" => Some(ItemKey::UnsyncLyrics),
        _ => ItemKey::from_key(TagType::VorbisComments, name),
    }
}

fn properties_of(answer: &Answer, sound: &Stream) -> FileProperties {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u32>().ok());
    let seconds = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<f64>().ok());
    let duration = seconds(&answer.format.duration).or_else(|| seconds(&sound.duration));
    let duration = duration.and_then(|secs| Duration::try_from_secs_f64(secs).ok()).unwrap_or_default();
    let kbps = |text| number(text).map(|rate| rate / 1000);
    let depth = number(&sound.bits_per_raw_sample).and_then(|bits| u8::try_from(bits).ok());
    FileProperties::new(
        duration,
        kbps(&answer.format.bit_rate),
        kbps(&sound.bit_rate),
        sound.sample_rate_hz(),
        depth.filter(|bits| *bits > 0),
        sound.channels,
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer as ffprobe gives it for a WMA file.
    const ANSWER: &str = r#"{
        "streams": [
            {"codec_type": "video", "tags": {"title": "cover"}},
            {"codec_type": "audio", "sample_rate": "44100", "channels": 2, "bit_rate": "128000", "duration": "3.7"}],
        "format": {"duration": "3.712000", "bit_rate": "140000",
            "tags": {"title": "以父之名", "artist": "周杰伦", "WM/Year": "2003", "track": "1/11", "genre": "Pop", "x": 5}}}"#;

    #[test]
    fn an_answer_is_a_tag_and_properties() {
        let answer: Answer = serde_json::from_str(ANSWER).unwrap();
        let sound = &answer.streams[1];
        let (tag, properties) = (tag_of(&answer, sound), properties_of(&answer, sound));
        assert_eq!(tag.get_string(ItemKey::TrackTitle), Some("以父之名"));
        assert_eq!((tag.get_string(ItemKey::Year), tag.get_string(ItemKey::TrackNumber)), (Some("2003"), Some("1/11")));
        assert_eq!((properties.duration().as_millis(), properties.sample_rate()), (3712, Some(44_100)));
        assert_eq!((properties.audio_bitrate(), properties.channels()), (Some(128), Some(2)));
    }

    #[test]
    fn dsd_is_counted_in_bits() {
        let text = r#"{"codec_type": "audio", "codec_name": "dsd_lsbf_planar", "sample_rate": "352800"}"#;
        let sound: Stream = serde_json::from_str(text).unwrap();
        assert_eq!(sound.sample_rate_hz(), Some(2_822_400));
    }

    #[test]
    fn it_is_asked_for_formats_that_nothing_else_reads() {
        assert_eq!(["a/b.WMA", "c.mka", "a/b.mp3", "wma"].map(format_of), [Some("asf"), Some("matroska"), None, None]);
    }
}
