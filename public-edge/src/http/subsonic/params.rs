//! The parameters of a call: decoded once, then asked for by name and kind.

use std::borrow::Cow;
use std::str::FromStr;

use catalog_core::model::IdError;
use percent_encoding::percent_decode;

use super::error::SubsonicError;

/// Items of a list when a client does not say.
pub(super) const DEFAULT_COUNT: u64 = 10;
/// Items of a list at most.
pub(super) const MAX_COUNT: u64 = 500;

/// The id of the one music folder.
const MUSIC_FOLDER: &str = "0";

/// Parameters in the order they came; a name may come again. Their text stands in one buffer.
#[derive(Default)]
pub(super) struct Params {
    text: String,
    pairs: Vec<Pair>,
}

/// Where a parameter stands: the name up to the value, the value up to the end.
#[derive(Clone, Copy)]
struct Pair {
    name_start: usize,
    value_start: usize,
    end: usize,
}

impl Params {
    /// Adds the parameters of a query or a form (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// Parts that are no UTF-8; the others are there all the same, `f` above all.
    pub(super) fn add(&mut self, encoded: &str) -> Result<(), SubsonicError> {
        // Decoding makes nothing longer.
        self.text.reserve(encoded.len());
        let mut outcome = Ok(());
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode(name), decode(value)) {
                (Ok(name), Ok(value)) => self.push(&name, &value),
                (Err(error), _) | (_, Err(error)) => outcome = Err(error),
            }
        }
        outcome
    }

    fn push(&mut self, name: &str, value: &str) {
        let name_start = self.text.len();
        self.text.push_str(name);
        let value_start = self.text.len();
        self.text.push_str(value);
        self.pairs.push(Pair { name_start, value_start, end: self.text.len() });
    }

    /// All of them, in the order they came.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let text =
            |pair: &Pair| (&self.text[pair.name_start..pair.value_start], &self.text[pair.value_start..pair.end]);
        self.pairs.iter().map(text)
    }

    /// The first parameter of this name, empty or not.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The first parameter of this name, if it says anything.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// A parameter that must say something.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, SubsonicError> {
        self.find(name).ok_or(SubsonicError::MissingParameter(name))
    }

    /// An id of one kind; what cannot be one is not found.
    pub(super) fn id<T: FromStr<Err = IdError>>(&self, kind: &'static str) -> Result<T, SubsonicError> {
        self.required("id")?.parse().or(Err(SubsonicError::NotFound(kind)))
    }

    /// A whole number from 0; larger than any is the largest.
    pub(super) fn number(&self, name: &'static str, default: u64) -> Result<u64, SubsonicError> {
        self.find(name).map_or(Ok(default), |text| parse_number(name, text))
    }

    /// A year, `None` when there is none.
    pub(super) fn year(&self, name: &'static str) -> Result<Option<i32>, SubsonicError> {
        let year = self.find(name).map(|text| parse_number(name, text)).transpose()?;
        Ok(year.map(|year| i32::try_from(year).unwrap_or(i32::MAX)))
    }

    /// How many items of a list are wanted, [`MAX_COUNT`] at most.
    pub(super) fn count(&self, name: &'static str, default: u64) -> Result<usize, SubsonicError> {
        Ok(usize::try_from(self.number(name, default)?.min(MAX_COUNT)).unwrap_or(usize::MAX))
    }

    /// Looks whether the music folder that is asked for is the one there is.
    ///
    /// # Errors
    /// There is no such folder.
    pub(super) fn check_music_folder(&self) -> Result<(), SubsonicError> {
        let is_ours = |folder| folder == MUSIC_FOLDER;
        if self.find("musicFolderId").is_none_or(is_ours) {
            Ok(())
        } else {
            Err(SubsonicError::NotFound("music folder"))
        }
    }

    /// Whether a name among the parameters is one of these.
    pub(super) fn has_any(&self, is_one: impl Fn(&str) -> bool) -> bool {
        self.pairs().any(|(name, _)| is_one(name))
    }

    /// The parameters that count, by name: of each name the first.
    pub(super) fn firsts(&self) -> Vec<(&str, &str)> {
        let mut firsts: Vec<(&str, &str)> = self.pairs().collect();
        firsts.sort_by_key(|(name, _)| *name);
        firsts.dedup_by_key(|(name, _)| *name);
        firsts
    }
}

fn parse_number(name: &'static str, text: &str) -> Result<u64, SubsonicError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SubsonicError::BadParameter { name, expected: "a whole number from 0" });
    }
    // Digits that do not fit are more than there can be of anything.
    Ok(text.parse().unwrap_or(u64::MAX >> 1))
}

/// A name or a value as it is meant; most are written as they are.
fn decode(encoded: &str) -> Result<Cow<'_, str>, SubsonicError> {
    if !encoded.contains(['%', '+']) {
        return Ok(Cow::Borrowed(encoded));
    }
    let spaced = encoded.replace('+', " ");
    Ok(Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8()?.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        let mut params = Params::default();
        params.add(query).expect("UTF-8");
        params
    }

    #[test]
    fn the_first_of_a_name_counts_and_blanks_are_decoded() {
        let params = params("a=x+y%20z&a=second&b&=&c=%E5%91%A8");
        assert_eq!((params.given("a"), params.given("b"), params.given("c")), (Some("x y z"), Some(""), Some("周")));
        assert_eq!((params.find("b"), params.given("d")), (None, None));
    }

    #[test]
    fn numbers_are_digits_and_too_many_of_them_are_the_most() {
        let read = |value: &str| params(&format!("size={value}")).count("size", 10).ok();
        assert_eq!(
            [read("3"), read("501"), read("99999999999999999999"), read("")],
            [Some(3), Some(500), Some(500), Some(10)]
        );
        assert_eq!([read("abc"), read("-1"), read("1.5"), read("%2B1")], [None; 4]);
        assert_eq!(params("fromYear=99999999999").year("fromYear").ok(), Some(Some(i32::MAX)));
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_and_hide_nothing_else() {
        let mut params = Params::default();
        assert!(params.add("id=%FF&f=json").is_err());
        assert_eq!(params.find("f"), Some("json"));
    }

    #[test]
    fn ten_thousand_parameters_are_read() {
        let params = params(&"size=1&".repeat(10_000));
        assert_eq!(params.number("size", 10).ok(), Some(1));
    }
}
