//! What is around every route: preflights, the headers that let any origin read an answer, and the answer to a panic.
//! One layer that allocates nothing, since every request passes it.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use futures::FutureExt;
use futures::future::{CatchUnwind, Either, Map, Ready, ready};
use tower::{Layer, Service};

use super::cors;
use crate::error;

/// The layer.
#[derive(Clone, Copy)]
pub(super) struct Rim;

impl<S> Layer<S> for Rim {
    type Service = WithinRim<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithinRim { inner }
    }
}

/// A route within the rim.
#[derive(Clone)]
pub(super) struct WithinRim<S> {
    inner: S,
}

type Outcome = Result<Response, Infallible>;
type Caught = Result<Outcome, Box<dyn Any + Send>>;

impl<S> Service<Request> for WithinRim<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Outcome>, Map<CatchUnwind<AssertUnwindSafe<S::Future>>, fn(Caught) -> Outcome>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if cors::is_preflight(&request) {
            return Either::Left(ready(Ok(cors::preflight())));
        }
        Either::Right(AssertUnwindSafe(self.inner.call(request)).catch_unwind().map(answered))
    }
}

fn answered(caught: Caught) -> Outcome {
    let mut response = caught.unwrap_or_else(|panic| Ok(error::panicked(panic)))?;
    cors::allow_any_origin(response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_that_any_origin_may_read() {
        async fn break_down() -> StatusCode {
            unreachable!("the panic")
        }
        let router = Router::new().route("/", get(break_down)).layer(Rim);
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
}
