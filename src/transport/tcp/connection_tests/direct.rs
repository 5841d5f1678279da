//! Tests of direct writes between the engine's frames.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::*;

const DEADLINE: Duration = Duration::from_secs(20);
/// A room's packet, an answer, and a packet of the engine.
const SCORE: &[u8] = b"42[\"score\",{}]";
const ANSWER: &[u8] = b"430[{}]";
const PING: &[u8] = b"2";

/// A WebSocket on which the engine has written a room's packet, so that the next one may be written directly.
/// Also returns how many bytes were written so far.
async fn connected(pipe: &Pipe) -> (ConnectionStream<Pipe>, Arc<Connection<Pipe>>, usize) {
    let mut stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
    let connection = stream.connection();
    stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").await.expect("there is room");
    connection.become_websocket();
    queue(&connection, SCORE);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    (stream, connection, pipe.written().len())
}

/// Queues a room's packet with the engine.
fn queue(connection: &Connection<Pipe>, payload: &[u8]) {
    connection.queue(frame::fingerprint(&[payload]), || Ok::<_, ()>(())).expect("it is taken");
}

fn send(connection: &Arc<Connection<Pipe>>, payloads: &[&[u8]]) -> Option<usize> {
    let frames: Vec<Bytes> = payloads.iter().map(|payload| frame::text(&[payload])).collect();
    connection.try_send(&frames)
}

/// Waits while a condition holds.
async fn wait_while(reached: &str, condition: impl Fn() -> bool) {
    let waiting = async {
        while condition() {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, waiting).await.expect(reached);
}

#[tokio::test]
async fn nothing_is_written_directly_before_the_engine_has_written_an_awaited_packet() {
    let pipe = Pipe::with_room(1000);
    let mut stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
    let connection = stream.connection();
    assert_eq!(send(&connection, &[SCORE]), None);
    connection.become_websocket();
    assert_eq!(send(&connection, &[SCORE]), None);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), None, "it was not announced, so it may be any packet");
    queue(&connection, SCORE);
    assert_eq!(send(&connection, &[SCORE]), None);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), Some(1));
    assert_eq!(pipe.written(), frame::text(&[SCORE]).repeat(3));
}

#[tokio::test]
async fn a_direct_frame_never_splits_a_frame_of_the_engine() {
    let pipe = Pipe::with_room(1000);
    let (mut stream, connection, before) = connected(&pipe).await;
    let ping = frame::text(&[PING]);
    for (place, byte) in ping.iter().enumerate() {
        assert_eq!(send(&connection, &[SCORE]), (place == 0).then_some(1), "{place}");
        stream.write_all(&[*byte]).await.expect("there is room");
    }
    assert_eq!(send(&connection, &[SCORE]), Some(1));
    let expected = [frame::text(&[SCORE]), ping, frame::text(&[SCORE])].concat();
    assert_eq!(pipe.written()[before..], expected);
}

#[tokio::test]
async fn a_queued_packet_is_not_overtaken_even_if_an_equal_one_was_written_before() {
    let pipe = Pipe::with_room(10_000);
    let (mut stream, connection, _) = connected(&pipe).await;
    let other: &[u8] = b"42[\"event\",{}]";
    // The state, something else of the room, an answer, and the same state again.
    queue(&connection, SCORE);
    queue(&connection, other);
    queue(&connection, ANSWER);
    queue(&connection, SCORE);
    for payload in [SCORE, PING, other, ANSWER] {
        assert_eq!(send(&connection, &[SCORE]), None);
        stream.write_all(&frame::text(&[payload])).await.expect("there is room");
    }
    assert_eq!(send(&connection, &[SCORE]), None);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), Some(1));
}

#[tokio::test]
async fn an_answer_queued_after_a_state_is_not_overtaken_by_the_next_state() {
    let pipe = Pipe::with_room(10_000);
    let (mut stream, connection, _) = connected(&pipe).await;
    queue(&connection, SCORE);
    queue(&connection, ANSWER);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), None, "the answer has not left");
    stream.write_all(&frame::text(&[ANSWER])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), Some(1));
}

