//! `touchline import`: makes or changes events from a fixture list, a CSV file with a header (RFC 4180).

use std::collections::HashMap;

use csv::{Position, ReaderBuilder, StringRecord, Trim};
use serde_json::json;
use serde_json::value::RawValue;
use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::event::{Changes, Competition, Event};
use crate::domain::id::EventId;
use crate::domain::{clock, json as json_text};
use crate::services::events::{Imported, Importer};
use crate::storage::Database;
use crate::transport::handlers::admin::event::{changes, check_event_id};
use crate::transport::wire::EventUpdate;

/// The columns, by their names in the header.
const COLUMNS: [&str; 7] = ["eventId", "sport", "title", "startsAt", "venue", "competition", "competitors"];

/// The header of a fixture list is not accepted.
#[derive(Debug, Error)]
pub enum HeaderError {
    /// It cannot be read.
    #[error("cannot read the first line: {0}")]
    Unreadable(#[from] csv::Error),
    /// It has no column `eventId`.
    #[error("the first line must name the columns, and one of them must be eventId")]
    NoEventId,
    /// It has a column twice.
    #[error("the first line names the column {0} twice")]
    Twice(&'static str),
}

/// How an import tells what it does.
pub trait Report {
    /// A column of the header that is ignored.
    fn unknown_column(&mut self, name: &str);
    /// The outcome of a line, or what is wrong with it. `event_id` is `None` if the line names none.
    fn line(&mut self, number: u64, event_id: Option<&EventId>, outcome: Result<Imported, String>);
}

/// The places of the columns in a line.
struct Columns([Option<usize>; COLUMNS.len()]);

/// Imports a fixture list. With `dry_run`, only tells what would be done.
///
/// # Errors
/// [`HeaderError`]. The errors of lines are reported.
pub async fn import(
    database: &Database,
    file: &[u8],
    dry_run: bool,
    report: &mut impl Report,
) -> Result<(), HeaderError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(file);
    let columns = Columns::read(reader.headers()?, report)?;
    let mut lines = LineCounter { file, counted: 0, number: 1 };
    let importer = Importer::new(database.clone());
    // What a dry run would have written.
    let mut pending: HashMap<EventId, Event> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let number = lines.number_of(error.position());
                report.line(number, None, Err(line_error(&error)));
                continue;
            }
        };
        let number = lines.number_of(record.position());
        let event_id = match columns.event_id(&record) {
            Ok(event_id) => event_id,
            Err(error) => {
                report.line(number, None, Err(error));
                continue;
            }
        };
        let outcome = async {
            let known = match pending.get(&event_id) {
                Some(event) => Some(event.clone()),
                None => importer.find(&event_id).await.map_err(|error| error.to_string())?,
            };
            let changes = columns.changes(&record, &event_id, known.as_ref())?;
            if !dry_run {
                return importer.put(&event_id, changes).await.map_err(|error| error.to_string());
            }
            let event = importer.preview(&event_id, known.as_ref(), changes).await;
            let event = event.map_err(|error| error.to_string())?;
            let outcome = match known {
                None => Imported::Created,
                Some(known) if known.is_same_as(&event) => Imported::Unchanged,
                Some(_) => Imported::Changed,
            };
            pending.insert(event_id.clone(), event);
            Ok(outcome)
        };
        let outcome = outcome.await;
        report.line(number, Some(&event_id), outcome);
    }
    Ok(())
}

/// Numbers the lines of a file as editors do. The reader's own numbers are one too low after `\r\n` and empty lines.
struct LineCounter<'a> {
    file: &'a [u8],
    /// The number of bytes before the current line.
    counted: usize,
    number: u64,
}

impl LineCounter<'_> {
    /// The number of the line on which a record begins. Call it for records in order.
    fn number_of(&mut self, position: Option<&Position>) -> u64 {
        let start = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        while let Some(byte) = self.file.get(self.counted)
            && (self.counted < start || is_break(byte))
        {
            let is_first_half = *byte == b'\r' && self.file.get(self.counted + 1) == Some(&b'\n');
            self.number += u64::from(is_break(byte) && !is_first_half);
            self.counted += 1;
        }
        self.number
    }
}

