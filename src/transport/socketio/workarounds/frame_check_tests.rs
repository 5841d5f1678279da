use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::transport::socketio::workarounds::eio3_query::NamespaceQuery;
use crate::transport::socketio::workarounds::frame_check::*;

const MASK: [u8; 4] = [1, 2, 3, 4];
const LIMIT: u16 = 20_000;

fn filter(namespace_query: Option<NamespaceQuery>) -> FrameFilter {
    FrameFilter::new(Checks { limit: Limit::Fixed(LIMIT.into()), namespace_query })
}

/// What the engine reads of a stream that arrives `step` bytes at a time.
fn filtered(stream: &[u8], step: usize, query: Option<NamespaceQuery>) -> Vec<u8> {
    let mut filter = filter(query);
    stream.chunks(step).for_each(|chunk| filter.take(chunk));
    filter.ready().to_vec()
}

fn text(text: &str) -> Vec<u8> {
    rules::write(rules::TEXT, text.as_bytes(), MASK)
}

/// A frame with this first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = rules::write(rules::TEXT, payload, MASK);
    frame[0] = first;
    frame
}

fn texts(mut bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(Some(frame)) = ReceivedFrame::read(bytes) {
        let end = frame.header + frame.payload;
        let payload = rules::masked(&bytes[frame.header..end], frame.mask);
        texts.push(String::from_utf8(payload).expect("text"));
        bytes = &bytes[end..];
    }
    texts
}

#[test]
fn valid_frames_pass_unchanged_however_the_stream_is_split() {
    let stream = [
        text("40{}"),
        text(&"é🔥".repeat(3_000)),
        frame(0x01, "é🔥".as_bytes().split_at(3).0),
        frame(0x89, b"ping"),
        frame(0x80, "é🔥".as_bytes().split_at(3).1),
        frame(0x82, &[0xff; 300]),
        frame(0x88, b"\x03\xe8bye"),
    ]
    .concat();
    for step in [1, 2, 3, 7, 1024, 100_000] {
        assert_eq!(filtered(&stream, step, None), stream, "by {step}");
    }
}

#[test]
fn the_first_invalid_frame_becomes_a_close_frame_with_its_code() {
    let unmasked = [0x81, 2, b'4', b'0'].to_vec();
    let long = [&[0x82, 0xff][..], &[0x80, 0, 0, 0, 0, 0, 0, 0], &MASK].concat();
    let over = [&[0x82, 0xfe][..], &(LIMIT + 1).to_be_bytes(), &MASK].concat();
    let cases: [(&str, u16, Vec<u8>); 18] = [
        ("unmasked", 1002, unmasked),
        ("a reserved bit", 1002, frame(0xc1, b"40")),
        ("a reserved opcode", 1002, frame(0x83, b"40")),
        ("a reserved control opcode", 1002, frame(0x8b, b"")),
        ("a fragmented ping", 1002, frame(0x09, b"")),
        ("a ping of 126 bytes", 1002, frame(0x89, &[0; 126])),
        ("a continuation of nothing", 1002, frame(0x80, b"x")),
        ("a text inside another message", 1002, [frame(0x01, b"a"), frame(0x81, b"b")].concat()),
        ("a length of 2^63", 1002, long),
        ("a close frame of one byte", 1002, frame(0x88, &[3])),
        ("a close code that must not be sent", 1002, frame(0x88, &1006_u16.to_be_bytes())),
        ("an unassigned close code", 1002, frame(0x88, &2000_u16.to_be_bytes())),
        ("a close reason that is not UTF-8", 1007, frame(0x88, b"\x03\xe8\xff")),
        ("a text that is not UTF-8", 1007, frame(0x81, &[0xff])),
        ("half a character", 1007, frame(0x81, &[0xc3])),
        ("half a character and another", 1007, [frame(0x01, &[0xc3]), frame(0x80, b"x")].concat()),
        ("a frame over the limit, by its header", 1009, over),
        ("fragments over the limit", 1009, [frame(0x02, &[0; 15_000]), frame(0x80, &[0; 15_000])].concat()),
    ];
    for (what, code, broken) in cases {
        let first = text("40");
        let behind = text("42[\"x\"]");
        for step in [1, 5, 100_000] {
            let passed = filtered(&[first.clone(), broken.clone(), behind.clone()].concat(), step, None);
            let close = rules::write(rules::CLOSE, &code.to_be_bytes(), [0; 4]);
            assert!(passed.starts_with(&first) && passed.ends_with(&close), "{what} by {step}: {passed:?}");
        }
    }
}

#[test]
fn the_query_of_an_old_clients_connect_is_removed_however_the_stream_is_split() {
    let long = format!("42[\"x\",\"{}\"]", "é".repeat(5_000));
    let sent = ["2probe", "40/admin?token=tl_abc&x=1,", &long, "40/admin", "42/admin,1[\"a?b\"]"];
    let stream: Vec<u8> = sent.iter().flat_map(|sent| text(sent)).collect();
    let expected = ["2probe", "40/admin,", &long, "40/admin", "42/admin,1[\"a?b\"]"];
    for step in [1, 3, 100, 100_000] {
        let kept = NamespaceQuery::default();
        assert_eq!(texts(&filtered(&stream, step, Some(kept.clone()))), expected);
        assert_eq!(kept.lock().as_deref(), Some("token=tl_abc&x=1"));
    }
}

#[tokio::test]
async fn a_client_that_is_closed_while_sending_still_gets_the_close_frame_and_gets_it_once() {
    let close = crate::transport::tcp::connection::frame::close(1009);
    // The engine may not write its answer.
    for answer in [&b""[..], b"told", &close, &[b"told", &*close].concat()] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (far, accepted) = tokio::join!(tokio::net::TcpStream::connect(address), listener.accept());
        let (mut far, (near, _)) = (far.expect("a connection"), accepted.expect("a connection"));
        let mut checked =
            CheckedStream::new(near, Checks { limit: Limit::Fixed(LIMIT.into()), namespace_query: None });
        let large = rules::write(OpCode::Data(Data::Binary), &vec![0; 300_000], MASK);
        far.write_all(&large).await.expect("sent");
        checked.read_exact(&mut [0; 8]).await.expect("a close frame");
        checked.write_all(answer).await.expect("written");
        drop(checked);
        let mut told = Vec::new();
        far.read_to_end(&mut told).await.expect("the stream ends without a reset");
        let expected = if answer.ends_with(&close) { answer.to_vec() } else { [answer, &close].concat() };
        assert_eq!(told, expected);
    }
}

#[test]
fn only_valid_frames_pass_from_any_stream_however_it_is_split() {
    let corpus = [
        text("40{}"),
        [text("2probe"), text("40/admin?token=x,"), text("5")].concat(),
        [frame(0x01, b"4\xc3"), frame(0x89, b"p"), frame(0x80, b"\xa9")].concat(),
        [frame(0x82, &[0xff; 200]), frame(0x88, b"\x03\xe8bye")].concat(),
    ];
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    crate::fuzz::fuzz(|u| {
        let stream = crate::fuzz::mutated(u, &corpus)?;
        let query = u.arbitrary::<bool>()?.then(NamespaceQuery::default);
        let whole = filtered(&stream, stream.len().max(1), query.clone());
        let mut cut = filter(query.clone());
        crate::fuzz::pieces(u, &stream)?.into_iter().for_each(|piece| cut.take(piece));
        assert_eq!(cut.ready(), whole);
        assert_eq!(filtered(&whole, whole.len().max(1), query), whole, "the output passes unchanged");
        Ok(())
    });
}
