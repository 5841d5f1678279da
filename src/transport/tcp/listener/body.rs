//! A timeout for request bodies: a client that sends its body very slowly would otherwise hold its connection
//! forever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

/// How long a whole body may take. Enough for the largest packet over a slow mobile network.
pub const BODY_WITHIN: Duration = Duration::from_secs(20);

/// A body that ends with an error if it takes too long.
pub struct TimedBody<B = Incoming> {
    body: B,
    /// Set when the body is first waited for, because most requests have none.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B> TimedBody<B> {
    /// Wraps a body.
    pub fn new(body: B) -> Self {
        Self { body, deadline: None }
    }
}

impl<B> Body for TimedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(BODY_WITHIN)));
        deadline.as_mut().poll(cx).map(|()| Some(Err("timed out reading the request body".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt as _, stream};
    use http_body_util::{BodyExt as _, StreamBody};

    use super::*;

    /// A body of ten bytes, one at a time.
    fn dribble(each: Duration) -> impl Body<Data = Bytes, Error = Infallible> + Unpin {
        let bytes = stream::iter(0..10).then(move |_| async move {
            sleep(each).await;
            Ok(Frame::data(Bytes::from_static(b"x")))
        });
        StreamBody::new(Box::pin(bytes))
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_read_and_one_slower_than_the_timeout_is_not() {
        let slow = TimedBody::new(dribble(BODY_WITHIN / 11)).collect().await.expect("in time");
        assert_eq!(slow.to_bytes(), "xxxxxxxxxx");
        assert!(TimedBody::new(dribble(BODY_WITHIN / 9)).collect().await.is_err());
    }
}
