//! Counts every answer, and the time to it. The layer allocates nothing, since every request passes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::metrics::{self, METRICS, Route};
use crate::state::Edge;

/// `GET /metrics`.
pub(super) async fn get_metrics(State(edge): State<Edge>) -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, metrics::render(&edge, Timestamp::now()))
}

/// The layer.
#[derive(Clone, Copy)]
pub(super) struct Counting;

impl<S> Layer<S> for Counting {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Counted { inner }
    }
}

/// A route whose answers are counted.
#[derive(Clone)]
pub(super) struct Counted<S> {
    inner: S,
}

impl<S: Service<Request, Response = Response>> Service<Request> for Counted<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = CountedFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (route, begun_at) = (Route::of(request.uri().path()), Instant::now());
        CountedFuture { inner: self.inner.call(request), route, begun_at }
    }
}

pin_project! {
    /// An answer to be counted.
    pub(super) struct CountedFuture<F> {
        #[pin]
        inner: F,
        route: Route,
        begun_at: Instant,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for CountedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(context));
        if let Ok(response) = &answer {
            METRICS.count(*this.route, response.status().as_u16(), this.begun_at.elapsed());
        }
        Poll::Ready(answer)
    }
}
