//! The machine and the software versions that the figures depend on.

use std::{fs, thread};

use serde::Serialize;

use crate::Failure;
use crate::settings::Settings;

/// The context without which figures mean nothing.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// CPUs that this program may use.
    pub cores: usize,
    /// The CPU's name.
    pub processor: String,
    /// Memory, in MB.
    pub memory: u64,
    /// The kernel version.
    pub kernel: String,
    /// The versions of the servers.
    pub servers: Vec<String>,
}

/// Reads the machine's properties and the servers' versions.
///
/// # Errors
/// If a server cannot be asked.
pub async fn describe(settings: &Settings) -> Result<Machine, Failure> {
    let mut servers = Vec::new();
    for server in &settings.servers {
        servers.push(server.version(settings).await?);
    }
    // Touchline is measured in both modes.
    servers.dedup();
    let memory = field("/proc/meminfo", "MemTotal").and_then(|size| size.strip_suffix(" kB")?.parse().ok());
    Ok(Machine {
        cores: thread::available_parallelism()?.get(),
        processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned()),
        memory: memory.unwrap_or(0_u64) / 1024,
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
        servers,
    })
}

/// The value of the first line `name: value` in a file.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.filter(|(found, _)| found.trim() == name).map(|(_, value)| value.trim().to_owned()).next()
}
