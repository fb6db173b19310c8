//! Lyrics as tagged, in lines: plain ones, or LRC with a time in front of each line.

/// Lyrics in lines.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Lyrics {
    /// Whether every line says when it starts.
    pub(super) is_synced: bool,
    /// By their start when synced, else as written.
    pub(super) lines: Vec<Line>,
}

/// One line.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// From the track's start; `None` unless synced.
    pub(super) start_ms: Option<u64>,
    /// What is sung.
    pub(super) text: String,
}

impl Lyrics {
    /// Reads lyrics. They are synced when a line has a time; lines without one are then left out, as LRC's own
    /// `[ar:…]` lines are.
    pub(super) fn parse(text: &str) -> Self {
        let offset_ms = text.lines().find_map(|line| parse_tag(line, "offset")?.parse::<i64>().ok()).unwrap_or(0);
        let mut lines: Vec<_> = text.lines().flat_map(|line| synced_lines(line, offset_ms)).collect();
        if lines.is_empty() {
            return Self { is_synced: false, lines: text.lines().map(plain_line).collect() };
        }
        lines.sort_by_key(|line| line.start_ms);
        Self { is_synced: true, lines }
    }

    /// Every line as text.
    pub(super) fn to_text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

fn plain_line(line: &str) -> Line {
    Line { start_ms: None, text: line.trim_end().to_owned() }
}

/// A line once for each time in front of it. A positive offset makes lines come earlier.
fn synced_lines(line: &str, offset_ms: i64) -> Vec<Line> {
    let mut starts = Vec::new();
    let mut rest = line.trim();
    while let Some((start_ms, behind)) = rest.strip_prefix('[').and_then(parse_time) {
        starts.push(start_ms.saturating_add_signed(offset_ms.saturating_neg()));
        rest = behind;
    }
    starts.into_iter().map(|start_ms| Line { start_ms: Some(start_ms), text: rest.trim().to_owned() }).collect()
}

/// `mm:ss`, `mm:ss.xx` or `mm:ss.xxx`, the bracket behind it and what follows.
fn parse_time(text: &str) -> Option<(u64, &str)> {
    let (time, behind) = text.split_once(']')?;
    let (minutes, seconds) = time.split_once(':')?;
    let (seconds, fraction) = seconds.split_once(['.', ':']).unwrap_or((seconds, ""));
    let whole_secs = parse_digits(minutes)? * 60 + parse_digits(seconds)?;
    let fraction_ms = if fraction.is_empty() { 0 } else { parse_digits(&format!("{fraction:0<3}"))? };
    Some((whole_secs * 1000 + fraction_ms, behind))
}

/// A number of one to four digits.
fn parse_digits(text: &str) -> Option<u64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
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
        Lyrics::parse(text).lines.into_iter().map(|line| (line.start_ms, line.text)).collect()
    }

    #[test]
    fn plain_lyrics_keep_their_lines() {
        assert_eq!(lines("one\r\n\ntwo "), [(None, "one".into()), (None, String::new()), (None, "two".into())]);
    }

    #[test]
    fn times_sort_lines_and_a_line_may_come_again() {
        let text = "[ar:Somebody]\n[00:12.50][01:00.5]again\n[00:05.123]first\n[Chorus]";
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
