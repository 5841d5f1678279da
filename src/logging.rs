//! Logging and console output. A background thread writes the lines, so a slow or closed reader never blocks or stops
//! the server.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal as _, Write};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use serde_json::json;
use thiserror::Error;
use time::format_description::well_known::Rfc3339;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogFormat, NetworkOptions};
use crate::domain::clock;
use sink::Sink;

mod sink;

/// Crates whose debug logs contain the data they carry.
const TALKATIVE: [&str; 2] = ["tungstenite", "tokio_tungstenite"];

/// The writer for standard error; set by [`start`].
static STDERR: OnceLock<(LogFormat, Sink)> = OnceLock::new();

/// Default levels for the database driver; `LOG_LEVEL` can override them. Operators do not need Postgres notices, and
/// during an outage the pool would log one line per call and connection; [`crate::storage`] logs the outage itself.
const DRIVER: &str = "sqlx::postgres::notice=error,sqlx::pool=off,sqlx_core::pool=off";

/// `LOG_LEVEL` does not parse, or would silence all modules that it does not name.
#[derive(Debug, Error)]
#[error(
    "invalid LOG_LEVEL {0:?}: use error, warn, info, debug, trace or off, or a level per module such as \
     touchline=debug,info"
)]
pub struct InvalidLevel(String);

/// Starts logging to standard error, panics included. Call it once, before anything else.
pub fn start(settings: &NetworkOptions) -> Result<(), InvalidLevel> {
    STDERR.get_or_init(|| (settings.log_format, Sink::start("log", io::stderr())));
    let filter = filter(&settings.log_level)?;
    // At finer levels these crates log the data that they carry, tokens included.
    let filter = TALKATIVE.iter().fold(filter, |filter, name| {
        filter.add_directive(format!("{name}=info").parse().expect("CRATE=info is a valid directive"))
    });
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        // Internal errors are printed to standard error, which panics if it is closed.
        .log_internal_errors(false)
        .with_writer(Stderr);
    match settings.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Parses `LOG_LEVEL` into a filter. A single word must be a level: `EnvFilter` reads any other word as a module
/// name, and then logs only that module.
pub(crate) fn filter(text: &str) -> Result<EnvFilter, InvalidLevel> {
    let invalid = || InvalidLevel(text.to_owned());
    let directives: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_level = |part: &str| part.parse::<LevelFilter>().is_ok();
    let is_clear = |part: &&str| match part.split_once('=') {
        _ if part.contains('[') => true,
        Some((module, level)) => !module.contains([' ', ';']) && is_level(level),
        None => is_level(part),
    };
    if directives.is_empty() || !directives.iter().all(is_clear) {
        return Err(invalid());
    }
    EnvFilter::try_new(format!("{DRIVER},{}", directives.join(","))).map_err(|_| invalid())
}

/// The number of log lines dropped because standard error was full or closed.
pub fn dropped() -> u64 {
    STDERR.get().map_or(0, |(_, sink)| sink.dropped())
}

/// Waits until all lines are written, at most for `within`.
pub fn finish(within: Duration) {
    if let Some((_, sink)) = STDERR.get() {
        sink.finish(within);
    }
}

/// Prints one line about the program's state to standard output, in the log's format. Does not wait for the reader.
pub fn announce(text: &str) {
    let line = line("INFO", text);
    let print = move || {
        let mut out = io::stdout();
        // The reader may have closed the pipe.
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    };
    let _ = thread::Builder::new().name("stdout".to_owned()).spawn(print);
}

/// Prints the error that ends the program to standard error.
pub fn fail(error: &dyn std::error::Error) {
    let text = match STDERR.get() {
        Some((LogFormat::Json, _)) => line("ERROR", &error.to_string()),
        Some((LogFormat::Text, _)) | None => format!("touchline: {error}\n"),
    };
    print(&text);
}

/// Shows something to a person at the console, outside the log. In the text format this prints `text`, which may have
/// several lines; in the JSON format, one line with `message` and `fields`.
pub fn show(text: &str, message: &str, fields: &[(&str, &str)]) {
    match STDERR.get() {
        Some((LogFormat::Json, _)) => {
            let mut shown = object("INFO", message);
            shown.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
            print(&format!("{}\n", serde_json::Value::Object(shown)));
        }
        Some((LogFormat::Text, _)) | None => print(text),
    }
}

/// Writes to standard error. Does not block once logging has started.
fn print(text: &str) {
    match STDERR.get() {
        Some((_, sink)) => sink.push(text.as_bytes()),
        None => {
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }
}

fn line(level: &str, text: &str) -> String {
    match STDERR.get() {
        Some((LogFormat::Json, _)) => format!("{}\n", serde_json::Value::Object(object(level, text))),
        Some((LogFormat::Text, _)) | None => format!("{text}\n"),
    }
}

/// The fields of every JSON log line.
fn object(level: &str, message: &str) -> serde_json::Map<String, serde_json::Value> {
    let timestamp = clock::now().format(&Rfc3339).unwrap_or_default();
    let fields =
        [("timestamp", &*timestamp), ("level", level), ("message", message), ("target", "touchline")];
    fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

fn log_panic(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let thread = thread.name().unwrap_or_default();
    let message = info.payload_as_str().unwrap_or_default();
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(thread, location, panic = message, %backtrace, "panicked");
    } else {
        tracing::error!(thread, location, panic = message, "panicked");
    }
}

/// Sends log lines to [`STDERR`].
struct Stderr;

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl Write for Stderr {
    /// `tracing_subscriber` writes each line with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some((_, sink)) = STDERR.get() {
            sink.push(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_level_is_one_of_the_known_words_and_a_module_comes_with_its_level() {
        for text in
            ["info", "INFO", " warn ", "off", "touchline=debug,info", "touchline::app=trace, warn", "info,"]
        {
            assert!(filter(text).is_ok(), "{text}");
        }
        for text in [
            "",
            ",",
            "verbose",
            "warning",
            "touchline",
            "info,verbose",
            "a=b=c",
            "touchline=loud",
            "info;touchline=debug",
        ] {
            let error = filter(text).unwrap_err().to_string();
            assert!(error.contains("LOG_LEVEL") && error.contains("touchline=debug,info"), "{text}: {error}");
        }
    }
}
