//! Publishing over HTTP: the calls that write.

mod access;
mod events;
mod messages;
mod updates;

use ::http::Method;
use serde_json::{Value, json};

use crate::http::{Reply, call};
use crate::server::Server;

/// A program that publishes over HTTP.
pub struct Publisher<'a> {
    server: &'a Server,
    bearer: String,
}

impl<'a> Publisher<'a> {
    pub fn new(server: &'a Server, token: &str) -> Self {
        Self { server, bearer: format!("Bearer {token}") }
    }

    /// An administrator.
    pub async fn admin(server: &'a Server) -> Self {
        Self::new(server, &server.token("publisher", "admin", &[]).await)
    }

    /// Any call.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Reply {
        self.call_with(method, path, &[], body).await
    }

    /// A call with more headers. `null` stands for no body.
    pub async fn call_with(&self, method: Method, path: &str, more: &[(&str, &str)], body: &Value) -> Reply {
        let mut headers = vec![("authorization", self.bearer.as_str())];
        let text = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_null() {
            headers.push(("content-type", "application/json"));
        }
        headers.extend(more);
        call(self.server.address, method, path, &headers, text).await.expect("the server answers")
    }

    /// A call that succeeds with this status. Returns its answer; `null` without one.
    pub async fn done(&self, method: Method, path: &str, body: &Value, status: u16) -> Value {
        let reply = self.call(method.clone(), path, body).await;
        assert_eq!(reply.status.as_u16(), status, "{method} {path} {body}: {reply:?}");
        assert_eq!(reply.header("cache-control"), "private, no-store", "{path}");
        if reply.text.is_empty() {
            return Value::Null;
        }
        let answer = reply.json();
        assert_eq!(answer["ok"], json!(true), "{answer}");
        answer
    }

    /// A call that is refused with this status and code. Returns the error.
    pub async fn refused(&self, method: Method, path: &str, body: &Value, status: u16, code: &str) -> Value {
        let reply = self.call(method.clone(), path, body).await;
        assert_eq!(reply.status.as_u16(), status, "{method} {path} {body}: {reply:?}");
        let answer = reply.json();
        assert_eq!((&answer["ok"], &answer["error"]["code"]), (&json!(false), &json!(code)), "{answer}");
        answer["error"].clone()
    }
}
