//! Accounts: one's own, and everybody's for an admin.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::ApiError;
use super::access::Client;
use super::extract::{Body, Named, Parameters};
use super::pages::{Asked, PageView, Paging};
use crate::accounts::{self, AccountError, Caller, Credentials, Password, UserName};
use crate::library::users::{self, Role, User};
use crate::library::{Library, LibraryError};
use crate::state::Origin;

/// An account as the outside sees it.
#[derive(Serialize)]
pub(super) struct UserView {
    user_id: i64,
    name: String,
    role: Role,
    created_at: Option<Timestamp>,
}

/// An account to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    username: UserName,
    password: Password,
    #[serde(default = "user")]
    role: Role,
}

/// What is to be another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    password: Option<Password>,
    role: Option<Role>,
}

/// One's own new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    current_password: SecretString,
    new_password: Password,
}

fn user() -> Role {
    Role::User
}

/// `GET /api/v1/users/me`.
pub(super) async fn get_me(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
) -> Result<Json<UserView>, ApiError> {
    Ok(Json(origin.run_blocking(move |origin| find_user(origin, user_id)).await??.into()))
}

/// `POST /api/v1/users/me/password`: ends all logins, this one too.
pub(super) async fn post_own_password(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
    Extension(Client(client)): Extension<Client>,
    Body(PasswordChange { current_password, new_password }): Body<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let user = origin.run_blocking(move |origin| find_user(origin, user_id)).await??;
    let credentials = Credentials { username: user.name.clone(), password: current_password };
    let now = Timestamp::now().as_second();
    origin.gate.log_in(&origin.library, credentials, client, now).await?;
    change(&origin, move |library| accounts::set_password(library, &user, &new_password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/admin/users`.
pub(super) async fn get_users(
    State(origin): State<Origin>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<UserView>>, ApiError> {
    let asked = paging.of("users")?;
    Ok(Json(origin.run_blocking(move |origin| page(&origin.library, &asked)).await??))
}

fn page(library: &Library, asked: &Asked) -> Result<PageView<UserView>, LibraryError> {
    let found = library.read(|connection| users::list(connection, asked.after_id, asked.to_read()))?;
    Ok(asked.cut(found.into_iter().map(|user| (String::new(), user.user_id, UserView::from(user))).collect()))
}

/// `POST /api/v1/admin/users`.
pub(super) async fn post_user(
    State(origin): State<Origin>,
    Body(NewUser { username, password, role }): Body<NewUser>,
) -> Result<(StatusCode, Json<UserView>), ApiError> {
    let made = change(&origin, move |library| accounts::add(library, &username, role, &password)).await?;
    let user = origin.run_blocking(move |origin| find_user(origin, made)).await??;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// `GET /api/v1/admin/users/{id}`.
pub(super) async fn get_user(State(origin): State<Origin>, Named(id): Named) -> Result<Json<UserView>, ApiError> {
    let user_id = number(&id)?;
    Ok(Json(origin.run_blocking(move |origin| find_user(origin, user_id)).await??.into()))
}

/// `PATCH /api/v1/admin/users/{id}`: a password ends the account's logins.
pub(super) async fn patch_user(
    State(origin): State<Origin>,
    Named(id): Named,
    Body(UserChange { password, role }): Body<UserChange>,
) -> Result<Json<UserView>, ApiError> {
    let user_id = number(&id)?;
    let user = origin.run_blocking(move |origin| find_user(origin, user_id)).await??;
    let changed = move |library: &Library| {
        role.map_or(Ok(()), |role| accounts::set_role(library, &user, role))?;
        password.map_or(Ok(()), |password| accounts::set_password(library, &user, &password))
    };
    change(&origin, changed).await?;
    Ok(Json(origin.run_blocking(move |origin| find_user(origin, user_id)).await??.into()))
}

/// `DELETE /api/v1/admin/users/{id}`.
pub(super) async fn delete_user(State(origin): State<Origin>, Named(id): Named) -> Result<StatusCode, ApiError> {
    let user_id = number(&id)?;
    let remove = move |origin: &Origin| {
        let user = find_user(origin, user_id)?;
        accounts::remove(&origin.library, &user)?;
        origin.credentials_changed();
        Ok::<_, ApiError>(())
    };
    origin.run_blocking(remove).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes accounts when it is its turn to hash.
async fn change<T: Send + 'static>(
    origin: &Origin,
    work: impl FnOnce(&Library) -> Result<T, AccountError> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(origin.gate.hash_in_turn(&origin.library, work).await??)
}

/// The account with this number. Blocks.
///
/// # Errors
/// There is none.
pub(super) fn find_user(origin: &Origin, user_id: i64) -> Result<User, ApiError> {
    origin.library.read(|connection| users::find(connection, user_id))?.ok_or(ApiError::NotFound)
}

/// What is no number names no account.
fn number(text: &str) -> Result<i64, ApiError> {
    text.parse().ok().ok_or(ApiError::NotFound)
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        let created_at = Timestamp::from_second(user.created_at).ok();
        Self { user_id: user.user_id, name: user.name, role: user.role, created_at }
    }
}
