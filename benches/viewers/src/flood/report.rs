//! The flood's table, with a column per server because there are many figures.

use super::{Figures, PART};
use crate::report::{align, median};
use crate::settings::Settings;

type Line = (&'static str, usize, fn(&Figures) -> f64);

const LINES: [Line; 19] = [
    ("reactions sent", 0, |figures| figures.sent as f64),
    ("reactions answered ok", 0, |figures| figures.accepted as f64),
    ("reactions in the last totals", 0, |figures| figures.counted as f64),
    ("quiet: server's CPU, cores", 2, |figures| figures.quiet.cores),
    ("flood: server's CPU, cores", 2, |figures| figures.flood.cores),
    ("quiet: to a viewer, kB/s", 1, |figures| figures.quiet.kb_a_second),
    ("flood: to a viewer, kB/s", 1, |figures| figures.flood.kb_a_second),
    ("flood: pulses/s to a viewer", 1, |figures| figures.flood.pulses),
    ("flood: reactions/s to a viewer", 1, |figures| figures.flood.reactions),
    ("quiet: score to the last viewer, p50 ms", 1, |figures| figures.quiet.p50_ms),
    ("quiet: score to the last viewer, p99 ms", 1, |figures| figures.quiet.p99_ms),
    ("flood: score to the last viewer, p50 ms", 1, |figures| figures.flood.p50_ms),
    ("flood: score to the last viewer, p99 ms", 1, |figures| figures.flood.p99_ms),
    ("flood: p99, times the quiet one", 1, |figures| figures.flood.p99_ms / figures.quiet.p99_ms),
    ("flood: scores taken, of 100", 0, |figures| figures.flood.scores as f64),
    ("flood: scores that did not reach all", 0, |figures| figures.flood.missing as f64),
    ("memory before, MB", 1, |figures| figures.before_mb),
    ("memory after, MB", 1, |figures| figures.after_mb),
    ("memory a minute later, MB", 1, |figures| figures.rested_mb),
];

/// The table of these runs, with medians over several runs. Only servers with runs are included.
pub fn table(settings: &Settings, runs: &[(&'static str, Figures)]) -> String {
    let mut head = vec![format!(
        "{} reactions/s for {} s; {} viewers, of whom {} send",
        settings.flood,
        PART.as_secs(),
        settings.flood_viewers,
        settings.flood_senders
    )];
    let names = settings.servers.iter().map(|server| server.name());
    let names: Vec<_> = names.filter(|name| runs.iter().any(|(of, _)| of == name)).collect();
    head.extend(names.iter().map(|&name| name.to_owned()));
    let lines = LINES.iter().map(|(name, digits, figure)| {
        let cells = names.iter().map(|name| {
            let of_server = runs.iter().filter(|(of, _)| of == name);
            format!("{:.*}", *digits, median(of_server.map(|(_, figures)| figure(figures)).collect()))
        });
        std::iter::once((*name).to_owned()).chain(cells).collect()
    });
    align(&std::iter::once(head).chain(lines).collect::<Vec<_>>(), 1)
}
