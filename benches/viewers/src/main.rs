//! Measures the cost of thousands of viewers of one event for a server: memory, CPU, latency and throughput. The servers
//! are started fresh, one after another, and go through the same steps.

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

/// An error, with a message for the person who runs this.
type Failure = Box<dyn std::error::Error + Send + Sync>;

// The scorer runs on this thread, away from the viewers, so that it sends on time.
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

/// Runs to the end or until a signal. Either way, drop guards stop everything that was started.
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
    // If a long run fails, print the figures up to then.
    print!("{}", report.tables());
    if let Some(file) = &settings.json {
        std::fs::write(file, report.json()?)?;
    }
    measured
}

/// Measures every server and adds the figures to the report.
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
