//! `/api/events/{id}/updates`: the log of an event, page by page.

use std::error::Error;
use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use serde::Deserialize;

use super::etag::Tag;
use super::events::find;
use crate::domain::clock;
use crate::domain::event::Position;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::domain::score::Update;
use crate::services::Services;
use crate::storage::updates::Part;
use crate::storage::{Database, StorageError, updates};
use crate::transport::error::Failure;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{LoggedUpdate, Ok as Yes, UpdatesAnswer};

/// A page ends with the update that reaches this many bytes.
const PAGE_BYTES: i64 = 1024 * 1024;
/// How much of a page is in memory at a time.
const PIECE_BYTES: i64 = 64 * 1024;

/// The query of `GET /api/events/{id}/updates`.
#[derive(Debug, Deserialize)]
pub struct UpdatesQuery {
    /// Only updates after this sequence number.
    #[serde(default)]
    after: i64,
    /// At most so many; 100 where it is left out, 1,000 at most.
    #[serde(default = "default_limit")]
    limit: i64,
}

fn default_limit() -> i64 {
    100
}

/// The log of an event, page by page.
#[utoipa::path(
    get, path = "/api/events/{id}/updates", tag = "events",
    params(
        ("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("after" = Option<i64>, Query, description = "Only updates after this seq; 0 where it is left out"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000,
            description = "At most this many; 100 where it is left out. A page also ends after 1 MiB"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a page that is at hand")
    ),
    responses((status = 304, description = "The page that is at hand is right"),
        (status = 200, description = "Updates in order", body = Yes<UpdatesAnswer>,
        example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "updates": [{ "seq": 412, "kind": "update",
            "data": { "runs": 214 }, "at": 1_780_000_123_456_i64 }], "next": null })))
)]
pub async fn log(
    State(services): State<Arc<Services>>,
    path: Result<Path<EventId>, PathRejection>,
    query: Result<Query<UpdatesQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Query(UpdatesQuery { after, limit })) = (path?, query?);
    if after < 0 || !(1..=1000).contains(&limit) {
        return Err(Failure::bad_request("after is 0 or more, limit is 1 to 1000").into());
    }
    let Position { epoch, seq } = find(&services, &event_id).await?.position;
    let Range { last, next } = range(&services.database, &event_id, after, limit, seq).await?;
    // The log has no gaps, and nothing in it changes: this says all of a page.
    let tag = Tag::new(&format!("{epoch}:{after}:{last}:{}", next.is_some()));
    if tag.is_known(&headers) {
        return Ok(tag.not_modified());
    }
    let unread =
        Unread { database: services.database.clone(), event_id, after, last, epoch, next, part: Some(0) };
    Ok(tag.stream(stream::try_unfold(unread, Unread::read_on)))
}

/// Which updates a page has.
struct Range {
    last: i64,
    next: Option<i64>,
}

/// The page after an update of a log that ends at `seq`: at most `limit` updates and [`PAGE_BYTES`] of them.
async fn range(
    database: &Database,
    event: &EventId,
    after: i64,
    limit: i64,
    seq: i64,
) -> Result<Range, StorageError> {
    let last = after.saturating_add(limit).min(seq.max(after));
    let cut = updates::end_of_first(database, Part { event, after, last, max_bytes: PAGE_BYTES }).await?;
    Ok(Range { last: cut, next: Some(cut).filter(|_| cut < last || last - after == limit) })
}

/// What of a page has not been sent yet. It is read as the client takes it, and no connection to the database is
/// held in between: a client that does not read keeps one piece in memory, and nobody waiting.
struct Unread {
    database: Database,
    event_id: EventId,
    after: i64,
    last: i64,
    epoch: String,
    next: Option<i64>,
    /// The number of the next piece; `None` after the last one.
    part: Option<u32>,
}

impl Unread {
    /// The next piece of the answer's text, and what is left.
    ///
    /// # Errors
    /// It could not be read. The answer has begun, so the connection ends in the middle of it.
    async fn read_on(mut self) -> Result<Option<(Bytes, Self)>, Box<dyn Error + Send + Sync>> {
        let Some(part) = self.part else { return Ok(None) };
        let mut text = Vec::new();
        if part == 0 {
            let epoch = json::text(&self.epoch);
            text.extend_from_slice(format!("{{\"ok\":true,\"epoch\":{epoch},\"updates\":[").as_bytes());
        }
        let Self { database, event_id: event, after, last, .. } = &self;
        let piece = Part { event, after: *after, last: *last, max_bytes: PIECE_BYTES };
        let updates = if after < last { updates::list_first(database, piece).await } else { Ok(Vec::new()) };
        let updates = updates.inspect_err(|error| error.warn("cannot read on in a log"))?;
        if updates.is_empty() && after < last {
            return Err(format!("the log of {event} has a gap").into());
        }
        for (place, update) in updates.into_iter().enumerate() {
            if part > 0 || place > 0 {
                text.push(b',');
            }
            self.after = update.seq;
            serde_json::to_writer(&mut text, &logged(update)).expect("writing to a Vec cannot fail");
        }
        if self.after < self.last {
            self.part = Some(part + 1);
        } else {
            text.extend_from_slice(format!("],\"next\":{}}}", json::text(&self.next)).as_bytes());
            self.part = None;
        }
        Ok(Some((text.into(), self)))
    }
}

fn logged(update: Update) -> LoggedUpdate {
    let kind = update.body.kind();
    let (voids, reason) = update.body.correction.map(|c| (c.voids, c.reason)).unzip();
    LoggedUpdate {
        seq: update.seq,
        kind,
        data: update.body.data,
        at: clock::to_millis(update.at),
        voids,
        reason,
    }
}
