//! Lyrics as tagged, in lines: plain ones, LRC with a time before each line, or enhanced LRC with one before each word.

mod words;

pub use words::Word;

/// Lyrics in lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LyricLines {
    /// Whether every line says when it starts.
    pub is_synced: bool,
    /// By their start when synced, else as written.
    pub lines: Vec<LyricLine>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LyricLine {
    /// From the track's start; `None` unless synced.
    pub start_ms: Option<u64>,
    /// When its last word ends, where the text says it.
    pub end_ms: Option<u64>,
    /// What is sung.
    pub text: String,
    /// Its words or syllables with their times; none where only the line has one.
    pub words: Vec<Word>,
}

impl LyricLines {
    /// Reads lyrics. They are synced when a line has a time; lines without one are then left out, as LRC's own
    /// `[ar:…]` lines are.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let offset_ms = text.lines().find_map(|line| parse_tag(line, "offset")?.parse::<i64>().ok()).unwrap_or(0);
        let mut lines: Vec<_> = text.lines().flat_map(|line| synced_lines(line, offset_ms)).collect();
        if lines.is_empty() {
            let lines = text.lines().filter(|line| !is_about(line)).map(plain_line).collect();
            return Self { is_synced: false, lines };
        }
        lines.sort_by_key(|line| line.start_ms);
        words::fill_ends(&mut lines);
        Self { is_synced: true, lines }
    }

    /// Every line as text.
    pub fn to_text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

fn plain_line(line: &str) -> LyricLine {
    LyricLine { text: line.trim_end().to_owned(), ..LyricLine::default() }
}

/// A line once for each time in front of it. A positive offset makes lines come earlier.
fn synced_lines(line: &str, offset_ms: i64) -> Vec<LyricLine> {
    let mut starts = Vec::new();
    let mut rest = line.trim();
    while let Some((start_ms, behind)) = parse_time(rest, '[', ']') {
        starts.push(start_ms);
        rest = behind.trim_start();
    }
    let mut lines = Vec::with_capacity(starts.len());
    for start_ms in &starts {
        // Words' times are those of the line's first coming.
        let moved_ms = start_ms.cast_signed() - starts[0].cast_signed();
        let shift =
            |time_ms: u64| time_ms.saturating_add_signed(moved_ms).saturating_add_signed(offset_ms.saturating_neg());
        let mut line = words::parse(rest, shift);
        line.start_ms = Some(start_ms.saturating_add_signed(offset_ms.saturating_neg()));
        lines.push(line);
    }
    lines
}

/// `mm:ss`, `mm:ss.xx` or `mm:ss.xxx` between brackets, and what follows.
fn parse_time(text: &str, open: char, close: char) -> Option<(u64, &str)> {
    let (time, behind) = text.strip_prefix(open)?.split_once(close)?;
    let (minutes, seconds) = time.trim().split_once(':')?;
    let (seconds, fraction) = seconds.split_once(['.', ':']).unwrap_or((seconds, ""));
    let whole_secs = parse_digits(minutes)? * 60 + parse_digits(seconds)?;
    let fraction_ms = if fraction.is_empty() { 0 } else { parse_digits(&format!("{:0<3}", first_three(fraction)))? };
    Some((whole_secs * 1000 + fraction_ms, behind))
}

/// What is finer than a millisecond is cut off.
fn first_three(digits: &str) -> &str {
    digits.get(..3).unwrap_or(digits)
}

/// A number of one to four digits.
fn parse_digits(text: &str) -> Option<u64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// LRC's lines about itself.
fn is_about(line: &str) -> bool {
    const NAMES: [&str; 10] = ["ar", "al", "ti", "au", "by", "re", "ve", "length", "offset", "la"];
    NAMES.iter().any(|name| parse_tag(line, name).is_some())
}

/// What stands behind the colon of `[name:…]`.
fn parse_tag<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.trim().strip_prefix('[')?.strip_suffix(']')?.split_once(':')?;
    key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(Option<u64>, String)> {
        LyricLines::parse(text).lines.into_iter().map(|line| (line.start_ms, line.text)).collect()
    }

    #[test]
    fn plain_lyrics_keep_their_lines() {
        assert_eq!(lines("one\r\n\ntwo "), [(None, "one".into()), (None, String::new()), (None, "two".into())]);
        assert_eq!(lines("[ti:Song]\n[Chorus]\n[re: the end]"), [(None, "[Chorus]".into())]);
    }

    #[test]
    fn times_sort_lines_and_a_line_may_come_again() {
        let text = "\u{feff}[ar:Somebody]\n[00:12.50][01:00.5]again\n[00:05.123]first\n[Chorus]";
        let expected = [(Some(5123), "first".into()), (Some(12_500), "again".into()), (Some(60_500), "again".into())];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn an_offset_moves_lines_and_never_below_zero() {
        assert_eq!(lines("[offset:+500]\n[00:00.10]a\n[00:01]b"), [(Some(0), "a".into()), (Some(500), "b".into())]);
    }

    #[test]
    fn brackets_that_are_no_times_are_words() {
        assert_eq!(lines("[Verse 1]\n[99999:00]x"), [(None, "[Verse 1]".into()), (None, "[99999:00]x".into())]);
    }
}
