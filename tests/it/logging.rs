//! The program's output when its reader is slow or gone: the program neither waits nor exits.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use http::Method;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::time::{interval, timeout};

use crate::databases::Folder;
use crate::http::{DEADLINE, call, get};
use crate::server::{address_in, program, run};

/// The program with its output pipes.
struct Program {
    child: Child,
    address: SocketAddr,
    /// Its first line on stdout.
    announced: String,
    /// `None` once the pipes are closed.
    output: Option<(BufReader<ChildStdout>, ChildStderr)>,
    _folder: Folder,
}

impl Program {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let mut child = program(&["serve"], settings)
            .env("BIND_ADDR", "127.0.0.1:0")
            .env("DATABASE_URL", folder.sqlite_url())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let stderr = child.stderr.take().expect("stderr is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut announced = String::new();
        let read = timeout(DEADLINE, stdout.read_line(&mut announced)).await.expect("it starts in time");
        read.expect("stdout is text");
        let address = address_in(announced.trim_end()).unwrap_or_else(|| panic!("{announced:?}"));
        Self { child, address, announced, output: Some((stdout, stderr)), _folder: folder }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().expect("it runs").cast_signed()).expect("a process")
    }

    /// Stops the program and returns its exit code.
    async fn stop(&mut self) -> Option<i32> {
        kill_process(self.pid(), Signal::TERM).expect("the process can be signalled");
        let status = timeout(DEADLINE, self.child.wait()).await.expect("it exits in time");
        status.expect("it is a child").code()
    }
}

/// The value of a metric without labels.
fn metric(text: &str, name: &str) -> u64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("there is no {name} in {text}")).parse().expect("a number")
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_nothing_up_and_what_is_dropped_is_counted() {
    let mut program = Program::start(&[("LOG_LEVEL", "trace"), ("LOG_FORMAT", "json")]).await;
    let mut ticks = interval(Duration::from_millis(1));
    let dropped = async {
        while metric(&get(program.address, "/metrics").await.text, "touchline_log_lines_dropped_total") == 0 {
            ticks.tick().await;
        }
    };
    timeout(DEADLINE, dropped).await.expect("lines are dropped");
    assert_eq!(get(program.address, "/healthz").await.status, 200);
    assert_eq!(program.stop().await, Some(0));
    let mut log = String::new();
    let (_, mut stderr) = program.output.take().expect("it is there");
    stderr.read_to_string(&mut log).await.expect("text");
    let (whole, _) = log.rsplit_once('\n').expect("lines");
    for line in whole.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[tokio::test]
async fn with_nobody_at_stdout_and_stderr_it_goes_on_accepts_after_a_lack_of_files_and_ends_with_0() {
    let mut program = Program::start(&[]).await;
    let (mut asking, pid) = (Asking::open(program.address).await, program.pid());
    assert_eq!(asking.accept_errors().await, 0);
    program.output = None;
    let address = program.address;
    // Allow one file more than are open.
    let open =
        std::fs::read_dir(format!("/proc/{}/fd", pid.as_raw_nonzero())).expect("/proc is readable").count();
    let scarce = Rlimit { current: Some(open as u64 + 1), maximum: getrlimit(Resource::Nofile).maximum };
    let enough = prlimit(Some(pid), Resource::Nofile, scarce).expect("it is set");
    let mut waiting = Vec::new();
    let failed = async {
        while asking.accept_errors().await == 0 {
            waiting.push(TcpStream::connect(address).await.expect("there is room in the backlog"));
        }
    };
    timeout(DEADLINE, failed).await.expect("a connection cannot be accepted");
    drop(waiting);
    prlimit(Some(pid), Resource::Nofile, enough).expect("it is set");
    assert_eq!(get(address, "/healthz").await.status, 200);
    // This code is shown to nobody.
    let signup = json!({ "email": "ann@example.org", "name": "Ann" }).to_string();
    let headers = [("content-type", "application/json")];
    let answer = call(address, Method::POST, "/api/auth/signup", &headers, signup).await;
    assert_eq!(answer.expect("an answer").status, 202);
    drop(asking);
    assert_eq!(program.stop().await, Some(0));
}

/// A connection for several requests.
struct Asking(BufReader<TcpStream>);

impl Asking {
    async fn open(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.expect("the program listens")))
    }

    async fn accept_errors(&mut self) -> u64 {
        let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n";
        self.0.write_all(request.as_bytes()).await.expect("it is open");
        let mut length = None;
        loop {
            let mut line = String::new();
            timeout(DEADLINE, self.0.read_line(&mut line)).await.expect("an answer in time").expect("text");
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length.expect("a length")];
        timeout(DEADLINE, self.0.read_exact(&mut body)).await.expect("an answer in time").expect("a body");
        metric(&String::from_utf8(body).expect("text"), "touchline_accept_errors_total")
    }
}

#[tokio::test]
async fn in_the_json_format_every_line_is_json() {
    let mut program = Program::start(&[("LOG_FORMAT", "json"), ("OTP_RESEND", "1ms")]).await;
    let announced: Value = serde_json::from_str(&program.announced).expect("JSON");
    assert_eq!(announced["message"], format!("Touchline is listening on http://{}", program.address));
    let signup = json!({ "email": "ann@example.org", "name": "Ann" }).to_string();
    let headers = [("content-type", "application/json")];
    let answer = call(program.address, Method::POST, "/api/auth/signup", &headers, signup).await;
    assert_eq!(answer.expect("an answer").status, 202);
    let (_stdout, stderr) = program.output.take().expect("it is there");
    let mut lines = BufReader::new(stderr).lines();
    let code = timeout(DEADLINE, async {
        loop {
            let line = lines.next_line().await.expect("text").expect("a line");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
            if line["to"] == "ann@example.org" {
                break line["code"].as_str().expect("text").to_owned();
            }
        }
    });
    let code = code.await.expect("the code is shown");
    assert!(code.len() == 8 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    assert_eq!(program.stop().await, Some(0));

    // Also if the program does not start.
    let place = [("DATABASE_URL", "nonsense"), ("BIND_ADDR", "127.0.0.1:0"), ("LOG_FORMAT", "json")];
    for settings in [&place as &[_], &[("LOG_FORMAT", "json"), ("LOG_LEVEL", "a=b=c")]] {
        let output = run(&["serve"], settings).await;
        assert_eq!(output.status.code(), Some(1), "{settings:?}");
        let line: Value = serde_json::from_slice(&output.stderr).expect("one line of JSON");
        assert_eq!(line["level"], "ERROR", "{line}");
    }
}
