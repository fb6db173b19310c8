//! Kinds of routes: few, and told by the path alone, so that no id becomes a label.

use metrics::Label;

/// A kind of route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Route {
    /// Subsonic calls.
    Subsonic,
    /// The native API.
    Api,
    /// The way to a track, or its bytes.
    Play,
    /// Covers.
    Cover,
    /// Styles and scripts.
    Asset,
    /// What watches the edge.
    Health,
    /// Web pages, and whatever is no route.
    Page,
}

impl Route {
    /// All kinds, in their order.
    pub const ALL: [Self; 7] =
        [Self::Subsonic, Self::Api, Self::Play, Self::Cover, Self::Asset, Self::Health, Self::Page];

    /// The kind of a path.
    pub fn of(path: &str) -> Self {
        match path.as_bytes() {
            [b'/', b'r', b'e', b's', b't', b'/', ..] => Self::Subsonic,
            [b'/', b'a', b'p', b'i', b'/', ..] => Self::of_api(path),
            [b'/', b'a', b's', b's', b'e', b't', b's', b'/', ..] => Self::Asset,
            b"/healthz" | b"/readyz" | b"/metrics" => Self::Health,
            _ => Self::Page,
        }
    }

    fn of_api(path: &str) -> Self {
        if path.starts_with("/api/v1/tracks/") && path.ends_with("/play") {
            Self::Play
        } else if path.starts_with("/api/v1/covers/") {
            Self::Cover
        } else {
            Self::Api
        }
    }

    pub(super) fn label(self) -> Label {
        let name = match self {
            Self::Subsonic => "subsonic",
            Self::Api => "api",
            Self::Play => "play",
            Self::Cover => "cover",
            Self::Asset => "asset",
            Self::Health => "health",
            Self::Page => "page",
        };
        Label::from_static_parts("route", name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_kind() {
        for (path, route) in [
            ("/rest/getAlbum.view", Route::Subsonic),
            ("/api/v1/albums/al-1", Route::Api),
            ("/api/openapi.json", Route::Api),
            ("/api/v1/tracks/tr-1/play", Route::Play),
            ("/api/v1/tracks/tr-1", Route::Api),
            ("/api/v1/covers/al-1", Route::Cover),
            ("/assets/0123/app.js", Route::Asset),
            ("/metrics", Route::Health),
            ("/", Route::Page),
            ("/restaurant", Route::Page),
            ("/nothing", Route::Page),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
        assert!(Route::ALL.into_iter().enumerate().all(|(at, route)| route as usize == at));
    }
}
