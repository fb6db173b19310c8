//! What listeners' programs log in with at the edges: `/api/v1/users/me/…`, and for any account by an admin.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::ApiError;
use super::extract::{Body, Named};
use super::users::find_user;
use crate::accounts::Caller;
use crate::accounts::credentials::{self as credential, Credential};
use crate::library::credentials::{self, CredentialKind, Sealed};
use crate::state::Origin;

/// All that an account may have, and more.
const MAX_LISTED: u32 = 500;

/// The password for Subsonic clients.
#[derive(Serialize)]
pub(super) struct PasswordView {
    username: String,
    password: String,
    created_at: Option<Timestamp>,
}

/// A device's credential; its secret is in no other answer than the first.
#[derive(Serialize)]
pub(super) struct DeviceView {
    credential_id: i64,
    kind: CredentialKind,
    label: String,
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// An account's devices.
#[derive(Serialize)]
pub(super) struct DeviceList {
    items: Vec<DeviceView>,
}

/// A device that is to have one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDevice {
    kind: DeviceKind,
    label: String,
}

/// What a device may have.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DeviceKind {
    AppPassword,
    ApiKey,
}

/// `GET /api/v1/users/me/subsonic-password`: made on the first look.
pub(super) async fn get_own_password(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
) -> Result<Json<PasswordView>, ApiError> {
    let reveal = move |origin: &Origin| {
        let user = find_user(origin, user_id)?;
        let shown = credential::reveal_subsonic_password(&origin.library, &origin.vault, &user)?;
        origin.credentials_changed();
        Ok::<_, ApiError>(shown.into())
    };
    Ok(Json(origin.run_blocking(reveal).await??))
}

/// `POST /api/v1/users/me/subsonic-password`: another one.
pub(super) async fn post_own_password(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
) -> Result<Json<PasswordView>, ApiError> {
    Ok(Json(origin.run_blocking(move |origin| rotate(origin, user_id)).await??))
}

/// `POST /api/v1/admin/users/{id}/subsonic-password`: another one, for anybody.
pub(super) async fn post_password_of(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<Json<PasswordView>, ApiError> {
    let user_id = id.parse().ok().ok_or(ApiError::NotFound)?;
    Ok(Json(origin.run_blocking(move |origin| rotate(origin, user_id)).await??))
}

fn rotate(origin: &Origin, user_id: i64) -> Result<PasswordView, ApiError> {
    let user = find_user(origin, user_id)?;
    let rotated = credential::rotate_subsonic_password(&origin.library, &origin.vault, &user)?;
    origin.credentials_changed();
    Ok(rotated.into())
}

/// `GET /api/v1/users/me/credentials`: the devices', without their secrets.
pub(super) async fn get_devices(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
) -> Result<Json<DeviceList>, ApiError> {
    let list =
        move |origin: &Origin| origin.library.read(|connection| credentials::list_of(connection, user_id, MAX_LISTED));
    let found = origin.run_blocking(list).await??.into_iter();
    let of_devices = found.filter(|sealed| sealed.kind != CredentialKind::SubsonicPassword);
    Ok(Json(DeviceList { items: of_devices.map(DeviceView::from).collect() }))
}

/// `POST /api/v1/users/me/credentials`: its secret is shown this once.
pub(super) async fn post_device(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
    Body(NewDevice { kind, label }): Body<NewDevice>,
) -> Result<(StatusCode, Json<DeviceView>), ApiError> {
    let add = move |origin: &Origin| {
        let user = find_user(origin, user_id)?;
        let added = credential::add_device(&origin.library, &origin.vault, &user, kind.into(), &label)?;
        origin.credentials_changed();
        Ok::<_, ApiError>(added)
    };
    Ok((StatusCode::CREATED, Json(origin.run_blocking(add).await??.into())))
}

/// `DELETE /api/v1/users/me/credentials/{id}`.
pub(super) async fn delete_device(
    State(origin): State<Origin>,
    Extension(Caller { user_id, .. }): Extension<Caller>,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    let id = id.parse().ok().ok_or(ApiError::NotFound)?;
    let remove = move |origin: &Origin| origin.library.write(|tx| credentials::remove(tx, user_id, id));
    let was_there = origin.run_blocking(remove).await??;
    origin.credentials_changed();
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::NotFound) }
}

impl From<DeviceKind> for CredentialKind {
    fn from(kind: DeviceKind) -> Self {
        match kind {
            DeviceKind::AppPassword => Self::AppPassword,
            DeviceKind::ApiKey => Self::ApiKey,
        }
    }
}

impl From<Credential> for PasswordView {
    fn from(credential: Credential) -> Self {
        Self {
            username: credential.user_name,
            password: credential.secret.expose_secret().to_owned(),
            created_at: Timestamp::from_second(credential.created_at).ok(),
        }
    }
}

impl From<Credential> for DeviceView {
    fn from(credential: Credential) -> Self {
        let Credential { credential_id, kind, label, secret, created_at, .. } = credential;
        let created_at = Timestamp::from_second(created_at).ok();
        Self { credential_id, kind, label, created_at, secret: Some(secret.expose_secret().to_owned()) }
    }
}

impl From<Sealed> for DeviceView {
    fn from(sealed: Sealed) -> Self {
        let Sealed { credential_id, kind, label, created_at, .. } = sealed;
        Self { credential_id, kind, label, created_at: Timestamp::from_second(created_at).ok(), secret: None }
    }
}
