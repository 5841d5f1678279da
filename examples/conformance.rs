//! A server for the public test suites of the Socket.IO protocol (`tests/wire/conformance.test.js`): in place of the
//! real namespaces, two that send everything back, on the same listener and layers, with the short times that the
//! suites expect. It takes the settings of `touchline serve`.

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

/// The namespaces that there are.
const NAMESPACES: [&str; 2] = ["/", "/custom"];
/// The pings that the suites wait for, …
const PING_INTERVAL: Duration = Duration::from_millis(300);
/// … how long they may take to answer one, …
const PING_TIMEOUT: Duration = Duration::from_millis(200);
/// … how long they wait to be closed for not joining a namespace, …
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

/// Sets what the suites take as given.
fn settle(settings: &mut ConnectionOptions) {
    settings.ping_interval = PING_INTERVAL;
    settings.ping_timeout = PING_TIMEOUT;
    settings.connect_timeout = CONNECT_TIMEOUT;
    settings.max_packet = ByteSize::b(MAX_PACKET);
}

/// Sets the namespaces up.
fn register(io: &SocketIo) {
    for namespace in NAMESPACES {
        // As in the real namespaces: handlers are there before the client is told that it is connected.
        let admission = async move |socket: SocketRef| {
            socket.on("message", async |socket: SocketRef, Data(arguments): Data<Arguments>| {
                // A client that is gone or does not read misses it.
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

/// All the arguments of a message, however many.
struct Arguments(Vec<Argument>);

/// An argument: JSON, with binary attachments in it.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Argument {
    // First, for bytes that are UTF-8 would be a text as well.
    Binary(#[serde(deserialize_with = "attachment")] Bytes),
    Null(()),
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Argument>),
    Object(IndexMap<String, Argument>),
}

/// Bytes, and nothing that could be taken for them.
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
        // The engine takes a tuple for all arguments, and anything else for the first.
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
