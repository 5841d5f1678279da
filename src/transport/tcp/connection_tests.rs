//! Tests of the connection, over an in-memory wire.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use pipe::{Behind, Pipe};

#[path = "connection_tests/direct.rs"]
mod direct;
#[path = "connection_tests/pipe.rs"]
mod pipe;
#[path = "connection_tests/random.rs"]
mod random;

#[tokio::test]
async fn killing_a_connection_fails_its_pending_read_and_write() {
    let stream = ConnectionStream::new(Pipe::with_room(4), Arc::new(()));
    let connection = stream.connection();
    let (mut reader, mut writer) = tokio::io::split(stream);
    let read = tokio::spawn(async move { reader.read_u8().await });
    let write = tokio::spawn(async move { writer.write_all(&[0; 64]).await });
    while connection.blocked_for().is_none() {
        tokio::task::yield_now().await;
    }
    connection.kill();
    assert!(read.await.expect("no panic").is_err());
    assert!(write.await.expect("no panic").is_err());
}

#[tokio::test]
async fn a_write_that_succeeds_is_no_longer_blocked() {
    let pipe = Pipe::with_room(4);
    let stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
    let connection = stream.connection();
    let (_reader, mut writer) = tokio::io::split(stream);
    let write = tokio::spawn(async move { writer.write_all(&[7; 8]).await });
    while connection.blocked_for().is_none() {
        tokio::task::yield_now().await;
    }
    pipe.make_room(4);
    write.await.expect("no panic").expect("written");
    assert_eq!((connection.blocked_for(), pipe.written()), (None, vec![7; 8]));
}

#[tokio::test]
async fn a_paused_connection_is_read_once_it_resumes() {
    let pipe = Pipe::default();
    let mut stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
    let connection = stream.connection();
    connection.pause_reading(true);
    pipe.send(b"x");
    tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await.expect_err("it is paused");
    connection.pause_reading(false);
    assert_eq!(stream.read_u8().await.expect("it goes on"), b'x');
}

#[tokio::test]
async fn bytes_after_a_connect_are_read_once_the_client_is_connected() {
    // Two masked text frames, with a mask of zeros: `40`, `42`.
    let frames = [0x81, 0x82, 0, 0, 0, 0, b'4', b'0', 0x81, 0x82, 0, 0, 0, 0, b'4', b'2'];
    // All of it from the wire, or its beginning from HTTP's buffer.
    for early in [0, 3, 8, 12, 16] {
        let pipe = Pipe::with_room(64);
        pipe.send(&frames[early..]);
        let stream = ConnectionStream::new(pipe, Arc::new(()));
        stream.connection().hold_reads(Behind(8));
        let mut stream = stream.with_unread(Bytes::copy_from_slice(&frames[..early]));
        let mut connect = [0; 8];
        stream.read_exact(&mut connect).await.expect("the first frame comes");
        assert_eq!(connect, frames[..8]);
        tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await.expect_err("it is held");
        stream.write_all(b"something else").await.expect("written");
        tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await.expect_err("it is held");
        stream.connection().release_reads();
        let mut rest = [0; 8];
        stream.read_exact(&mut rest).await.expect("the second frame comes");
        assert_eq!(rest, frames[8..], "{early}");
    }
}

#[tokio::test]
async fn bytes_after_a_refused_connect_are_read_once_the_refusal_is_written() {
    let frames = [0x81, 0x82, 0, 0, 0, 0, b'4', b'0', b'x'];
    let pipe = Pipe::with_room(64);
    let mut stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
    stream.connection().hold_reads(Behind(8));
    pipe.send(&frames);
    stream.read_exact(&mut [0; 8]).await.expect("the first frame comes");
    stream.connection().release_reads_after_write();
    tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await.expect_err("it is held");
    stream.write_all(b"refusal").await.expect("written");
    assert_eq!(stream.read_u8().await.expect("the rest comes"), b'x');
}
