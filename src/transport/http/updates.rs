//! `/api/events/{id}/updates`: the log of an event, page by page, or as a file.

mod file;

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use serde::Deserialize;

pub use self::file::LogFormat;
use super::etag::Tag;
use crate::domain::clock;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::domain::score::Update;
use crate::services::events::{Events, LogPage, ReadError};
use crate::transport::error::Failure;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{LoggedUpdate, Ok as Yes, UpdatesAnswer};

/// The query of `GET /api/events/{id}/updates`.
#[derive(Debug, Deserialize)]
pub struct UpdatesQuery {
    /// Only updates after this sequence number.
    after: Option<i64>,
    /// Only updates before this sequence number, newest first.
    before: Option<i64>,
    /// At most this many; 100 by default, at most 1,000.
    limit: Option<i64>,
    /// The whole log as a file of this format.
    format: Option<LogFormat>,
}

/// Updates in a page, if the client does not say how many.
const DEFAULT_LIMIT: i64 = 100;

/// The log of an event, page by page from either end, or the whole log as a file.
#[utoipa::path(
    get, path = "/api/events/{id}/updates", tag = "events",
    params(
        ("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("after" = Option<i64>, Query, description = "Only updates after this seq; 0 by default"),
        ("before" = Option<i64>, Query, minimum = 1,
            description = "Only updates before this seq, newest first; not together with `after`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000,
            description = "At most this many; 100 by default. A page also ends after 1 MiB"),
        ("format" = inline(Option<LogFormat>), Query,
            description = "The whole log as a file; alone, without `after`, `before` and `limit`"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier page")
    ),
    responses((status = 304, description = "The earlier page is still current"),
        (status = 200, description = "Updates in order, or the file", content(
        (String = "application/x-ndjson", example = "{\"seq\":1,\"kind\":\"update\",\"data\":{\"runs\":4},\"at\":1780000123456}\n"),
        (String = "text/csv", example = "seq,at,receivedAt,kind,voids,reason,data\r\n"),
        (Yes<UpdatesAnswer> = "application/json", example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "updates": [{ "seq": 412, "kind": "update",
            "data": { "runs": 214 }, "at": 1_780_000_123_456_i64 }], "next": null })))))
)]
pub async fn log(
    State(events): State<Arc<Events>>,
    path: Result<Path<EventId>, PathRejection>,
    query: Result<Query<UpdatesQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Query(UpdatesQuery { after, before, limit, format })) = (path?, query?);
    if let Some(format) = format {
        if after.is_some() || before.is_some() || limit.is_some() {
            let message = "a format gives the whole log; leave out after, before and limit";
            return Err(Failure::bad_request(message).into());
        }
        return Ok(file::send(format, &event_id, events.open_whole_log(event_id.clone()).await?, &headers));
    }
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if after.is_some_and(|after| after < 0) || !(1..=1000).contains(&limit) {
        return Err(Failure::bad_request("after must be 0 or more, and limit 1 to 1000").into());
    }
    // The log has no gaps and its entries never change, so these values identify a page fully.
    let (page, tag) = match (after, before) {
        (Some(_), Some(_)) => return Err(Failure::bad_request("send either after or before").into()),
        (_, Some(before)) if before < 1 => {
            return Err(Failure::bad_request("before must be 1 or more").into());
        }
        (None, Some(before)) => {
            let page = events.open_log_before(event_id, before, limit).await?;
            let tag = Tag::new(&format!("{}:before:{}:{}", page.epoch(), page.last(), page.after()));
            (page, tag)
        }
        (after, None) => {
            let after = after.unwrap_or_default();
            let page = events.open_log(event_id, after, limit).await?;
            let (epoch, last, is_full) = (page.epoch(), page.last(), page.next().is_some());
            let tag = Tag::new(&format!("{epoch}:{after}:{last}:{is_full}"));
            (page, tag)
        }
    };
    if tag.is_known(&headers) {
        return Ok(tag.not_modified());
    }
    Ok(tag
        .stream("application/json", stream::try_unfold(UnsentUpdates::Head(page), UnsentUpdates::next_piece)))
}

/// The part of a page that has not been sent yet.
enum UnsentUpdates {
    /// All of it.
    Head(LogPage),
    /// The updates after those already sent.
    Rest(LogPage),
    /// Nothing.
    Nothing,
}

impl UnsentUpdates {
    /// The next piece of the response's text, and the rest.
    ///
    /// # Errors
    /// The database read failed. The response has already started, so the connection ends in the middle of
    /// it.
    async fn next_piece(self) -> Result<Option<(Bytes, Self)>, ReadError> {
        let (mut page, is_first) = match self {
            Self::Head(page) => (page, true),
            Self::Rest(page) => (page, false),
            Self::Nothing => return Ok(None),
        };
        let mut text = Vec::new();
        if is_first {
            let epoch = json::text(&page.epoch());
            text.extend_from_slice(format!("{{\"ok\":true,\"epoch\":{epoch},\"updates\":[").as_bytes());
        }
        for (place, update) in page.read().await?.into_iter().enumerate() {
            if !is_first || place > 0 {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &logged(update)).expect("writing to a Vec cannot fail");
        }
        if !page.is_read() {
            return Ok(Some((text.into(), Self::Rest(page))));
        }
        text.extend_from_slice(format!("],\"next\":{}}}", json::text(&page.next())).as_bytes());
        Ok(Some((text.into(), Self::Nothing)))
    }
}

fn logged(update: Update) -> LoggedUpdate {
    let kind = update.body.kind();
    let (voids, reason) = update.body.correction.map(|c| (c.voids, c.reason)).unzip();
    LoggedUpdate {
        seq: update.seq,
        kind,
        data: update.body.data,
        at: clock::to_millis(update.time.at),
        received_at: update.time.received_at.map(clock::to_millis),
        voids,
        reason,
    }
}
