//! The real program as a process, with the test's database.

use std::net::SocketAddr;
use std::process::{ExitStatus, Output, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{interval, timeout};
use uuid::Uuid;

use crate::databases::{Folder, each_url};
use crate::http::{self, DEADLINE, Reply};
use crate::socket::Client;
use crate::ways;

/// The secret that Postgres nodes require. New in each run, because the server refuses secrets that are in the repository.
pub fn secret() -> &'static str {
    static SECRET: LazyLock<String> = LazyLock::new(|| format!("{0}{0}", Uuid::now_v7().simple()));
    &SECRET
}

/// Limits that no test reaches by accident. A test of a limit sets it.
const OPEN: [(&str, &str); 10] = [
    ("SOCKET_RATE", "1000000/1s"),
    ("SOCKET_HARD_RATE", "1000000/1s"),
    ("REACTION_RATE", "1000000/1s"),
    ("REACTION_NETWORK_RATE", "1000000/1s"),
    ("MESSAGE_RATE", "1000000/1s"),
    ("JOIN_RATE", "1000000/1s"),
    ("READ_RATE", "1000000/1s"),
    ("READ_BYTES", "1GiB/1s"),
    ("READ_BUDGET", "64GiB/1s"),
    ("HANDSHAKE_RATE", "1000000/1s"),
];

/// A running server. It is killed when the test ends; if the test fails, its log is shown.
pub struct Server {
    pub address: SocketAddr,
    pub database_url: String,
    settings: Vec<(String, String)>,
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    log: Arc<Mutex<String>>,
    /// The folder of the server's own database, if any. Removed with the server.
    folder: Option<Folder>,
}

/// Runs a test on a server with SQLite, then on one with Postgres.
pub async fn each_server(settings: &[(&str, &str)], test: impl AsyncFn(&Server)) {
    each_url(async |url| test(&Server::start(url, settings).await).await).await;
}

/// The program without the environment of the tests.
pub fn program(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchline"));
    command.args(arguments).env_clear().envs(settings.iter().copied()).kill_on_drop(true);
    command
}

/// Runs the program to its end.
pub async fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let output = program(arguments, settings).stdin(Stdio::null()).output();
    timeout(DEADLINE, output).await.expect("the program ends in time").expect("the program runs")
}

/// The address in the line that says where the program listens.
pub fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("Touchline is listening on http://")?;
    // The JSON format has more after it.
    rest.split('"').next()?.parse().ok()
}

