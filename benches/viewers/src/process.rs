//! A server's process, and its resource use according to the kernel.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::Failure;

/// The deadline for a server to report where it listens.
const START: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(500);
/// How often to try to connect to a server that reports nothing.
const PROBE: Duration = Duration::from_millis(20);
/// 1 % of a CPU between two checks. A server that uses less is quiet.
const QUIET_US: f64 = 5_000.0;
/// How many quiet checks in a row mean that a server has settled.
const QUIET_LOOKS: u32 = 3;
const MOST_LOOKS: u32 = 16;

/// The resource use of a process.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Resident memory.
    pub memory_kb: f64,
    /// User and system time of all its threads, since its start.
    pub cpu_us: f64,
}

/// A server's process; it ends when this is dropped.
pub struct Server {
    child: Child,
    usage: Meter,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts a server, and waits for its line `… listening on http://ADDRESS`. It inherits only `PATH` and the command's own
    /// settings.
    ///
    /// # Errors
    /// If it cannot be started, or does not listen.
    pub async fn start(mut command: Command) -> Result<Self, Failure> {
        let (program, mut child) = spawn(command.stdout(Stdio::piped()))?;
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let line = timeout(START, lines.next_line()).await;
        let line = line.map_err(|_| format!("{program} did not listen within 30 s"))??;
        let line = line.ok_or_else(|| format!("{program} exited before it listened"))?;
        let address = line.rsplit_once(" listening on http://").and_then(|(_, address)| address.parse().ok());
        let address = address.ok_or_else(|| format!("{program} said: {line}"))?;
        Self::of(&program, child, address)
    }

    /// Starts a server that does not report when it listens; waits until it accepts at `address`.
    ///
    /// # Errors
    /// If it cannot be started, or does not accept.
    pub async fn start_at(mut command: Command, address: SocketAddr) -> Result<Self, Failure> {
        let (program, mut child) = spawn(&mut command)?;
        let accepts = async {
            while TcpStream::connect(address).await.is_err() {
                if let Some(status) = child.try_wait()? {
                    return Err(format!("{program} exited before it listened: {status}").into());
                }
                sleep(PROBE).await;
            }
            Ok::<_, Failure>(())
        };
        timeout(START, accepts).await.map_err(|_| format!("{program} did not listen within 30 s"))??;
        Self::of(&program, child, address)
    }

    fn of(program: &str, child: Child, address: SocketAddr) -> Result<Self, Failure> {
        let pid = child.id().ok_or_else(|| format!("{program} exited at once"))?;
        Ok(Self { child, usage: Meter::new(pid), address })
    }

    /// Waits until the server is quiet, at most 8 s, and returns its usage so far.
    ///
    /// # Errors
    /// If it has ended.
    pub async fn settled(&mut self) -> Result<Usage, Failure> {
        let mut before = self.usage.read()?;
        let mut quiet = 0;
        for _ in 0..MOST_LOOKS {
            sleep(LOOK).await;
            let now = self.usage.read()?;
            quiet = if now.cpu_us - before.cpu_us < QUIET_US { quiet + 1 } else { 0 };
            before = now;
            if quiet == QUIET_LOOKS {
                break;
            }
        }
        Ok(before)
    }

    /// The usage so far.
    ///
    /// # Errors
    /// If it has ended.
    pub fn usage(&mut self) -> Result<Usage, Failure> {
        self.usage.read()
    }

    /// Stops the process and waits for its exit.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub async fn stop(mut self) -> Result<(), Failure> {
        Ok(self.child.kill().await?)
    }
}

/// Spawns a program; also returns its name, for messages.
fn spawn(command: &mut Command) -> Result<(String, Child), Failure> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let child = command.stdin(Stdio::null()).kill_on_drop(true).spawn();
    let child = child.map_err(|error| format!("cannot start {program}: {error}"))?;
    Ok((program, child))
}

/// Reads the usage of a process from `/proc`.
pub struct Meter {
    folder: String,
    /// CPU microseconds per thread, including threads that have exited. The process totals in `/proc/PID/stat` are rounded to
    /// 10 ms, the cost of a hundred joins.
    threads: HashMap<String, f64>,
}

impl Meter {
    /// A reader for a process.
    pub fn new(pid: u32) -> Self {
        Self { folder: format!("/proc/{pid}"), threads: HashMap::new() }
    }

    /// The usage so far. Excludes what a thread used between the last check and its exit.
    ///
    /// # Errors
    /// If it has ended.
    pub fn read(&mut self) -> Result<Usage, Failure> {
        let status = fs::read_to_string(format!("{}/status", self.folder))?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        let memory_kb = memory.ok_or("the process has ended")?.parse()?;
        for thread in fs::read_dir(format!("{}/task", self.folder))? {
            let thread = thread?;
            // A thread may exit between the two reads.
            let Ok(times) = fs::read_to_string(thread.path().join("schedstat")) else { continue };
            let nanos: f64 = times.split(' ').next().unwrap_or_default().parse()?;
            self.threads.insert(thread.file_name().to_string_lossy().into_owned(), nanos / 1e3);
        }
        Ok(Usage { memory_kb, cpu_us: self.threads.values().sum() })
    }
}
