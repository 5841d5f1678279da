//! The Engine.IO probe, the same in protocol revisions 3 and 4: the client sends `2probe` as the first frame
//! of a WebSocket, the server answers `3probe`, and the client sends `5` when it has stopped polling.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::transport::socketio::workarounds::frame_check::{CheckedStream, PROBE, PROBE_ANSWER, SWITCH};
use crate::transport::tcp::connection::frame;

/// The most frames of a probe. Clients send two; intermediaries may add pings.
const FRAMES: usize = 16;
/// The close code of a normal close (RFC 6455 section 7.4.1).
const NORMAL: u16 = 1000;

/// Answers a client's probe. Returns true if the client switches to this stream, and false if it closes it or
/// sends anything else. `answered` is called after the answer is sent.
pub async fn run<S>(stream: &mut CheckedStream<S>, mut answered: impl FnMut()) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    for _ in 0..FRAMES {
        let Some((frame, payload)) = stream.next_frame().await? else { return Ok(false) };
        match (frame.opcode, &*payload) {
            (OpCode::Data(Data::Text), PROBE) if frame.is_last => {
                send(stream, frame::text(&[PROBE_ANSWER])).await?;
                answered();
            }
            (OpCode::Data(Data::Text), SWITCH) if frame.is_last => return Ok(true),
            (OpCode::Control(Control::Ping), payload) => send(stream, frame::pong(payload)).await?,
            (OpCode::Control(Control::Pong), _) => {}
            (OpCode::Control(Control::Close), payload) => {
                // The client's code, or the one for the client's protocol violation.
                let code = payload.first_chunk().map_or(NORMAL, |code| u16::from_be_bytes(*code));
                send(stream, frame::close(code)).await?;
                return Ok(false);
            }
            _ => return Ok(false),
        }
    }
    Ok(false)
}

async fn send<S>(stream: &mut CheckedStream<S>, frame: Bytes) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    stream.write_all(&frame).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, DuplexStream};

    use super::*;
    use crate::transport::socketio::workarounds::frame_check::{Checks, Limit, masked_frame};

    const TEXT: OpCode = OpCode::Data(Data::Text);
    const BINARY: OpCode = OpCode::Data(Data::Binary);
    const CLOSE: OpCode = OpCode::Control(Control::Close);
    const PING: OpCode = OpCode::Control(Control::Ping);
    const PONG: OpCode = OpCode::Control(Control::Pong);

    /// The client's frames, the outcome, the number of answers, and what the client reads.
    type ProbeCase<'a> = (&'a [(OpCode, &'a [u8])], Option<bool>, usize, Vec<u8>);

    /// Runs a probe in which a client sends these frames and then closes. Returns the outcome, the number of
    /// answers, and what the client has read.
    async fn run_with(frames: &[(OpCode, &[u8])]) -> (Option<bool>, usize, Vec<u8>) {
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        for (opcode, payload) in frames {
            client.write_all(&masked_frame(*opcode, payload, [1, 2, 3, 4])).await.expect("there is room");
        }
        client.shutdown().await.expect("it is open");
        let mut answers = 0;
        let mut stream = checked(server);
        let outcome = run(&mut stream, || answers += 1).await.ok();
        drop(stream);
        let mut read = Vec::new();
        client.read_to_end(&mut read).await.expect("the server closes");
        (outcome, answers, read)
    }

    fn checked(stream: DuplexStream) -> CheckedStream<DuplexStream> {
        CheckedStream::new(stream, Checks { limit: Limit::Fixed(1024), namespace_query: None })
    }

    #[tokio::test]
    async fn only_a_client_that_switches_keeps_the_stream() {
        let answer = frame::text(&[PROBE_ANSWER]);
        let with = |close: u16| [answer.clone(), frame::close(close)].concat();
        let pong = frame::pong(b"x").to_vec();
        let cases: [ProbeCase<'_>; 8] = [
            (&[(TEXT, PROBE), (TEXT, SWITCH)], Some(true), 1, answer.to_vec()),
            (&[(PING, b"x"), (PONG, b""), (TEXT, SWITCH)], Some(true), 0, pong),
            (&[(TEXT, PROBE)], Some(false), 1, answer.to_vec()),
            (&[], Some(false), 0, Vec::new()),
            (&[(TEXT, b"42[\"join\",1]"), (TEXT, SWITCH)], Some(false), 0, Vec::new()),
            (&[(BINARY, PROBE), (TEXT, SWITCH)], Some(false), 0, Vec::new()),
            (&[(TEXT, PROBE), (CLOSE, &[3, 233])], Some(false), 1, with(1001)),
            (&[(TEXT, PROBE), (TEXT, &[0xff])], Some(false), 1, with(1007)),
        ];
        for (frames, outcome, answers, read) in cases {
            assert_eq!(run_with(frames).await, (outcome, answers, read), "{frames:?}");
        }
        let pings = vec![(PING, &b""[..]); FRAMES + 1];
        assert_eq!(run_with(&pings).await.0, Some(false), "the number of pings is limited");
    }
}
