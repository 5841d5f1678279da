//! Asks a running server whether it is healthy, for containers that have no other client for this.

use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::domain::network;

/// How long the server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Maximum size of an answer, in bytes.
const ANSWER_BYTES: u64 = 4096;

/// The server is unhealthy, or cannot be reached.
#[derive(Debug, Error)]
pub enum NoAnswer {
    /// Nothing listens there.
    #[error(
        "cannot connect to {0} ({1}); check that the server is running with the same BIND_ADDR (or ADMIN_ADDR)"
    )]
    Unreachable(SocketAddr, std::io::Error),
    /// The server is too slow.
    #[error("no answer from {0} in {within} s", within = ANSWER_WITHIN.as_secs())]
    Late(SocketAddr),
    /// A part of the server keeps panicking.
    #[error("the server at {0} is unhealthy: {1}")]
    Unhealthy(SocketAddr, String),
    /// Another program listens there.
    #[error("the program that listens at {0} is not Touchline")]
    UnexpectedAnswer(SocketAddr),
}

/// Asks `GET /healthz`.
pub async fn ask(address: SocketAddr) -> Result<(), NoAnswer> {
    let address = network::to_connect(address);
    let answer = tokio::time::timeout(ANSWER_WITHIN, get(address)).await;
    let answer = answer.map_err(|_| NoAnswer::Late(address))?;
    let answer = answer.map_err(|error| NoAnswer::Unreachable(address, error))?;
    if answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nok\n") {
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    let body: Option<serde_json::Value> = body.and_then(|body| serde_json::from_str(body).ok());
    match body.as_ref().and_then(|body| body["error"]["message"].as_str()) {
        Some(message) => Err(NoAnswer::Unhealthy(address, message.to_owned())),
        None => Err(NoAnswer::UnexpectedAnswer(address)),
    }
}

async fn get(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
