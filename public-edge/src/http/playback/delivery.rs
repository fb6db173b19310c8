//! Whether a listener is sent to the file or gets its bytes through this edge. Pure: settings and request come in.

use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use crate::config::Delivery;
use crate::http::client_name::is_named;
use crate::listeners::Listener;

/// Who asks for a file, and how.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The name that a Subsonic client gives itself.
    pub client: Option<&'a str>,
    /// Its request, as far as it is not the body.
    pub head: &'a Parts,
    /// Whose it is, where only listeners are let in.
    pub listener: Option<&'a Listener>,
}

impl Asked<'_> {
    /// Whether the bytes have to come through this edge.
    pub(super) fn is_proxied(&self, delivery: &Delivery) -> bool {
        match delivery {
            Delivery::Redirect => false,
            Delivery::Proxy => true,
            Delivery::Auto { proxy_clients } => proxy_clients.iter().any(|name| self.is_by(name)),
        }
    }

    fn is_by(&self, name: &str) -> bool {
        let user_agent = self.head.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        [self.client, user_agent].into_iter().flatten().any(|text| is_named(text, name))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn is_proxied(delivery: &Delivery, client: Option<&str>, user_agent: &str) -> bool {
        let request = Request::builder().header(USER_AGENT, user_agent).body(()).expect("a request");
        Asked { client, head: &request.into_parts().0, listener: None }.is_proxied(delivery)
    }

    #[test]
    fn only_listed_clients_are_proxied_by_default() {
        let auto = Delivery::Auto { proxy_clients: vec!["DSub".to_owned(), "Old Player".to_owned()] };
        for (client, user_agent) in [
            (Some("DSub"), "okhttp/4"),
            (Some("dsub"), ""),
            (Some("DSub2000"), ""),
            (Some("app DSub/5"), ""),
            (None, "DSub/5.5.2 (Android)"),
            (None, "Mozilla/5.0 (compatible; old player 1.0)"),
        ] {
            assert!(is_proxied(&auto, client, user_agent), "{client:?} {user_agent}");
        }
        for (client, user_agent) in [
            (None, "Mozilla/5.0"),
            (Some("Symfonium"), "okhttp"),
            (Some("andsub"), ""),
            (Some("x"), "my-dsubtle/1"),
            (Some(""), ""),
        ] {
            assert!(!is_proxied(&auto, client, user_agent), "{client:?} {user_agent}");
        }
    }

    #[test]
    fn an_owner_may_want_all_or_none() {
        assert!(is_proxied(&Delivery::Proxy, Some("Symfonium"), ""));
        assert!(!is_proxied(&Delivery::Redirect, Some("DSub"), "DSub"));
    }
}
