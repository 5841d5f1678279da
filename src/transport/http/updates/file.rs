//! The whole log of an event as a file, written in pieces while it is sent.

use axum::response::Response;
use bytes::Bytes;
use csv::{Terminator, Writer, WriterBuilder};
use futures_util::stream;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use utoipa::ToSchema;

use super::logged;
use crate::domain::clock;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::domain::score::Update;
use crate::services::events::{LogPage, ReadError};
use crate::transport::http::etag::Tag;

/// The format of a log as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object per line, as in a page of the log.
    Ndjson,
    /// A table (RFC 4180). Cells are written as they are: a spreadsheet may read one that begins with `=` as a formula.
    Csv,
}

const COLUMNS: [&str; 7] = ["seq", "at", "receivedAt", "kind", "voids", "reason", "data"];

impl LogFormat {
    fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The end of the file's name.
    fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What stands before the first update.
    fn head(self) -> Vec<u8> {
        match self {
            Self::Ndjson => Vec::new(),
            Self::Csv => table(|table| table.write_record(COLUMNS)),
        }
    }

    fn write(self, updates: Vec<Update>) -> Vec<u8> {
        match self {
            Self::Ndjson => {
                let lines = updates.into_iter().map(|update| json::text(&logged(update)) + "\n");
                lines.collect::<String>().into_bytes()
            }
            Self::Csv => table(|table| updates.iter().try_for_each(|update| write_row(table, update))),
        }
    }
}

/// Answers with a whole log as a file, or with 304 if the client has it.
pub fn send(format: LogFormat, event_id: &EventId, log: LogPage, headers: &HeaderMap) -> Response {
    let tag = Tag::new(&format!("{}:{}:{}", log.epoch(), format.extension(), log.last()));
    if tag.is_known(headers) {
        return tag.not_modified();
    }
    let text = stream::try_unfold((log, Some(format.head())), move |(mut log, head)| async move {
        let is_first = head.is_some();
        if log.is_read() && !is_first {
            return Ok::<_, ReadError>(None);
        }
        let mut text = head.unwrap_or_default();
        text.extend(format.write(log.read().await?));
        Ok(Some((Bytes::from(text), (log, None))))
    });
    let mut response = tag.stream(format.content_type(), text);
    response.headers_mut().insert(CONTENT_DISPOSITION, attachment(event_id, format));
    response
}

/// The header that names the file. Other characters than letters and digits may mean something to a file system.
fn attachment(event_id: &EventId, format: LogFormat) -> HeaderValue {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = event_id.as_str().chars().map(safe).collect();
    let header = format!("attachment; filename=\"{name}-updates.{}\"", format.extension());
    HeaderValue::from_str(&header).expect("letters, digits and dashes are visible ASCII")
}

/// The rows that `write` writes.
fn table(write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    write(&mut table).expect("all rows have the same length, and writing to a Vec cannot fail");
    table.into_inner().expect("writing to a Vec cannot fail")
}

fn write_row(table: &mut Writer<Vec<u8>>, update: &Update) -> csv::Result<()> {
    let correction = update.body.correction.as_ref();
    let voids = correction.map(|correction| json::text(&correction.voids));
    table.write_record([
        &*update.seq.to_string(),
        &*clock::to_millis(update.time.at).to_string(),
        &*clock::to_millis(update.time.accepted_at()).to_string(),
        update.body.kind().as_str(),
        voids.as_deref().unwrap_or_default(),
        correction.map_or("", |correction| &correction.reason),
        update.body.data.get(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_letters_digits_and_dashes_alone() {
        for (id, name) in [("IND-AUS:2026", "IND-AUS_2026"), ("..", "__"), ("a ~@b.c", "a___b_c")] {
            let event_id = EventId::parse(id).expect("an id");
            let header = attachment(&event_id, LogFormat::Csv);
            assert_eq!(header, format!("attachment; filename=\"{name}-updates.csv\""));
        }
    }
}