#[tokio::test]
async fn a_packet_that_the_engine_refuses_is_not_awaited() {
    let pipe = Pipe::with_room(1000);
    let (_stream, connection, _) = connected(&pipe).await;
    connection.queue(frame::fingerprint(&[SCORE]), || Err(())).expect_err("its queue is full");
    assert_eq!(send(&connection, &[SCORE]), Some(1));
}

#[tokio::test]
async fn a_frame_that_finds_no_room_is_not_sent_at_all() {
    let pipe = Pipe::with_room(1000);
    let (_stream, connection, before) = connected(&pipe).await;
    let room = 1000 - before;
    let filling = vec![b'x'; room - 4 - 1];
    assert_eq!(send(&connection, &[&filling]), Some(1));
    assert_eq!(send(&connection, &[SCORE, SCORE]), Some(1), "one byte was written, and the rest follows");
    assert_eq!(send(&connection, &[SCORE]), None, "while a rest is kept");
    pipe.make_room(frame::text(&[SCORE]).len() - 1);
    wait_while("the rest is written on its own", || connection.side.lock().has_kept()).await;
    assert_eq!(send(&connection, &[SCORE]), Some(0));
    assert!(connection.blocked_for().is_some());
    pipe.make_room(1);
    assert_eq!(connection.blocked_for(), None, "it is writable again");
    let expected = [frame::text(&[&filling]), frame::text(&[SCORE])].concat();
    assert_eq!(pipe.written()[before..], expected);
}

#[tokio::test]
async fn several_frames_are_written_together_up_to_the_limit() {
    let pipe = Pipe::with_room(1000);
    let (_stream, connection, before) = connected(&pipe).await;
    let all: Vec<&[u8]> = vec![SCORE; 40];
    assert_eq!(send(&connection, &all), Some(AT_ONCE));
    assert_eq!(pipe.written().len() - before, AT_ONCE * frame::text(&[SCORE]).len());
}

#[tokio::test]
async fn the_engine_and_the_shutdown_wait_for_the_rest_of_a_frame() {
    let pipe = Pipe::with_room(60);
    let (mut stream, connection, before) = connected(&pipe).await;
    let large = vec![b'x'; 200];
    assert_eq!(send(&connection, &[&large]), Some(1));
    let write = tokio::spawn(async move {
        stream.write_all(&frame::text(&[PING])).await.expect("there is room in the end");
        stream.shutdown().await
    });
    while !write.is_finished() {
        pipe.make_room(1);
        tokio::task::yield_now().await;
    }
    write.await.expect("no panic").expect("written");
    let expected = [frame::text(&[&large]), frame::text(&[PING])].concat();
    assert_eq!(pipe.written()[before..], expected);
    assert!(pipe.is_shut_down());
}

#[tokio::test]
async fn a_dropped_stream_is_released_with_everything_queued() {
    let pipe = Pipe::with_room(60);
    let (stream, connection, _) = connected(&pipe).await;
    let wire = Arc::downgrade(connection.side.lock().wire().expect("the stream is there"));
    assert_eq!(send(&connection, &[&[b'x'; 200]]), Some(1));
    drop(stream);
    assert_eq!(send(&connection, &[SCORE]), None);
    wait_while("the stream is released", || wire.strong_count() > 0).await;
}

#[tokio::test]
async fn a_connection_ends_if_the_rest_of_a_frame_cannot_be_written() {
    let pipe = Pipe::with_room(60);
    let (stream, connection, _) = connected(&pipe).await;
    assert_eq!(send(&connection, &[&[b'x'; 200]]), Some(1));
    pipe.break_off();
    wait_while("it is killed", || connection.check().is_ok()).await;
    drop(stream);
}

#[tokio::test]
async fn everything_goes_through_the_engine_once_too_many_packets_are_awaited() {
    let pipe = Pipe::with_room(1_000_000);
    let (mut stream, connection, _) = connected(&pipe).await;
    for n in 0..5000 {
        queue(&connection, format!("42[{n}]").as_bytes());
    }
    for n in 0..5000 {
        stream.write_all(&frame::text(&[format!("42[{n}]").as_bytes()])).await.expect("there is room");
    }
    queue(&connection, SCORE);
    stream.write_all(&frame::text(&[SCORE])).await.expect("there is room");
    assert_eq!(send(&connection, &[SCORE]), None);
}
