//! Every wire type of the Socket.IO namespaces, and of the HTTP answers that share them.
//!
//! What a client sends is named after its message. Text stands for numbers too (`"12"`): some mobile clients
//! can only send strings. Unknown fields are ignored.

pub mod accounts;
pub mod points;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::crowd::CrowdStats;
use crate::domain::event::{Action, Event, Position, Status};
use crate::domain::id::{EventId, OpId};
use crate::domain::leaderboard::Board;
use crate::domain::message::{About, DeletedMessage, RoomMessage};
use crate::domain::points::PointsChange;
use crate::domain::reaction::{Emoji, Reaction};
use crate::domain::review::Case;
use crate::domain::score::{Kind, ScoreMeta};
use crate::live::crowd::Viewers;
use crate::live::pulse::Pulse;
use crate::transport::error::Failure;

pub use accounts::{NewDevice, SessionReplaced};

// ---- from clients of `/` ----

/// `join`: open an event. The bare `eventId` does too.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// The event.
    pub event_id: EventId,
    /// What a guest calls itself: text, or a number as its text.
    #[serde(default, deserialize_with = "optional_text")]
    pub id: Option<String>,
    /// Up to where the client has seen the event.
    #[serde(default)]
    pub since: Option<Since>,
}

/// `leave` and `score` of `/`: the event, or nothing where the client is in exactly one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRef {
    /// The event.
    #[serde(default)]
    pub event_id: Option<EventId>,
}

/// `reaction`. Who reacts is known by the socket: an `id` is ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    /// The emoji.
    pub emoji: Emoji,
    /// What is said with it.
    #[serde(default, deserialize_with = "optional_text")]
    pub comment: Option<String>,
    /// The event, or nothing where the client is in exactly one.
    #[serde(default)]
    pub event_id: Option<EventId>,
}

/// `message` of `/`. The bare text is one too.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Write {
    /// What it says.
    pub text: Words,
    /// The event, or nothing where the client is in exactly one.
    #[serde(default)]
    pub event_id: Option<EventId>,
}

/// A text, or a number as its text.
#[derive(Debug)]
pub struct Words(pub String);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        optional_text(deserializer)?.map(Self).ok_or_else(|| serde::de::Error::custom("expected a text"))
    }
}

/// A place in an event's history: `{epoch, seq}`, or the text `epoch:seq`.
#[derive(Debug)]
pub struct Since(pub Position);

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Object {
                epoch: String,
                #[serde(deserialize_with = "number")]
                seq: i64,
            },
        }
        let (epoch, seq) = match Form::deserialize(deserializer)? {
            Form::Object { epoch, seq } => (epoch, seq),
            Form::Text(text) => text
                .rsplit_once(':')
                .and_then(|(epoch, seq)| Some((epoch.to_owned(), seq.parse().ok()?)))
                .ok_or_else(|| serde::de::Error::custom("since is {epoch, seq}, or epoch:seq"))?,
        };
        if seq < 0 {
            return Err(serde::de::Error::custom("since.seq is a sequence number, from 0"));
        }
        Ok(Self(Position { epoch, seq }))
    }
}

// ---- from clients of `/admin` ----

/// `event:create`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventCreate {
    /// Its name on the wire; the server chooses one if it is left out.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// The kind of sport.
    pub sport: String,
    /// What people call it.
    pub title: String,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "optional_number")]
    pub starts_at: Option<i64>,
    /// Who competes: any JSON, kept unchanged.
    #[serde(default)]
    pub competitors: Option<Box<RawValue>>,
    /// What players can earn points by.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// `event:update`: what is given is changed; `null` clears `startsAt` and `competitors`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventUpdate {
    /// The event.
    pub event_id: EventId,
    /// The kind of sport.
    #[serde(default)]
    pub sport: Option<String>,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "given_number")]
    pub starts_at: Option<Option<i64>>,
    /// Who competes.
    #[serde(default, deserialize_with = "given_json")]
    pub competitors: Option<Box<RawValue>>,
    /// What players can earn points by.
    #[serde(default)]
    pub actions: Option<Vec<Action>>,
    /// Whether viewers may send messages.
    #[serde(default)]
    pub messages: Option<bool>,
}

/// `event:status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventStatus {
    /// The event.
    pub event_id: EventId,
    /// Where it stands from now on.
    pub status: Status,
}

/// `event:assign` and `event:unassign`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventAssign {
    /// The event.
    pub event_id: EventId,
    /// The scorer's address.
    pub email: String,
}

/// `event:list`.
#[derive(Debug, Default, Deserialize)]
pub struct EventList {
    /// Only these.
    #[serde(default)]
    pub status: Option<Status>,
}

/// `message` of `/admin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WriteOfficial {
    /// The event.
    pub event_id: EventId,
    /// What it says.
    pub text: Words,
}

