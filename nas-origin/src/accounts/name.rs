//! What an account may be called.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// Characters of the longest name.
const MAX_CHARS: usize = 64;

/// 1 to 64 letters, digits, `.`, `_`, `-` or `@`: readable in a log, the same in every client, and no header or path can be
/// made of it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct UserName(String);

/// A name that no account has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a user's name is 1 to {MAX_CHARS} letters, digits, `.`, `_`, `-` or `@`")]
pub struct BadUserName;

impl UserName {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = BadUserName;

    fn from_str(text: &str) -> Result<Self, BadUserName> {
        let is_fine = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@');
        let fits = (1..=MAX_CHARS).contains(&text.chars().count());
        if fits && text.chars().all(is_fine) { Ok(Self(text.to_owned())) } else { Err(BadUserName) }
    }
}

impl TryFrom<String> for UserName {
    type Error = BadUserName;

    fn try_from(text: String) -> Result<Self, BadUserName> {
        text.parse()
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_letters_digits_and_little_else() {
        for fine in ["a", "Ann-Marie_2", "ann@home.example", "周杰伦", "björk", &"x".repeat(64)] {
            assert_eq!(fine.parse::<UserName>().expect(fine).as_str(), fine);
        }
        for bad in ["", " ", "a b", "a\n", "a/b", "a:b", "<b>", "\u{202e}a", &"x".repeat(65)] {
            assert_eq!(bad.parse::<UserName>(), Err(BadUserName), "{bad:?}");
        }
    }
}