/// What is wrong with a line that is not CSV, or has another number of fields than the header.
fn line_error(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} fields, and the first line has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl Columns {
    fn read(header: &StringRecord, report: &mut impl Report) -> Result<Self, HeaderError> {
        let mut places = [None; COLUMNS.len()];
        for (place, name) in header.iter().enumerate() {
            match COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(name)) {
                Some(column) if places[column].is_some() => return Err(HeaderError::Twice(COLUMNS[column])),
                Some(column) => places[column] = Some(place),
                None => report.unknown_column(name),
            }
        }
        if places[0].is_none() { Err(HeaderError::NoEventId) } else { Ok(Self(places)) }
    }

    /// A field of a line; `None` if the file has no such column or the field is empty.
    fn field<'a>(&self, record: &'a StringRecord, column: &str) -> Option<&'a str> {
        let column = COLUMNS.iter().position(|name| *name == column)?;
        record.get(self.0[column]?).filter(|text| !text.is_empty())
    }

    fn event_id(&self, record: &StringRecord) -> Result<EventId, String> {
        let text = self.field(record, "eventId").ok_or("eventId is missing")?;
        let event_id = EventId::parse(text).map_err(|error| error.to_string())?;
        check_event_id(&event_id).map_err(|failure| failure.message.into_owned())?;
        Ok(event_id)
    }

    /// The changes that a line describes. What it leaves out stays as it is.
    fn changes(
        &self,
        record: &StringRecord,
        event_id: &EventId,
        known: Option<&Event>,
    ) -> Result<Changes, String> {
        let text = |column| self.field(record, column).map(str::to_owned);
        let starts_at = self.field(record, "startsAt").map(millis).transpose()?;
        let competition = self.field(record, "competition");
        let competition = competition.map(|text| competition_of(text, known)).transpose()?;
        let competitors = self.field(record, "competitors").and_then(|text| competitors_of(text, known));
        let update = EventUpdate {
            event_id: event_id.clone(),
            sport: text("sport"),
            title: text("title"),
            starts_at: starts_at.map(Some),
            competitors,
            actions: None,
            venue: text("venue").map(Some),
            competition: competition.map(Some),
            format: None,
            messages: None,
        };
        changes(update).map_err(|failure| failure.message.into_owned())
    }
}

/// A time in RFC 3339 or in milliseconds since the Unix epoch, as milliseconds.
fn millis(text: &str) -> Result<i64, String> {
    if let Ok(millis) = text.parse() {
        return Ok(millis);
    }
    let time = OffsetDateTime::parse(text, &Rfc3339);
    let wanted = "startsAt must be a time such as 2026-06-01T18:30:00+02:00, or milliseconds since 1970";
    time.map(clock::to_millis).map_err(|_| wanted.to_owned())
}

/// `id|title`, or the id alone: then the title stays, or is the id.
fn competition_of(text: &str, known: Option<&Event>) -> Result<Competition, String> {
    let (id, title) = match text.split_once('|') {
        Some((id, title)) => (id.trim(), Some(title.trim().to_owned())),
        None => (text, None),
    };
    let id = EventId::parse(id).map_err(|_| {
        "the id of a competition has the characters of an eventId; a title may follow after |".to_owned()
    })?;
    let now = known.and_then(|event| event.competition.as_ref()).filter(|competition| competition.id == id);
    let title = title.or_else(|| Some(now?.title.clone())).unwrap_or_else(|| id.to_string());
    Ok(Competition { id, title })
}

/// The competitors that `|` separates. `None` if the event has competitors of these names: what else is known of them
/// stays.
fn competitors_of(text: &str, known: Option<&Event>) -> Option<Box<RawValue>> {
    let names: Vec<_> = text.split('|').map(str::trim).filter(|name| !name.is_empty()).collect();
    let now = known.and_then(|event| event.competitors.as_deref());
    let now: Option<serde_json::Value> = now.and_then(|json| serde_json::from_str(json.get()).ok());
    let names_now: Option<Vec<_>> =
        now.as_ref().and_then(serde_json::Value::as_array).map(|all| all.iter().map(name_of).collect());
    if names_now.is_some_and(|now| now.iter().copied().eq(names.iter().copied().map(Some))) {
        return None;
    }
    let competitors: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    Some(json_text::raw(&competitors))
}

/// The name of a competitor: `{name}`, or the text itself.
fn name_of(competitor: &serde_json::Value) -> Option<&str> {
    competitor.as_str().or_else(|| competitor.get("name")?.as_str())
}
