//! The part of the table from reasons to statuses that is about what owners edit.

use std::io;

use axum::http::StatusCode;

use super::error::Refusal;
use crate::library::covers::CoverFailure;
use crate::library::editing::EditFailure;
use crate::library::lists::ListFailure;
use crate::media::pictures::PictureError;
use crate::sources::upload::UploadError;

pub(super) fn of_edit(error: &EditFailure) -> Refusal {
    match error {
        EditFailure::Unknown => Refusal::new(StatusCode::NOT_FOUND, "not_found", "There is nothing of that name."),
        EditFailure::Edit(error) => Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", error.to_string()),
        EditFailure::Library(_) => Refusal::internal(),
    }
}

pub(super) fn of_list(error: &ListFailure) -> Refusal {
    let refused = |status, code| Refusal::new(status, code, error.to_string());
    match error {
        ListFailure::Unknown => Refusal::new(StatusCode::NOT_FOUND, "not_found", "There is nothing of that name."),
        ListFailure::NoPlace { .. } => refused(StatusCode::NOT_FOUND, "not_found"),
        ListFailure::Imported { .. } => refused(StatusCode::CONFLICT, "imported"),
        ListFailure::NoSuch { .. } | ListFailure::Name | ListFailure::TooLong { .. } => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "bad_request")
        }
        ListFailure::Library(_) => Refusal::internal(),
    }
}

pub(super) fn of_cover(error: &CoverFailure) -> Refusal {
    match error {
        CoverFailure::Edit(error) => of_edit(error),
        CoverFailure::List(error) => of_list(error),
        CoverFailure::Library(_) => Refusal::internal(),
    }
}

pub(super) fn of_picture(error: &PictureError) -> Refusal {
    match error {
        PictureError::Write { .. } => Refusal::internal(),
        PictureError::Unknown(_) | PictureError::Unguessable | PictureError::Damaged(_) | PictureError::Size { .. } => {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", format!("The cover is {error}."))
        }
    }
}

pub(super) fn of_upload(error: &UploadError) -> Refusal {
    let refused = |status| Refusal::new(status, "bad_request", format!("{error}."));
    match error {
        UploadError::Name { .. } | UploadError::Unreadable(_) | UploadError::TooMany { .. } => {
            refused(StatusCode::UNPROCESSABLE_ENTITY)
        }
        UploadError::TooLarge { .. } => refused(StatusCode::PAYLOAD_TOO_LARGE),
        UploadError::Store(cause) if cause.kind() == io::ErrorKind::StorageFull => {
            let message = "The disk of the data folder is full; nothing was kept.";
            Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", message)
        }
        UploadError::Store(_) | UploadError::Catalog(_) | UploadError::Import(_) => Refusal::internal(),
    }
}
