//! Accounts: one's own.

use axum::Json;
use axum::extract::{Extension, State};
use jiff::Timestamp;
use serde::Serialize;

use super::ApiError;
use crate::accounts::Caller;
use crate::library::users::{self, Role, User};
use crate::state::Origin;

/// An account as the outside sees it.
#[derive(Serialize)]
pub(super) struct UserView {
    user_id: i64,
    name: String,
    role: Role,
    created_at: Option<Timestamp>,
}

/// `GET /api/v1/users/me`.
pub(super) async fn get_me(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
) -> Result<Json<UserView>, ApiError> {
    let find = move |origin: &Origin| origin.library.read(|connection| users::find(connection, user_id));
    let user = origin.run_blocking(find).await??.ok_or(ApiError::NotFound)?;
    Ok(Json(user.into()))
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        let created_at = Timestamp::from_second(user.created_at).ok();
        Self { user_id: user.user_id, name: user.name, role: user.role, created_at }
    }
}
