//! Passwords: long enough, never shown, kept as argon2id hashes.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A person types this many characters at least.
const MIN_PASSWORD_CHARS: usize = 8;
/// More is refused unread, so that nobody can have a megabyte hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// What a password is compared with when there is no such account, so that both take as long. Nothing has this hash.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that an account may have. `Debug` hides it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(SecretString);

/// A password that is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPassword {
    /// Too easy to guess.
    #[error("the password is too short: it takes {MIN_PASSWORD_CHARS} characters at least")]
    TooShort,
    /// Nobody types this.
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
}

/// A hash can't be made, or is none.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
pub struct HashError(#[source] Error);

impl Password {
    /// Checks what was typed.
    ///
    /// # Errors
    /// Too short or too long.
    pub fn new(typed: &str) -> Result<Self, BadPassword> {
        if typed.chars().count() < MIN_PASSWORD_CHARS {
            Err(BadPassword::TooShort)
        } else if typed.len() > MAX_PASSWORD_BYTES {
            Err(BadPassword::TooLong)
        } else {
            Ok(Self(typed.into()))
        }
    }

    /// The hash to keep, as a PHC string: argon2id with 19 MiB and two passes. Takes that memory, and tens of milliseconds.
    ///
    /// # Errors
    /// When the system has no random bytes for the salt.
    pub fn hash(&self) -> Result<String, HashError> {
        let hash = Argon2::default().hash_password(self.0.expose_secret().as_bytes()).map_err(HashError)?;
        Ok(hash.to_string())
    }
}

impl TryFrom<String> for Password {
    type Error = BadPassword;

    fn try_from(typed: String) -> Result<Self, BadPassword> {
        Self::new(&typed)
    }
}

/// Whether `typed` is the password with this hash; `None` when there is no such account. Takes as long either way, and as
/// much memory as [`Password::hash`].
///
/// # Errors
/// When the kept hash is none.
pub(super) fn is_right(typed: &SecretString, hash: Option<&str>) -> Result<bool, HashError> {
    let typed = typed.expose_secret().as_bytes();
    if typed.len() > MAX_PASSWORD_BYTES {
        return Ok(false);
    }
    let kept = PasswordHash::new(hash.unwrap_or(NOBODYS_HASH)).map_err(|error| HashError(error.into()))?;
    match Argon2::default().verify_password(typed, &kept) {
        Ok(()) => Ok(hash.is_some()),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(HashError(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_is_right() {
        let hash = Password::new("correct horse").expect("fine").hash().expect("hashed");
        let right = |typed: &str, hash: Option<&str>| is_right(&typed.into(), hash).expect("compared");
        assert!(right("correct horse", Some(&hash)));
        assert!(!right("correct horsf", Some(&hash)) && !right("", Some(&hash)));
        assert!(!right("correct horse", None) && !right("", None));
    }

    #[test]
    fn nobodys_hash_takes_as_much_work_as_a_real_one() {
        let real = Password::new("correct horse").expect("fine").hash().expect("hashed");
        let work = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(work(NOBODYS_HASH), work(&real));
        let bytes = |hash: &str| hash.split('$').skip(4).map(str::len).collect::<Vec<_>>();
        assert_eq!(bytes(NOBODYS_HASH)[1], bytes(&real)[1]);
    }

    #[test]
    fn what_is_short_or_huge_is_refused_and_nothing_is_shown() {
        assert_eq!(Password::new("1234567").err(), Some(BadPassword::TooShort));
        assert_eq!(Password::new(&"x".repeat(1025)).err(), Some(BadPassword::TooLong));
        assert!(Password::new("周杰伦周杰伦周杰").is_ok(), "characters, not bytes");
        assert!(!format!("{:?}", Password::new("correct horse")).contains("horse"));
    }
}
