//! Media types of audio files by their extension.

/// What the NAS serves a file with this extension (lower-case) as.
pub(super) fn of_extension(ext: &str) -> &'static str {
    match ext {
        "aac" => "audio/aac",
        "aif" | "aiff" | "aifc" => "audio/aiff",
        "ape" => "audio/x-ape",
        "dff" => "audio/x-dff",
        "dsf" => "audio/x-dsf",
        "flac" => "audio/flac",
        "m4a" | "m4b" | "mp4" => "audio/mp4",
        "mka" => "audio/x-matroska",
        "mp3" => "audio/mpeg",
        "mpc" => "audio/x-musepack",
        "oga" | "ogg" | "opus" | "spx" => "audio/ogg",
        "wav" => "audio/wav",
        "webm" => "audio/webm",
        "wma" => "audio/x-ms-wma",
        "wv" => "audio/x-wavpack",
        _ => "application/octet-stream",
    }
}
