//! The program: parses the arguments and runs the command.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::signal::unix::{SignalKind, signal};
use touchline::app::import::Report;
use touchline::app::{self, App, Purpose};
use touchline::config::{
    BackupOptions, Cli, Command, ImportOptions, Serve, StorageOptions, TokenCommand, TokenOptions,
};
use touchline::doctor::{self, CheckStatus};
use touchline::domain::clock;
use touchline::domain::email::EmailAddress;
use touchline::domain::id::EventId;
use touchline::services::accounts::{self, NewToken};
use touchline::services::events::Imported;
use touchline::services::{events, points};
use touchline::storage::tokens::{self, ServiceToken};
use touchline::storage::{Database, backup, embedded_file};
use touchline::{health, logging};

type AnyError = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::read();
    let done = match cli.command {
        None => serve(cli.serve).await,
        Some(Command::Serve(settings)) => serve(settings).await,
        Some(Command::Doctor(settings)) => run_checks(&settings).await,
        Some(Command::Health(at)) => {
            health::ask(at.admin_addr.unwrap_or(at.bind_addr)).await.map_err(Into::into)
        }
        Some(Command::Migrate(storage)) => open(&storage, Purpose::Migrate).await.map(|_| ()),
        Some(Command::Import(options)) => import(&options).await,
        Some(Command::Backup(options)) => back_up(&options).await,
        Some(Command::Restored(storage)) => begin_histories(&storage).await,
        Some(Command::Verify(storage)) => verify(&storage).await,
        Some(Command::Token(token)) => manage_tokens(token).await,
    };
    let code = match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::fail(&*error);
            ExitCode::FAILURE
        }
    };
    logging::finish(LAST_LINES_WITHIN);
    code
}

/// How long the program waits before it exits until the last log lines are written.
const LAST_LINES_WITHIN: Duration = Duration::from_millis(500);

