//! Measures what thousands of viewers of one event cost a server: memory, CPU, latency and throughput.
//! Each server is started fresh, one after another, and put through the same course.

mod connection;
mod crowd;
mod flood;
mod machine;
mod measure;
mod process;
mod publisher;
mod report;
mod scorer;
mod servers;
mod settings;
mod tally;
mod viewer;
mod websocket;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::report::{Report, Row};
use crate::settings::Settings;

/// What went wrong, in words for the person who runs this.
type Failure = Box<dyn std::error::Error + Send + Sync>;

// The scorer lives on this thread, away from the viewers, so that it emits on time.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    match until_stopped(&settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs to the end, or until a signal; either way what was started is stopped, by its owners' drop.
async fn until_stopped(settings: &Settings) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        done = run(settings) => done,
        _ = terminate.recv() => Err("stopped".into()),
        _ = interrupt.recv() => Err("stopped".into()),
    }
}

async fn run(settings: &Settings) -> Result<(), Failure> {
    let mut report = Report::new(machine::describe(settings).await?, settings);
    print!("{}", report.header());
    let measured = measure(settings, &mut report).await;
    // A long run that fails at its end still shows what it had up to then.
    print!("{}", report.tables());
    if let Some(file) = &settings.json {
        std::fs::write(file, report.json()?)?;
    }
    measured
}

/// Puts every server through all courses, and adds what they needed to the report.
async fn measure(settings: &Settings, report: &mut Report<'_>) -> Result<(), Failure> {
    for &viewers in settings.viewers.iter().filter(|&&viewers| viewers > 0) {
        for run in 1..=settings.runs {
            for &server in &settings.servers {
                eprintln!("{viewers} viewers, run {run} of {}: {}", settings.runs, server.name());
                let figures = measure::course(server, viewers, settings)
                    .await
                    .map_err(|failure| format!("{} with {viewers} viewers: {failure}", server.name()))?;
                report.rows.push(Row { viewers, server: server.name(), run, figures });
            }
        }
    }
    if settings.flood > 0 {
        for run in 1..=settings.runs {
            for &server in settings.servers.iter().filter(|server| server.takes_reactions()) {
                eprintln!("the flood, run {run} of {}: {}", settings.runs, server.name());
                let figures = flood::course(server, settings)
                    .await
                    .map_err(|failure| format!("{} in the flood: {failure}", server.name()))?;
                report.floods.push((server.name(), figures));
            }
        }
    }
    Ok(())
}
