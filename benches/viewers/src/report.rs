//! The report: a header with the context, a table of all servers for each count of viewers, a table of the flood, and the
//! same as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::crowd::Crowd;
use crate::flood;
use crate::machine::Machine;
use crate::measure::Figures;
use crate::settings::Settings;

/// The figures of one run of one server.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The number of viewers.
    pub viewers: usize,
    /// The server's name.
    pub server: &'static str,
    /// The number of the run, from 1.
    pub run: u32,
    /// The figures.
    pub figures: Figures,
}

/// All runs and their context.
pub struct Report<'a> {
    machine: Machine,
    settings: &'a Settings,
    /// The runs so far.
    pub rows: Vec<Row>,
    /// The runs of the flood.
    pub floods: Vec<(&'static str, flood::Figures)>,
}

/// A column: its two-line heading, its decimals, and the figure it shows.
type Column = (&'static str, &'static str, usize, fn(&Figures) -> f64);

const COLUMNS: [Column; 13] = [
    ("kB/viewer", "idle", 1, |figures| figures.idle_kb),
    ("kB/viewer", "after", 1, |figures| figures.loaded_kb),
    ("CPU/join", "µs", 0, |figures| figures.join_us),
    ("CPU/viewer", "idle, µs/s", 2, |figures| figures.idle_us),
    ("CPU/delivery", "steady, µs", 2, |figures| figures.steady.delivery_us),
    ("p50", "steady, ms", 1, |figures| figures.steady.p50_ms),
    ("p99", "steady, ms", 1, |figures| figures.steady.p99_ms),
    ("CPU/delivery", "full, µs", 2, |figures| figures.full.delivery_us),
    ("p50", "full, ms", 1, |figures| figures.full.p50_ms),
    ("p99", "full, ms", 1, |figures| figures.full.p99_ms),
    ("deliveries/s", "full", 0, |figures| figures.full.per_second),
    ("join during", "updates p99, ms", 1, |figures| figures.join_p99_ms),
    ("viewers' CPU", "steady, µs", 2, |figures| figures.steady.viewer_us),
];

impl<'a> Report<'a> {
    /// An empty report.
    pub fn new(machine: Machine, settings: &'a Settings) -> Self {
        Self { machine, settings, rows: Vec::new(), floods: Vec::new() }
    }

    /// The text above the tables.
    pub fn header(&self) -> String {
        let Machine { cores, processor, memory, kernel, servers } = &self.machine;
        let Settings { runs, arrivals, idle, rate, seconds, burst, .. } = self.settings;
        let mut text = format!(
            "Machine:  {cores} cores ({processor}), {memory} MB, Linux {kernel}\n\
             Servers:  {servers}\n\
             Course:   {arrivals} viewers a second arrive at one event; idle: {idle} s of nothing; steady: {rate} updates\n          \
             a second for {seconds} s; full: {burst} updates, each sent as soon as the one before is answered\n\
             Runs:     {runs}, each on a server started fresh",
            servers = servers.join("; "),
        );
        text.push_str(if *runs > 1 { "; the figures are medians\n" } else { "\n" });
        let threads = Crowd::threads();
        let _ = writeln!(
            text,
            "Load:     the viewers share the machine, on {threads} thread(s): latency and deliveries/s include \
             their\n          work; the servers' CPU does not. Touchline commits each update to disk before it \
             answers;\n          the others keep all in memory."
        );
        text
    }

    /// The tables so far, with medians over several runs.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        if !self.rows.is_empty() {
            let _ = write!(text, "\n{}", self.courses());
        }
        if !self.floods.is_empty() {
            let _ = write!(text, "\n{}", flood::table(self.settings, &self.floods));
        }
        text
    }

    /// A line for each server and count of viewers.
    fn courses(&self) -> String {
        let mut lines = vec![vec!["viewers".to_owned(), "server".to_owned()], vec![String::new(); 2]];
        for (first, second, ..) in COLUMNS {
            lines[0].push(first.to_owned());
            lines[1].push(second.to_owned());
        }
        for &viewers in &self.settings.viewers {
            for server in &self.settings.servers {
                let of_line = |row: &&Row| row.viewers == viewers && row.server == server.name();
                let figures: Vec<_> = self.rows.iter().filter(of_line).map(|row| &row.figures).collect();
                if figures.is_empty() {
                    continue;
                }
                let cells = COLUMNS.iter().map(|&(_, _, digits, figure)| {
                    format!("{:.digits$}", median(figures.iter().map(|figures| figure(figures)).collect()))
                });
                lines
                    .push([viewers.to_string(), server.name().to_owned()].into_iter().chain(cells).collect());
            }
        }
        align(&lines, 2)
    }

    /// Everything as JSON, each run separately.
    ///
    /// # Errors
    /// None are known: the report contains only numbers and text.
    pub fn json(&self) -> serde_json::Result<String> {
        let Self { machine, settings, rows, floods } = self;
        serde_json::to_string_pretty(&json!({
            "machine": machine,
            "settings": settings,
            "runs": rows,
            "floods": floods,
        }))
    }
}

/// Aligns this many columns to the left, the others to the right.
pub fn align(lines: &[Vec<String>], left: usize) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..lines[0].len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            let _ = if column < left {
                write!(text, "{gap}{cell:<width$}")
            } else {
                write!(text, "{gap}{cell:>width$}")
            };
        }
        text.push('\n');
    }
    text
}

/// The median.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 { figures[middle] } else { f64::midpoint(figures[middle - 1], figures[middle]) }
}