/// `message:delete`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDelete {
    /// The event.
    pub event_id: EventId,
    /// The message.
    pub message_id: uuid::Uuid,
}

/// `stats`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatsOf {
    /// Of this event; otherwise of all that somebody watches.
    #[serde(default)]
    pub event_id: Option<EventId>,
}

/// `score` of `/admin`: a difference.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The event.
    pub event_id: EventId,
    /// The difference: a JSON object, sent on unchanged.
    pub data: Box<RawValue>,
    /// Names the attempt, so that a retry has no second effect.
    #[serde(default)]
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
}

/// `score:correct`: a difference that repairs earlier updates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreCorrect {
    /// The event.
    pub event_id: EventId,
    /// The sequence numbers of the updates that do not hold any more.
    pub voids: Voids,
    /// The difference.
    pub data: Box<RawValue>,
    /// Why.
    pub reason: String,
    /// Names the attempt.
    #[serde(default)]
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
}

/// One sequence number, or a list of them.
#[derive(Debug)]
pub struct Voids(pub Vec<i64>);

impl<'de> Deserialize<'de> for Voids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Many(Vec<Number>),
            One(Number),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Many(numbers) => numbers.into_iter().map(|Number(number)| number).collect(),
            Form::One(Number(number)) => vec![number],
        }))
    }
}

// ---- answers ----

/// An answer that says yes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct Ok<T> {
    /// Always true.
    pub ok: bool,
    /// What else it says.
    #[serde(flatten)]
    pub body: T,
}

impl<T> Ok<T> {
    /// Yes, and this.
    pub fn with(body: T) -> Self {
        Self { ok: true, body }
    }
}

/// Nothing beside `ok`.
#[derive(Debug, Serialize)]
pub struct Nothing {}

/// An answer that says no.
#[derive(Debug, Serialize)]
pub struct NotOk<'a> {
    /// Always false.
    pub ok: bool,
    /// Why.
    pub error: &'a Failure,
}

/// The answer to `join`.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JoinAnswer<'a> {
    /// The event.
    #[ts(type = "string")]
    pub event_id: &'a EventId,
    /// Who the server takes the client for, in this event.
    pub viewer_id: String,
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's place in it.
    #[ts(type = "number")]
    pub seq: i64,
    /// Whether the client is sent what it missed, rather than a snapshot.
    pub recovered: bool,
    /// The event.
    pub event: &'a Event,
    /// Who watches, the client included.
    pub viewers: Viewers,
}

/// The answer to `score` of `/`: the snapshot follows.
#[derive(Debug, Serialize)]
pub struct PositionAnswer<'a> {
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's place in it.
    pub seq: i64,
}

/// The answer to `ping`, and the message `pong` where no acknowledgement was asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Pong {
    /// The server's time, in milliseconds since the Unix epoch.
    pub now: i64,
}

/// The answer to `event:create`, `event:update` and `event:status`.
#[derive(Debug, Serialize)]
pub struct EventAnswer {
    /// The event.
    pub event: Event,
}

/// The answer to `event:list`, and to `GET /api/events`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventsAnswer {
    /// The events.
    pub events: Vec<EventSummary>,
}

/// An event in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventSummary {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The last update's place in its history.
    #[ts(type = "number")]
    pub seq: i64,
    /// Who watches.
    pub viewers: Viewers,
}

/// The answer to `stats`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct StatsAnswer {
    /// Names this run of this node.
    pub node: String,
    /// Its sockets.
    pub connections: ConnectionStats,
    /// The nodes that share the database, this one first, as far as they were heard of lately.
    pub nodes: Vec<NodeStats>,
    /// The events that somebody watches on this node.
    pub events: Vec<EventStats>,
    /// Who watched the event that was asked for: the fields of [`CrowdStats`] stand beside the others.
    #[serde(flatten)]
    #[ts(skip)]
    pub crowd: Option<CrowdStats>,
}

/// A node, by the last that was heard of it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NodeStats {
    /// Names this run of it.
    pub id: String,
    /// Its sockets.
    #[ts(type = "number")]
    pub connections: usize,
    /// When it was last heard of, in milliseconds since the Unix epoch. After ten seconds it is not listed.
    #[ts(type = "number")]
    pub last_heard: i64,
}

/// How many sockets a node has, by what they came over.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(export)]
pub struct ConnectionStats {
    /// Over WebSocket.
    #[ts(type = "number")]
    pub websocket: usize,
    /// Over polling.
    #[ts(type = "number")]
    pub polling: usize,
    /// Of these, clients of protocol v4 (1.x and 2.x).
    #[ts(type = "number")]
    pub v4: usize,
    /// Over a WebSocket without Socket.IO.
    #[ts(type = "number")]
    pub plain: usize,
    /// Over server-sent events.
    #[ts(type = "number")]
    pub streams: usize,
}

