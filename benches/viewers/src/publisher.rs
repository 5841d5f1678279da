//! Publishes over HTTP: each message is a POST on one keep-alive connection.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection for POSTs.
pub struct Publisher {
    stream: TcpStream,
    host: String,
    /// The part of the answer that has arrived.
    answer: Vec<u8>,
}

impl Publisher {
    /// Connects.
    ///
    /// # Errors
    /// If the server cannot be reached.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: address.to_string(), answer: Vec::new() })
    }

    /// Posts a message to `path`, and waits for the answer.
    ///
    /// # Errors
    /// If the answer is an error, or the connection has ended.
    pub async fn post(&mut self, path: &str, message: &str) -> io::Result<()> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{message}",
            self.host,
            message.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if answered(&self.answer)? {
                return Ok(());
            }
        }
    }
}

/// Whether `answer` is complete, head and body.
///
/// # Errors
/// If it is an error, or has no length.
fn answered(answer: &[u8]) -> io::Result<bool> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(false) };
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    if !status.starts_with("HTTP/1.1 2") {
        return Err(io::Error::other(format!("the server answered {status}")));
    }
    let length = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.parse::<usize>().ok())
        .ok_or_else(|| io::Error::other("an answer of unknown length"))?;
    Ok(answer.len() >= end + 4 + length)
}
