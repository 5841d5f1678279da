//! A real SMTP server for the tests, with the mail that it received.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::OnceCell;

/// The deadline for mail and for answers of the SMTP server.
const DEADLINE: Duration = Duration::from_mins(1);

/// The Python interpreter with the SMTP server, installed once.
async fn python() -> PathBuf {
    static PYTHON: OnceCell<PathBuf> = OnceCell::const_new();
    let install = || async {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("smtp");
        let python = folder.join("bin/python");
        let works = async || {
            let check =
                Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status().await;
            check.is_ok_and(|status| status.success())
        };
        if !works().await {
            let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status().await;
            assert!(made.expect("python3 is installed").success(), "python3 -m venv works");
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "aiosmtpd==1.4.6"];
            let installed = Command::new(&python).args(pip).status().await;
            assert!(installed.expect("pip is there").success(), "aiosmtpd can be installed");
        }
        python
    };
    PYTHON.get_or_init(install).await.clone()
}

/// An SMTP server.
pub struct Mailbox {
    pub port: u16,
    _process: Child,
    commands: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// Received mail that no test has taken yet.
    waiting: Vec<Mail>,
}

/// A received message.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: Vec<String>,
    /// Whether it arrived over TLS.
    pub tls: bool,
    /// Whether it was sent with SMTPUTF8.
    pub utf8: bool,
    pub headers: HashMap<String, String>,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// The eight-digit code in it.
    pub fn code(&self) -> String {
        let line = self.text.lines().find(|line| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit()));
        line.expect("the code stands on a line of its own").to_owned()
    }
}

impl Mailbox {
    /// A server on a free port.
    pub async fn start() -> Self {
        Self::start_on(0).await
    }

    /// A server on this port.
    pub async fn start_on(port: u16) -> Self {
        Self::start_with(&format!("127.0.0.1:{port}"), &[]).await
    }

    /// A server on a free port of this address.
    pub async fn start_at(ip: IpAddr) -> Self {
        Self::start_with(&format!("{ip}:0"), &[]).await
    }

    /// A server with TLS (`starttls` or `smtps`), its certificate and key. It also requires a password.
    pub async fn start_with_tls(kind: &str, certificate: &str, key: &str) -> Self {
        Self::start_with("127.0.0.1:0", &[kind, certificate, key]).await
    }

    async fn start_with(address: &str, tls: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/accounts/smtp_server.py");
        let mut process = Command::new(python().await)
            .arg(script)
            .arg(address)
            .args(tls)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the SMTP server starts");
        let commands = process.stdin.take().expect("it is piped");
        let lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let mut mailbox = Self { port: 0, _process: process, commands, lines, waiting: Vec::new() };
        let started = mailbox.line().await;
        mailbox.port = started["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        mailbox
    }

    /// Changes how the server behaves: `accept`, `refuse CODE`, `slow SECONDS`.
    pub async fn command(&mut self, command: &str) {
        self.commands.write_all(format!("{command}\n").as_bytes()).await.expect("the server takes commands");
        loop {
            let line = self.line().await;
            if line.get("done").is_some() {
                return;
            }
            self.waiting.push(mail(&line));
        }
    }

    /// The next mail to an address, which may have arrived already.
    pub async fn mail_to(&mut self, address: &str) -> Mail {
        loop {
            if let Some(place) = self.waiting.iter().position(|mail| mail.to == [address]) {
                return self.waiting.remove(place);
            }
            let line = self.line().await;
            self.waiting.push(mail(&line));
        }
    }

    /// The mail that no test has taken.
    pub fn unread(&self) -> &[Mail] {
        &self.waiting
    }

    async fn line(&mut self) -> Value {
        let line = tokio::time::timeout(DEADLINE, self.lines.next_line()).await;
        let line = line.expect("mail comes in time").expect("the server can be read").expect("it runs");
        serde_json::from_str(&line).expect("the server prints JSON")
    }
}

fn mail(line: &Value) -> Mail {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let header = |pair: &Value| (text(&pair[0]).to_lowercase(), text(&pair[1]));
    Mail {
        to: line["to"].as_array().expect("recipients").iter().map(text).collect(),
        tls: line["tls"] == true,
        utf8: line["utf8"] == true,
        headers: line["headers"].as_array().expect("headers").iter().map(header).collect(),
        text: text(&line["text"]),
        html: text(&line["html"]),
    }
}
