//! A server for the public test suites of the Socket.IO protocol (`tests/wire/conformance.test.js`). It replaces the real
//! namespaces with two that echo everything, on the same listener and layers, with the short timeouts that the suites
//! expect. It has the settings of `touchline serve`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use bytesize::ByteSize;
use indexmap::IndexMap;
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeTupleStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler as _;
use tokio::signal::unix::{SignalKind, signal};
use touchline::app::App;
use touchline::config::{Cli, Command, ConnectionOptions};
use touchline::logging;
use touchline::transport::socketio::session::Session;

/// The namespaces.
const NAMESPACES: [&str; 2] = ["/", "/custom"];
/// The ping interval that the suites expect, …
const PING_INTERVAL: Duration = Duration::from_millis(300);
/// … the time to answer a ping, …
const PING_TIMEOUT: Duration = Duration::from_millis(200);
/// … the time after which a client without a namespace is closed, …
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// … and the largest packet, in bytes.
const MAX_PACKET: u64 = 1_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::read();
    let Some(Command::Serve(mut settings)) = cli.command else { return Err("the command is serve".into()) };
    settle(&mut settings.connections);
    logging::start(&settings.network)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let app = App::start_with(settings, |io, _| register(io)).await?;
    logging::announce(&format!("Touchline is listening on http://{}", app.address()));
    terminate.recv().await;
    app.stop().await;
    Ok(())
}

/// Applies the values that the suites expect.
fn settle(settings: &mut ConnectionOptions) {
    settings.ping_interval = PING_INTERVAL;
    settings.ping_timeout = PING_TIMEOUT;
    settings.connect_timeout = CONNECT_TIMEOUT;
    settings.max_packet = ByteSize::b(MAX_PACKET);
}

/// Sets up the namespaces.
fn register(io: &SocketIo) {
    for namespace in NAMESPACES {
        // As in the real namespaces, handlers exist before the connection is confirmed.
        let admission = async move |socket: SocketRef| {
            socket.on("message", async |socket: SocketRef, Data(arguments): Data<Arguments>| {
                // Clients that are gone or do not read miss it.
                let _ = socket.emit("message-back", &arguments);
            });
            socket.on("message-with-ack", async |Data(arguments): Data<Arguments>, ack: AckSender| {
                let _ = ack.send(&arguments);
            });
            Ok::<_, fmt::Error>(())
        };
        let connected = async move |socket: SocketRef, TryData(auth): TryData<Value>| {
            if let Some(session) = Session::of(&socket) {
                session.peer.connection.release_reads();
            }
            let auth = auth.unwrap_or_else(|_| Value::Object(Map::new()));
            let _ = socket.emit("auth", &auth);
        };
        io.ns(namespace, connected.with(admission));
    }
}

/// All arguments of a message, of any number.
struct Arguments(Vec<Argument>);

/// An argument: JSON that may contain binary attachments.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Argument {
    // Try bytes first, because UTF-8 bytes would also parse as text.
    Binary(#[serde(deserialize_with = "attachment")] Bytes),
    Null(()),
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Argument>),
    Object(IndexMap<String, Argument>),
}

/// Bytes, and nothing that merely looks like them.
fn attachment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    struct Attachment;
    impl Visitor<'_> for Attachment {
        type Value = Bytes;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a binary attachment")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
            Ok(Bytes::copy_from_slice(bytes))
        }
    }
    deserializer.deserialize_byte_buf(Attachment)
}

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Arguments;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the arguments of a message")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut arguments = Vec::new();
                while let Some(argument) = seq.next_element()? {
                    arguments.push(argument);
                }
                Ok(Arguments(arguments))
            }
        }
        // The engine sends a tuple as all arguments, and anything else as the first.
        deserializer.deserialize_tuple_struct("Arguments", 0, Each)
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple_struct("Arguments", self.0.len())?;
        for argument in &self.0 {
            tuple.serialize_field(argument)?;
        }
        tuple.end()
    }
}
