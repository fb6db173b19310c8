//! `POST /api/v1/auth/login`.

use axum::Json;
use axum::extract::{Extension, State};
use jiff::Timestamp;

use super::ApiError;
use super::access::Client;
use super::extract::Body;
use crate::accounts::{Credentials, Login};
use crate::state::Origin;

/// A name and a password for an access token.
pub(super) async fn post_login(
    State(origin): State<Origin>,
    Extension(Client(client)): Extension<Client>,
    Body(credentials): Body<Credentials>,
) -> Result<Json<Login>, ApiError> {
    let now = Timestamp::now().as_second();
    Ok(Json(origin.gate.log_in(&origin.library, credentials, client, now).await?))
}
