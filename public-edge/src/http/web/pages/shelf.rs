//! The page of any list: cards, the ways to order them, and the way to the next page.

use askama::Template;

use super::super::frame::Frame;
use super::super::page_views::Card;

/// An order or a part of a list.
pub(super) struct Tab {
    pub href: String,
    pub name: &'static str,
    pub is_here: bool,
}

/// A page of a list.
#[derive(Template)]
#[template(path = "shelf.html")]
pub(in super::super) struct ShelfPage {
    pub(super) frame: Frame,
    pub(super) count: Option<String>,
    pub(super) tabs: Vec<Tab>,
    pub(super) items: Vec<Card>,
    /// How the cards look: `round` for artists, `words` for genres.
    pub(super) kind: &'static str,
    pub(super) turn: Turn,
}

/// The ways to other pages of the same list.
#[derive(Default)]
pub(super) struct Turn {
    /// The first page, seen from any other.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

impl Turn {
    /// From the page behind `cursor` (none: the first) to the one behind `next_cursor` of the list at `path`, whose own
    /// parameters, each with its `&`, are `kept`.
    pub(super) fn new(path: &str, kept: &str, cursor: Option<&str>, next_cursor: Option<&str>) -> Self {
        let first = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.trim_end_matches('&')) };
        Self {
            first: cursor.map(|_| first),
            next: next_cursor
                .map(|next| format!("{path}?{kept}cursor={}", super::super::page_views::path_segment(next))),
        }
    }
}
