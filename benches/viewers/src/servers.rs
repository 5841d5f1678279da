//! The measured servers: how to start each, and how its scorer signs in.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

use clap::ValueEnum;
use serde::Serialize;
use tokio::process::Command;

use crate::Failure;
use crate::process::Server as Process;
use crate::settings::Settings;

/// Debian's package of nchan.
const NCHAN: &str = "libnginx-mod-nchan";

/// A measured server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// This project, with its embedded database.
    Touchline,
    /// Touchline with everything through the engine's queues (`DIRECT_WRITES=false`).
    Queues,
    /// A small Node server.
    Socketio,
    /// A small server on socketioxide, the engine that Touchline uses.
    Socketioxide,
    /// nginx with nchan, which forwards messages over plain WebSocket.
    Nchan,
    /// One `write` per viewer, and nothing else.
    Bare,
}

/// The protocol of a server's clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Socket.IO with Touchline's messages.
    SocketIo,
    /// Messages are posted to a channel and sent to its viewers over plain WebSocket.
    Nchan,
}

/// A freshly started server.
pub struct Running {
    /// Its process.
    pub process: Process,
    /// The scorer's token.
    pub token: String,
    /// The server's folder. Dropped after the process, which uses it.
    _folder: Option<Folder>,
}

impl Server {
    /// The name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Touchline => "touchline",
            Self::Queues => "touchline, by queues",
            Self::Socketio => "socket.io (Node)",
            Self::Socketioxide => "socketioxide",
            Self::Nchan => "nchan (nginx)",
            Self::Bare => "bare write loop",
        }
    }

    /// The protocol of its clients.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::Touchline | Self::Queues | Self::Socketio | Self::Socketioxide | Self::Bare => {
                Protocol::SocketIo
            }
            Self::Nchan => Protocol::Nchan,
        }
    }

    /// Whether viewers can react.
    pub fn takes_reactions(self) -> bool {
        matches!(self, Self::Touchline | Self::Queues | Self::Socketio)
    }

    /// The version that it reports.
    ///
    /// # Errors
    /// If the program cannot run.
    pub async fn version(self, settings: &Settings) -> Result<String, Failure> {
        if self == Self::Nchan {
            let mut command = program(Path::new("dpkg-query"));
            command.args(["--show", "--showformat=nchan ${Version} on nginx", NCHAN]);
            let version = output(command).await;
            return version.map_err(|failure| format!("nchan is not installed ({NCHAN}): {failure}").into());
        }
        let mut command = self.command(settings);
        command.arg("--version");
        output(command).await
    }

    /// Starts it.
    ///
    /// # Errors
    /// If it cannot be started.
    pub async fn start(self, settings: &Settings) -> Result<Running, Failure> {
        let mut command = self.command(settings);
        match self {
            Self::Touchline | Self::Queues => {
                let folder = Folder::new()?;
                let database = format!("sqlite://{}", folder.0.join("touchline.db").display());
                let mut create = self.command(settings);
                create.args(["token", "create", "--email", "scorer@example.com", "--role", "admin"]);
                create.env("DATABASE_URL", &database);
                command.arg("serve").env("DATABASE_URL", &database);
                command.env("BIND_ADDR", "127.0.0.1:0").env("LOG_LEVEL", "warn");
                if self == Self::Queues {
                    command.env("DIRECT_WRITES", "false");
                }
                // The flood's senders send more than people would.
                command.envs(
                    ["SOCKET_RATE", "SOCKET_HARD_RATE", "REACTION_RATE", "REACTION_NETWORK_RATE"]
                        .map(|rate| (rate, "100000/1s")),
                );
                // The server creates the database.
                let process = Process::start(command).await?;
                let token = output(create).await?;
                Ok(Running { process, token, _folder: Some(folder) })
            }
            Self::Nchan => {
                let folder = Folder::new()?;
                let address = free_address()?;
                let template = fs::read_to_string(settings.peers.join("nchan/nginx.conf"))?;
                let file = folder.0.join("nginx.conf");
                fs::write(&file, template.replace("PORT", &address.port().to_string()))?;
                command.arg("-p").arg(&folder.0).args(["-e", "stderr", "-c"]).arg(&file);
                let process = Process::start_at(command, address).await?;
                Ok(Running { process, token: String::new(), _folder: Some(folder) })
            }
            Self::Socketio | Self::Socketioxide | Self::Bare => {
                let token = "the scorer's token".to_owned();
                command.env("TOKEN", &token);
                Ok(Running { process: Process::start(command).await?, token, _folder: None })
            }
        }
    }

    fn command(self, settings: &Settings) -> Command {
        match self {
            Self::Touchline | Self::Queues => program(&settings.touchline),
            Self::Socketioxide => program(&settings.native.join("socketioxide")),
            Self::Bare => program(&settings.native.join("bare")),
            // Debian installs it outside an ordinary user's PATH.
            Self::Nchan => program(Path::new("/usr/sbin/nginx")),
            Self::Socketio => {
                let mut command = program(Path::new("node"));
                command.arg(settings.peers.join("socketio/server.js"));
                command
            }
        }
    }
}

/// Puts the heap in huge pages if the kernel allows, as the systemd unit and the image do.
const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// A program that inherits only `PATH`, without settings of the person who measures.
fn program(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(env::vars_os().filter(|(name, _)| name == "PATH")).envs([HUGE_PAGES]);
    command
}

async fn output(mut command: Command) -> Result<String, Failure> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|error| format!("cannot start {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// A free address, for a server that cannot choose one itself.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A temporary folder, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("touchline-bench-{}-{count}", process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Like any temporary file, it is left to the system if it cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}
