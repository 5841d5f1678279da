//! Reads the token and the implicit `join` of a connecting socket.

use serde_json::Value;
use socketioxide::extract::SocketRef;

use super::session::Session;
use crate::transport::client::hello::Hello;

/// Reads them from `auth`, from the namespace's query and from the connection's query.
pub fn hello(socket: &SocketRef, session: &Session, auth: Option<Value>) -> Hello {
    let parts = socket.req_parts();
    let of_namespace =
        session.namespace_query.as_ref().and_then(|query| query.lock().take()).unwrap_or_default();
    let of_connection = parts.uri.query().unwrap_or_default();
    Hello::read(auth, [&of_namespace, of_connection], &parts.headers)
}
