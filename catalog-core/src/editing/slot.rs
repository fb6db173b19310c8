//! The places of a record that can be edited, by what may be in them.

use crate::import::{ArtistName, Contributor, clean, parse_date};
use crate::model::{Advisory, CreditRole};

/// The most texts of a list.
pub const MAX_LIST: usize = 100;
/// The highest number of a disc, a track, their totals or beats.
pub const MAX_NUMBER: u32 = 9_999;

/// What a field can say. A text or a list that is empty, and the number 0, say that there is nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// Several, in their order.
    Texts(Vec<String>),
    /// A number from 1, or 0.
    Number(u32),
    /// Whether it is so.
    Flag(bool),
}

impl Value {
    /// Whether it says that there is nothing. That something is not so says something.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Number(number) => *number == 0,
            Self::Flag(_) => false,
        }
    }

    /// That there is nothing, in the same kind of field.
    #[must_use]
    pub fn emptied(&self) -> Self {
        match self {
            Self::Text(_) => Self::Text(String::new()),
            Self::Texts(_) => Self::Texts(Vec::new()),
            Self::Number(_) => Self::Number(0),
            Self::Flag(_) => Self::Flag(false),
        }
    }
}

/// An edit that can't be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such field.
    #[error("there is no field {field:?} to edit")]
    Unknown {
        /// The name that was given.
        field: String,
    },
    /// The field can't have this.
    #[error("{field} has to be {wants}")]
    Value {
        /// The field.
        field: String,
        /// What it can have.
        wants: &'static str,
    },
}

/// A place of a record.
#[derive(Debug)]
pub enum Slot<'r> {
    /// A text that is never empty.
    Required(&'r mut String),
    /// A text.
    Text(&'r mut Option<String>),
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    Date(&'r mut Option<String>),
    /// Texts, each once.
    Texts(&'r mut Vec<String>),
    /// Artists, each once.
    Names(&'r mut Vec<ArtistName>),
    /// The composers among the contributors.
    Composers(&'r mut Vec<Contributor>),
    /// A number from 1.
    Number(&'r mut Option<u32>),
    /// Whether it is so.
    Flag(&'r mut bool),
    /// `explicit` or `clean`.
    Advisory(&'r mut Option<Advisory>),
}

impl Slot<'_> {
    /// What is there.
    pub fn value(&self) -> Value {
        match self {
            Self::Required(text) => Value::Text((**text).clone()),
            Self::Text(text) | Self::Date(text) => Value::Text((**text).clone().unwrap_or_default()),
            Self::Texts(texts) => Value::Texts((**texts).clone()),
            Self::Names(names) => Value::Texts(names.iter().map(|artist| artist.name.clone()).collect()),
            Self::Composers(all) => {
                let composers = all.iter().filter(|one| one.role == CreditRole::Composer);
                Value::Texts(composers.map(|one| one.artist.name.clone()).collect())
            }
            Self::Number(number) => Value::Number(number.unwrap_or(0)),
            Self::Flag(flag) => Value::Flag(**flag),
            Self::Advisory(advisory) => Value::Text(advisory.map_or("", Advisory::name).to_owned()),
        }
    }

    /// Whether there is nothing.
    pub fn is_blank(&self) -> bool {
        self.value().is_blank()
    }

    /// The value as it can be here, cleaned as a tag's would be; what is wanted instead when it can't.
    pub(super) fn checked(&self, value: &Value) -> Result<Value, &'static str> {
        Ok(match (self, value) {
            (Self::Required(_), Value::Text(text)) => Value::Text(clean(text).ok_or("a text that is not empty")?),
            (Self::Text(_), Value::Text(text)) => Value::Text(clean(text).unwrap_or_default()),
            (Self::Date(_), Value::Text(text)) => Value::Text(date(text)?),
            (Self::Advisory(_), Value::Text(text)) => Value::Text(advisory(text)?),
            (Self::Texts(_) | Self::Names(_) | Self::Composers(_), Value::Texts(texts)) => Value::Texts(list(texts)?),
            (Self::Number(_), Value::Number(number)) if *number <= MAX_NUMBER => Value::Number(*number),
            (Self::Flag(_), Value::Flag(flag)) => Value::Flag(*flag),
            _ => return Err(self.kind()),
        })
    }

    /// Puts a value there that was checked, or was there before.
    pub(super) fn set(self, value: &Value) {
        let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        match (self, value) {
            (Self::Required(place), Value::Text(text)) => place.clone_from(text),
            (Self::Text(place) | Self::Date(place), Value::Text(text)) => *place = filled(text),
            (Self::Advisory(place), Value::Text(text)) => *place = Advisory::of_name(text),
            (Self::Texts(place), Value::Texts(texts)) => place.clone_from(texts),
            (Self::Names(place), Value::Texts(texts)) => *place = names(texts),
            (Self::Composers(place), Value::Texts(texts)) => put_composers(place, names(texts)),
            (Self::Number(place), Value::Number(number)) => *place = Some(*number).filter(|number| *number > 0),
            (Self::Flag(place), Value::Flag(flag)) => *place = *flag,
            // Checked before.
            _ => {}
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Required(_) | Self::Text(_) => "a text",
            Self::Date(_) => DATE,
            Self::Texts(_) | Self::Names(_) | Self::Composers(_) => LIST,
            Self::Number(_) => NUMBER,
            Self::Flag(_) => "true or false",
            Self::Advisory(_) => ADVISORY,
        }
    }
}

const DATE: &str = "YYYY, YYYY-MM or YYYY-MM-DD";
const LIST: &str = "a list of at most 100 texts";
const NUMBER: &str = "a number from 0 to 9999";
const ADVISORY: &str = "explicit, clean or an empty text";

fn date(text: &str) -> Result<String, &'static str> {
    match clean(text) {
        None => Ok(String::new()),
        Some(text) => parse_date(&text).filter(|date| *date == text).ok_or(DATE),
    }
}

fn advisory(text: &str) -> Result<String, &'static str> {
    let is_one = text.is_empty() || Advisory::of_name(text).is_some();
    is_one.then(|| text.to_owned()).ok_or(ADVISORY)
}

/// Without what is empty or there already.
fn list(texts: &[String]) -> Result<Vec<String>, &'static str> {
    if texts.len() > MAX_LIST {
        return Err(LIST);
    }
    let mut kept: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts.iter().filter_map(|text| clean(text)) {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    Ok(kept)
}

fn names(texts: &[String]) -> Vec<ArtistName> {
    texts.iter().map(|name| ArtistName::from(name.as_str())).collect()
}

/// Composers go before the others.
fn put_composers(contributors: &mut Vec<Contributor>, composers: Vec<ArtistName>) {
    let others = contributors.drain(..).filter(|one| one.role != CreditRole::Composer).collect::<Vec<_>>();
    let role = CreditRole::Composer;
    contributors.extend(composers.into_iter().map(|artist| Contributor { role, artist, instrument: None }));
    contributors.extend(others);
}
