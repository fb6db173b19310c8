//! `GET /api/v1/{tracks,albums,artists}`: all there is, hidden or not.

use axum::Json;
use axum::extract::State;

use super::ApiError;
use super::extract::Parameters;
use super::pages::{PageView, SearchPaging};
use crate::library::browse::{ListQuery, Listed};
use crate::state::Origin;

/// A page of a list; `q` is what the names have to have.
pub(super) async fn get_list<T: Listed>(
    State(origin): State<Origin>,
    Parameters(asked): Parameters<SearchPaging>,
) -> Result<Json<PageView<T>>, ApiError> {
    let (paging, text) = asked.split();
    let asked = paging.of(T::LIST)?;
    let list = move |origin: &Origin| {
        let (after_name, after_id) = (asked.after_name.clone(), asked.after_id);
        let query = ListQuery { after_name, after_id, limit: asked.to_read(), text };
        let found = origin.library.read(|connection| T::list(connection, &query))?;
        Ok::<_, ApiError>(asked.cut_at(found.rows, found.left_off))
    };
    Ok(Json(origin.run_blocking(list).await??))
}