async fn serve(settings: Serve) -> Result<(), AnyError> {
    logging::start(&settings.network)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let app = App::start(settings).await?;
    logging::announce(&format!("Touchline is listening on http://{}", app.address()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tokio::select! {
        () = app.stop() => Ok(()),
        // A second Ctrl-C exits at once.
        _ = interrupt.recv() => Err("stopped by a second Ctrl-C, without closing connections".into()),
    }
}

async fn run_checks(settings: &Serve) -> Result<(), AnyError> {
    let mut wrong = 0;
    let mut printed = Ok(());
    doctor::run_checks(settings, |finding| {
        wrong += usize::from(finding.verdict == CheckStatus::Wrong);
        if printed.is_ok() {
            printed = print_line(&finding.to_string());
        }
    })
    .await;
    printed?;
    match wrong {
        0 => Ok(()),
        1 => Err("1 problem found".into()),
        more => Err(format!("{more} problems found").into()),
    }
}

/// Opens a server's database for a command, and prints its file.
async fn open(storage: &StorageOptions, purpose: Purpose) -> Result<Database, AnyError> {
    let database = app::open_existing_database(storage, purpose).await?;
    if let Some(file) = embedded_file(&storage.database_url) {
        let file = std::path::absolute(&file).unwrap_or(file);
        // The command works without this line.
        let _ = writeln!(std::io::stderr(), "database: {}", file.display());
    }
    Ok(database)
}

async fn begin_histories(storage: &StorageOptions) -> Result<(), AnyError> {
    let database = open(storage, Purpose::Restore).await?;
    let events = events::begin_histories(&database).await?;
    database.close().await;
    print_line(&format!("began a new history for {events} events: their clients will get a snapshot"))?;
    Ok(())
}

async fn verify(storage: &StorageOptions) -> Result<(), AnyError> {
    let database = open(storage, Purpose::Use).await?;
    let (totals, differences) = points::verify(&database).await?;
    database.close().await;
    for difference in &differences {
        print_line(&difference.to_string())?;
    }
    if differences.is_empty() {
        return print_line(&format!("all {totals} totals match the ledger")).map_err(Into::into);
    }
    Err(format!("{} stored figures differ from the ledger", differences.len()).into())
}

/// Prints what an import does, and counts the lines.
#[derive(Default)]
struct ImportedLines {
    dry_run: bool,
    lines: usize,
    bad: usize,
    printed: Option<std::io::Error>,
}

impl Report for ImportedLines {
    fn unknown_column(&mut self, name: &str) {
        // The import works without this line.
        let _ = writeln!(std::io::stderr(), "warning: the column {name:?} is not known, and is ignored");
    }

    fn line(&mut self, number: u64, event_id: Option<&EventId>, outcome: Result<Imported, String>) {
        self.lines += 1;
        let event = event_id.map(|event_id| format!(" {event_id}")).unwrap_or_default();
        let word = match (&outcome, self.dry_run) {
            (Ok(Imported::Created), false) => "created",
            (Ok(Imported::Created), true) => "would create",
            (Ok(Imported::Changed), false) => "changed",
            (Ok(Imported::Changed), true) => "would change",
            (Ok(Imported::Unchanged), _) => "unchanged",
            (Err(_), _) => "error",
        };
        let line = match outcome {
            Ok(_) => format!("line {number}: {word}{event}"),
            Err(error) => {
                self.bad += 1;
                format!("line {number}: {word}:{event} {error}")
            }
        };
        if let Err(error) = print_line(&line) {
            self.printed.get_or_insert(error);
        }
    }
}

async fn import(options: &ImportOptions) -> Result<(), AnyError> {
    let file = &options.file;
    let text = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let database = open(&options.storage, Purpose::Use).await?;
    let mut lines = ImportedLines { dry_run: options.dry_run, ..ImportedLines::default() };
    let imported = app::import::import(&database, &text, options.dry_run, &mut lines).await;
    database.close().await;
    imported?;
    if let Some(error) = lines.printed {
        return Err(error.into());
    }
    match (lines.bad, options.dry_run) {
        (0, _) => Ok(()),
        (bad, false) => {
            Err(format!("{bad} of {} lines have an error; the others are written", lines.lines).into())
        }
        (bad, true) => Err(format!("{bad} of {} lines have an error", lines.lines).into()),
    }
}

async fn back_up(options: &BackupOptions) -> Result<(), AnyError> {
    let BackupOptions { file, storage } = options;
    if embedded_file(&storage.database_url).is_none() {
        let name = file.display().to_string().replace('\'', r"'\''");
        print_line(&format!("pg_dump --format=custom --file '{name}' \"$DATABASE_URL\""))?;
        return Err(
            "this command copies SQLite databases; to back up Postgres, run the printed command".into()
        );
    }
    let database = open(storage, Purpose::Use).await?;
    let done = backup::back_up(&database, file).await;
    database.close().await;
    done?;
    print_line(&format!("saved a copy in {}", file.display()))?;
    Ok(())
}

async fn manage_tokens(TokenOptions { command, storage }: TokenOptions) -> Result<(), AnyError> {
    let database = open(&storage, Purpose::Use).await?;
    match command {
        TokenCommand::Create { email, role, events, name, expires } => {
            let events = events.iter().map(|id| EventId::parse(id)).collect::<Result<_, _>>()?;
            let new = NewToken { email: EmailAddress::parse(&email)?, role, events, name, expires };
            let (id, token) = accounts::create_token(&database, new).await?;
            print_line(token.reveal())?;
            let advice = format!(
                "Store it now: it is not shown again. Its id is {id}; to revoke it, run: touchline token revoke {id}"
            );
            // The token is printed already; the advice may fail.
            let _ = writeln!(std::io::stderr(), "{advice}");
        }
        TokenCommand::List => {
            for token in tokens::list(&database).await? {
                print_line(&format_token(&token))?;
            }
        }
        TokenCommand::Revoke { id } => {
            if !accounts::revoke_token(&database, id).await? {
                return Err(format!("no active token {id}; list them with: touchline token list").into());
            }
        }
    }
    database.close().await;
    Ok(())
}

/// A service token as `token list` shows it. Times are in UTC.
fn format_token(token: &ServiceToken) -> String {
    let state = match token {
        token if token.revoked_at.is_some() => "revoked",
        token if token.has_expired(clock::now()) => "expired",
        _ => "live",
    };
    let minute = |at: Option<OffsetDateTime>| match at {
        Some(at) => format!("{}T{:02}:{:02}Z", at.date(), at.hour(), at.minute()),
        None => "never".to_owned(),
    };
    let roles: Vec<_> = token.account.roles.iter().map(|role| role.as_str()).collect();
    format!(
        "{}  {state:7}  {}  {}  created {}  used {}  expires {}  {}",
        token.id,
        token.account.email.as_str(),
        roles.join(","),
        token.created_at.date(),
        minute(token.last_used_at),
        minute(token.expires_at),
        token.name.escape_debug(),
    )
}

/// Prints one line on standard output, where programs can read it.
fn print_line(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}
