//! The language that a page is in: what the listener's browser asks for, English otherwise.

use axum::http::{HeaderMap, header};

use super::texts::{CHINESE, ENGLISH, Texts};

/// More than any browser sends; what follows is not looked at.
const MAX_RANGES: usize = 32;

/// A language that the pages speak.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese; better than English for readers of any Chinese.
    Chinese,
}

impl Language {
    /// The wanted language (RFC 9110, section 12.5.4): the highest weight wins, the first of equals.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0, Self::default());
        for (weight, language) in wish.split(',').take(MAX_RANGES).filter_map(parse_range) {
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The texts in this language.
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// Its BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        self.texts().tag
    }
}

fn parse_range(range: &str) -> Option<(f32, Language)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
    let language = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
        "zh" => Language::Chinese,
        "en" | "*" => Language::English,
        _ => return None,
    };
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(weight) => weight.trim().parse().ok()?,
        None => 1.0,
    };
    Some((weight, language))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn wanted(wish: &'static str) -> Language {
        Language::of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wish))]))
    }

    #[test]
    fn the_highest_weight_wins() {
        assert_eq!(wanted("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(wanted("en-GB,en;q=0.9,zh;q=0.8"), Language::English);
        assert_eq!(wanted("de, zh-Hant;q=0.7, en;q=0.3"), Language::Chinese);
        assert_eq!(wanted("de, fr"), Language::English);
        assert_eq!(wanted("zh;q=0"), Language::English);
        assert_eq!(wanted("zh;q=x, ;;;,,"), Language::English);
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
    }
}
