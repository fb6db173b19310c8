//! `GET /api/openapi.json`: every route and field, for programs. Anyone may read it, however the call came.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// The file.
pub(super) const DESCRIPTION: &str = include_str!("openapi.json");

pub(super) async fn get_description() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DESCRIPTION;
    use crate::http::api::routes;

    fn description() -> Value {
        serde_json::from_str(DESCRIPTION).expect("JSON")
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description = description();
        let described = description["paths"].as_object().expect("paths").keys().map(String::as_str);
        let described: BTreeSet<&str> = described.filter(|path| *path != "/api/openapi.json").collect();
        let routed: BTreeSet<&str> = routes().iter().map(|(_, path, _)| *path).collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let description = description();
        let named = DESCRIPTION.split("\"#").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        for pointer in named {
            assert!(description.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
