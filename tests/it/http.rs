//! HTTP calls, each over a new connection.

use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The deadline for every wait, generous enough for slow machines.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// A pause between two tries, so that other tests can use the processor.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Waits until something holds, and asks again and again meanwhile.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let held = async {
        while !holds().await {
            pause().await;
        }
    };
    assert!(tokio::time::timeout(DEADLINE, held).await.is_ok(), "not in time: {what}");
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// A header's value; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the server's headers are text"))
    }
}

/// `GET`.
pub async fn get(server: SocketAddr, path: &str) -> Reply {
    call(server, Method::GET, path, &[], String::new()).await.expect("the server answers")
}

/// `GET` by a page of this origin.
pub async fn get_from(server: SocketAddr, path: &str, origin: &str) -> Reply {
    let headers = [("origin", origin)];
    call(server, Method::GET, path, &headers, String::new()).await.expect("the server answers")
}

/// Any call. The error means that the server refused or closed the connection.
pub async fn call(
    server: SocketAddr,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
    // Each call opens a new connection, because one from before a restart would be dead.
    let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
    let mut request = Request::builder().method(method).uri(format!("http://{server}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body)))?;
    let exchange = async {
        let response = client.request(request).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await?.to_bytes();
        let text = String::from_utf8(bytes.to_vec())?;
        Ok(Reply { status: parts.status, headers: parts.headers, text })
    };
    tokio::time::timeout(DEADLINE, exchange).await.expect("the server answers in time")
}
