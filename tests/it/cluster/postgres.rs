//! A separate Postgres server that a test can stop, freeze and crash.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{Connection as _, PgConnection};
use tokio::time::{interval, timeout};

use crate::databases::Folder;
use crate::http::DEADLINE;

/// A running Postgres; it is killed when the test ends.
pub struct Postgres {
    pub url: String,
    folder: Folder,
    port: u16,
    server: Child,
}

impl Postgres {
    /// Makes a new one and starts it.
    pub async fn start() -> Self {
        let folder = Folder::new();
        if let Some((user, group)) = owner() {
            chown(&folder.0, Some(user), Some(group)).expect("root may");
        }
        let made = program("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(folder.0.join("data"))
            .current_dir(&folder.0)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb runs").success());
        // This port was free a moment ago; it is unlikely to be taken now.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let server = launch(&folder.0, port);
        let postgres =
            Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), folder, port, server };
        postgres.until_ready().await;
        postgres
    }

    /// Waits until it accepts connections.
    async fn until_ready(&self) {
        let mut ticks = interval(Duration::from_millis(50));
        let ready = timeout(DEADLINE, async {
            while PgConnection::connect(&self.url).await.is_err() {
                ticks.tick().await;
            }
        });
        ready.await.expect("Postgres starts in time");
    }

    /// Stops all its processes (SIGSTOP).
    pub fn freeze(&self) {
        self.signal_all(Signal::STOP);
    }

    /// Continues all its processes.
    pub fn thaw(&self) {
        self.signal_all(Signal::CONT);
    }

    /// Kills it, as `pg_ctl stop -m immediate` does: without notice to clients and without a checkpoint.
    pub fn crash(&mut self) {
        kill_process(self.pid(), Signal::QUIT).expect("it can be signalled");
        self.server.wait().expect("it is a child");
    }

    /// Starts it again.
    pub async fn restart(&mut self) {
        self.server = launch(&self.folder.0, self.port);
        self.until_ready().await;
    }

    fn pid(&self) -> Pid {
        i32::try_from(self.server.id()).ok().and_then(Pid::from_raw).expect("it runs")
    }

    /// The first process, then those that it has started (proc(5)).
    fn signal_all(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it can be signalled");
        let own = self.server.id().to_string();
        for entry in std::fs::read_dir("/proc").expect("/proc is readable").flatten() {
            let Ok(status) = std::fs::read_to_string(entry.path().join("status")) else { continue };
            let field =
                |name| status.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
            if field("PPid:").as_deref() != Some(&own) {
                continue;
            }
            if let Some(pid) = field("Pid:").and_then(|pid| Pid::from_raw(pid.parse().ok()?)) {
                // The process may have exited meanwhile.
                kill_process(pid, signal).ok();
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal_all(Signal::CONT);
        kill_process(self.pid(), Signal::QUIT).ok();
        self.server.wait().ok();
    }
}

fn launch(folder: &Path, port: u16) -> Child {
    program("postgres")
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "shared_buffers=32MB", "-k"])
        .arg(folder)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("postgres runs")
}

/// A Postgres program, run as a user that it accepts: it refuses root.
fn program(name: &str) -> Command {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
    let folder = std::env::var("TEST_POSTGRES_BIN");
    let folder = folder.expect("TEST_POSTGRES_BIN is not set; run the tests by scripts/with-postgres");
    let mut command = Command::new(PathBuf::from(folder).join(name));
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
    command
}

/// The user to run as if the tests run as root.
fn owner() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let of_postgres = |what| -> Option<u32> {
        let output = Command::new("id").args([what, "postgres"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    // `nobody` if Debian's package created no user.
    Some(of_postgres("-u").zip(of_postgres("-g")).unwrap_or((65534, 65534)))
}