impl Server {
    /// Starts on a database and a free port.
    pub async fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let any_port = "127.0.0.1:0".parse().expect("an address");
        let command = program(&["serve"], &OPEN);
        Self::launch(command, database_url.to_owned(), settings.iter().map(owned).collect(), any_port).await
    }

    /// Starts a server for which writes beyond the file size limit fail instead of killing it.
    pub async fn start_with_file_limit(database_url: &str) -> Self {
        let mut command = Command::new("/bin/sh");
        let script = "trap '' XFSZ; exec \"$0\" serve";
        command.args(["-c", script, env!("CARGO_BIN_EXE_touchline")]);
        command.env_clear().envs(OPEN).kill_on_drop(true);
        let any_port = "127.0.0.1:0".parse().expect("an address");
        Self::launch(command, database_url.to_owned(), Vec::new(), any_port).await
    }

    /// Limits the size of files that the server writes, like a full disk. `None` removes the limit.
    pub fn limit_files(&self, bytes: Option<u64>) {
        prlimit(Some(self.pid()), Resource::Fsize, Rlimit { current: bytes, maximum: None })
            .expect("the process takes limits");
    }

    /// Starts with a new SQLite database.
    pub async fn alone(settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let mut server = Self::start(&folder.sqlite_url(), settings).await;
        server.folder = Some(folder);
        server
    }

    async fn launch(
        mut command: Command,
        database_url: String,
        settings: Vec<(String, String)>,
        address: SocketAddr,
    ) -> Self {
        let mut child = command
            .env("SECRET_KEY", secret())
            // On a busy machine a slow database is no outage.
            .env("DATABASE_TIMEOUT", "30s")
            // … and a client that its test does not read meanwhile is not gone. The engine also closes a session whose
            // queue has no room for a ping.
            .env("PING_INTERVAL", "10m")
            .env("PING_TIMEOUT", "10m")
            .envs(ways::settings())
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("BIND_ADDR", address.to_string())
            .env("DATABASE_URL", &database_url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
        let kept = log.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = stderr.next_line().await {
                let mut kept = kept.lock().expect("no panic while holding the log");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let line = timeout(DEADLINE, stdout.next_line()).await.expect("the server starts in time");
        let line = line.expect("stdout is text").unwrap_or_default();
        let address = address_in(&line)
            .unwrap_or_else(|| panic!("the server did not start: {line:?}\n{}", log.lock().expect("a log")));
        Self { address, database_url, settings, child, stdout, log, folder: None }
    }

    /// Kills the server, like a power cut.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("the process can be killed");
    }

    /// Restarts the server on the same port and database.
    pub async fn restart(&mut self) {
        let settings = std::mem::take(&mut self.settings);
        let mut again =
            Self::launch(program(&["serve"], &OPEN), self.database_url.clone(), settings, self.address).await;
        again.folder = self.folder.take();
        *self = again;
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        kill_process(self.pid(), Signal::TERM).expect("the process can be signalled");
    }

    pub fn pid(&self) -> Pid {
        self.child.id().and_then(|pid| Pid::from_raw(pid.try_into().ok()?)).expect("it runs")
    }

    /// Waits until `/readyz` has this status, and returns its body.
    pub async fn until_ready(&self, status: u16) -> String {
        let mut ticks = interval(Duration::from_millis(50));
        let reached = timeout(DEADLINE, async {
            loop {
                let answer = self.get("/readyz").await;
                if answer.status.as_u16() == status {
                    return answer.text;
                }
                ticks.tick().await;
            }
        });
        reached.await.expect("the output in time")
    }

    /// Waits for the exit; also returns the lines printed on stdout since the start.
    pub async fn exit(&mut self) -> (ExitStatus, Vec<String>) {
        let status = timeout(DEADLINE, self.child.wait()).await.expect("the server ends in time");
        let mut lines = Vec::new();
        while let Ok(Some(line)) = self.stdout.next_line().await {
            lines.push(line);
        }
        (status.expect("the process is a child"), lines)
    }

    /// The output on stderr so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("no panic while holding the log").clone()
    }

    /// Waits until the log contains `words`.
    pub async fn until_log(&self, words: &str) {
        let mut ticks = interval(Duration::from_millis(20));
        let said = timeout(DEADLINE, async {
            while !self.log().contains(words) {
                ticks.tick().await;
            }
        });
        assert!(said.await.is_ok(), "{words} is not in the log");
    }

    /// Runs `touchline token …` on the server's database and returns the output.
    pub async fn token_command(&self, arguments: &[&str]) -> String {
        let arguments = [&["token"], arguments].concat();
        let output = run(&arguments, &[("DATABASE_URL", &self.database_url)]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// Makes a token for the account `{name}@example.org` with a role. A scorer is assigned to `events`.
    pub async fn token(&self, name: &str, role: &str, events: &[&str]) -> String {
        let email = format!("{name}@example.org");
        let events = events.iter().flat_map(|event| ["--event", event]);
        let arguments: Vec<_> =
            ["create", "--email", &email, "--role", role].into_iter().chain(events).collect();
        self.token_command(&arguments).await
    }

    /// An administrator at `/admin`.
    pub async fn admin(&self) -> Client {
        let token = self.token("admin", "admin", &[]).await;
        Client::admin(self.address, &token).await
    }

    /// An administrator at `/admin` who has created this event.
    pub async fn admin_with_event(&self, event_id: &str) -> Client {
        let mut admin = self.admin().await;
        let event = json!({ "eventId": event_id, "sport": "cricket", "title": format!("Event {event_id}") });
        admin.done("event:create", &event).await;
        admin
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        http::get(self.address, path).await
    }

    /// `GET /api/events/{id}`.
    pub async fn event(&self, event_id: &str) -> Value {
        let reply = self.get(&format!("/api/events/{event_id}")).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// The sum of a metric over the series whose labels contain `label`.
    pub async fn metric(&self, name: &str, label: &str) -> f64 {
        let text = self.get("/metrics").await.text;
        let of_name = |line: &&str| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])) && line.contains(label)
        };
        let value = |line: &str| line.rsplit_once(' ').and_then(|(_, value)| value.parse::<f64>().ok());
        text.lines().filter(of_name).filter_map(value).sum()
    }

    /// Polls a metric until it satisfies `wanted`.
    pub async fn until_metric(&self, name: &str, label: &str, wanted: impl Fn(f64) -> bool) {
        let mut ticks = interval(Duration::from_millis(50));
        let reached = timeout(DEADLINE, async {
            while !wanted(self.metric(name, label).await) {
                ticks.tick().await;
            }
        });
        assert!(reached.await.is_ok(), "{name} {label} is {}", self.metric(name, label).await);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the server's log:\n{}---", self.log());
        }
    }
}
