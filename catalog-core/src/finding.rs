//! What a checkup of a plane found out (`nas-origin doctor`, `public-edge check`).

use std::error::Error;
use std::fmt;

/// What was found out about one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What was looked at.
    pub subject: String,
    /// Whether it is in order.
    pub is_ok: bool,
    /// What was seen, and what to do about it.
    pub words: String,
}

impl Finding {
    /// What is in order says so in words, as does what isn't.
    pub fn new(subject: impl Into<String>, found: Result<String, String>) -> Self {
        let is_ok = found.is_ok();
        Self { subject: subject.into(), is_ok, words: found.unwrap_or_else(|problem| problem) }
    }
}

/// The line that a person reads.
impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_ok { "ok    " } else { "FAILED" };
        write!(formatter, "{verdict} {}: {}", self.subject, self.words)
    }
}

/// An error with its causes, each said once.
pub fn in_words<'a>(error: &'a (dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source());
    let mut words: Vec<String> = causes.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_its_verdict() {
        let line = |found: Result<&str, &str>| {
            Finding::new("store", found.map(str::to_owned).map_err(str::to_owned)).to_string()
        };
        assert_eq!(line(Ok("is there")), "ok     store: is there");
        assert_eq!(line(Err("is gone: mount it")), "FAILED store: is gone: mount it");
    }
}
