//! Media types of audio files: what the NAS serves is what listeners were told.

/// The media type of a file name extension. It is an allow-list: what is no audio is bytes that no browser opens.
pub fn of_extension(ext: &str) -> &'static str {
    match ext.to_ascii_lowercase().as_str() {
        "aac" => "audio/aac",
        "aif" | "aifc" | "aiff" => "audio/aiff",
        "ape" => "audio/x-ape",
        "dff" => "audio/x-dff",
        "dsf" => "audio/x-dsf",
        "flac" => "audio/flac",
        "m4a" | "m4b" | "mp4" => "audio/mp4",
        "mka" => "audio/x-matroska",
        "mp2" | "mp3" => "audio/mpeg",
        "mpc" => "audio/x-musepack",
        "oga" | "ogg" | "opus" | "spx" => "audio/ogg",
        "tak" => "audio/x-tak",
        "tta" => "audio/x-tta",
        "wav" => "audio/wav",
        "weba" | "webm" => "audio/webm",
        "wma" => "audio/x-ms-wma",
        "wv" => "audio/x-wavpack",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_audio_is_opened_by_no_browser() {
        assert_eq!(of_extension("FLAC"), "audio/flac");
        assert_eq!(of_extension("html"), "application/octet-stream");
        assert_eq!(of_extension("svg"), "application/octet-stream");
    }
}