/// An event that somebody watches.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EventStats {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// Who watches.
    pub viewers: Viewers,
    /// Sockets in its room.
    #[ts(type = "number")]
    pub members: usize,
    /// Of these, those that are not up to date just now.
    #[ts(type = "number")]
    pub behind: usize,
}

/// The answer to `score` and `score:correct` of `/admin`.
#[derive(Debug, Serialize)]
pub struct ScoreAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// The update's place in it.
    pub seq: i64,
    /// Whether an earlier attempt had put it there.
    pub duplicate: bool,
}

/// The answer to `GET /api/events/{id}`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventState {
    /// The event.
    pub event: Event,
    /// Names its history.
    pub epoch: String,
    /// The last update's place in it.
    #[ts(type = "number")]
    pub seq: i64,
    /// All updates, merged; `null` before the first.
    #[ts(type = "Record<string, unknown> | null")]
    #[schema(value_type = Option<Object>)]
    pub snapshot: Option<Box<RawValue>>,
    /// Who watches.
    pub viewers: Viewers,
}

/// The answer to `GET /api/events/{id}/updates`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct UpdatesAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// Updates in order.
    pub updates: Vec<LoggedUpdate>,
    /// What to pass as `after` for the next page; `null` where there is none yet.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// One entry of an event's log.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct LoggedUpdate {
    /// Its place.
    #[ts(type = "number")]
    pub seq: i64,
    /// An update or a correction.
    pub kind: Kind,
    /// The scorer's own JSON object, unchanged.
    #[ts(type = "Record<string, unknown>")]
    #[schema(value_type = Object)]
    pub data: std::sync::Arc<RawValue>,
    /// When it was taken, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: i64,
    /// Of a correction: the updates that do not hold any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number[]", optional)]
    pub voids: Option<Vec<i64>>,
    /// Of a correction: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

// ---- to clients ----

/// Every message to a client, with its arguments.
#[derive(Debug, Serialize, TS)]
#[serde(tag = "name", content = "args", rename_all = "lowercase")]
#[ts(export)]
pub enum ToClient<'a> {
    /// The state, or a difference to it: the scorer's own JSON object, and what it is.
    Score(#[ts(type = "Record<string, unknown>")] Box<RawValue>, ScoreMeta),
    /// What an event has become.
    Event((Event,)),
    /// The ten of an event have changed.
    Leaderboard((Board,)),
    /// What became of the player's points.
    Points((PointsChange,)),
    /// Points were held.
    #[serde(rename = "review:new")]
    ReviewNew((Case,)),
    /// A reviewer has decided.
    #[serde(rename = "review:decided")]
    ReviewDecided((Case,)),
    /// How an event and its crowd stand.
    Pulse((Pulse<'a>,)),
    /// A reaction.
    Reaction(Reaction, About),
    /// A message of a viewer or an operator.
    Message(RoomMessage, About),
    /// A message is no more.
    #[serde(rename = "message:deleted")]
    MessageDeleted(DeletedMessage, About),
    /// The answer to a `ping` without acknowledgement.
    Pong((PongMessage,)),
    /// The refusal of a message without acknowledgement.
    Exception((Exception<'a>,)),
    /// A login on another device has ended the session; the server disconnects the socket.
    #[serde(rename = "session:replaced")]
    SessionReplaced((SessionReplaced,)),
    /// The server shuts down; the transport closes, and the client reconnects by itself.
    #[serde(rename = "server:drain")]
    ServerDrain((Drain,)),
}

/// See [`Pong`].
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct PongMessage {
    /// The server's time, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub now: i64,
}

/// The refusal of a message that carried no acknowledgement.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct Exception<'a> {
    /// The refused message's name.
    pub event: &'a str,
    /// Why.
    pub error: &'a Failure,
}

/// The announcement of a shutdown.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Drain {
    /// When to come back, in milliseconds from now.
    #[ts(type = "number")]
    pub retry_in_ms: u64,
}

// ---- numbers that may be texts ----

/// A whole number, or its text.
#[derive(Debug)]
struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(i64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(number) => Ok(Self(number)),
            Form::Text(text) => {
                text.parse().map(Self).map_err(|_| serde::de::Error::custom("expected a whole number"))
            }
        }
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Number::deserialize(deserializer).map(|Number(number)| number)
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// A field that is given, perhaps as `null`.
#[expect(clippy::option_option, reason = "the field's own type: not given, null, or a number")]
fn given_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    optional_number(deserializer).map(Some)
}

/// A field that is given, perhaps as `null`, which `Option` would take for not given.
fn given_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

/// A text, or a number as its text.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Number(serde_json::Number),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Text(text) => text,
            Form::Number(number) => number.to_string(),
        }))
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Text::deserialize(deserializer).map(|Text(text)| text)
}

fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.map(|Text(text)| text))
}
