//! The database: whether it can be reached and used, its schema, its clock, and whether nodes hear of each other by it.

use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access, statvfs};
use time::OffsetDateTime;

use super::{CheckResult, CheckStatus};
use crate::config::StorageOptions;
use crate::domain::clock;
use crate::storage::probe::{self, Channel, Encryption, Schema};
use crate::storage::{Database, DatabaseOptions, FileLock, StorageError, embedded_file};

const TOPIC: &str = "database";
const POOLER: &str = "DATABASE_URL leads through a pooler that gives out connections by transaction; name Postgres itself, \
                      or set the pooler to sessions";
/// A commit waits for the disk once, and a question for the network once: above this every score is late.
const SLOW: Duration = Duration::from_millis(20);
/// Within which a notification must have come.
const NOTIFIED_WITHIN: Duration = Duration::from_secs(3);
/// What the clocks may differ by, in milliseconds: times of updates are those of the node that took them.
const CLOCKS_MS: i64 = 1_000;
/// Free space below which a full disk is near, in MiB.
const SPACE_MIB: u64 = 1_024;

pub(super) async fn look(storage: &StorageOptions) -> Vec<CheckResult> {
    let file = embedded_file(&storage.database_url);
    if let Some(file) = file.as_deref().filter(|file| !file.exists() && !file.as_os_str().is_empty()) {
        return vec![missing(file)];
    }
    let options = DatabaseOptions {
        max_connections: storage.database_connections,
        acquire_timeout: storage.database_timeout,
    };
    let database = match Database::connect(&storage.database_url, &options).await {
        Ok(database) => database,
        Err(error) => return vec![CheckResult::wrong(TOPIC, error.to_string())],
    };
    let mut findings = Vec::new();
    if file.as_deref().is_some_and(FileLock::is_held) {
        findings.push(CheckResult::ok("server", "a server uses this file; a second one does not start"));
    }
    if let Err(error) = ask(&database, storage.database_connections, &mut findings).await {
        findings.push(CheckResult::wrong(TOPIC, format!("{error}; see the database's own log")));
    }
    database.close().await;
    findings.extend(file.as_deref().and_then(space));
    findings
}

/// An embedded database that the start makes, if it may.
fn missing(file: &Path) -> CheckResult {
    let parents =
        file.ancestors().skip(1).map(|part| if part.as_os_str().is_empty() { Path::new(".") } else { part });
    let Some(there) = parents.into_iter().find(|part| part.exists()) else {
        return CheckResult::wrong(TOPIC, format!("{} cannot be made; correct DATABASE_URL", file.display()));
    };
    match access(there, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if there.is_dir() => {
            CheckResult::ok(TOPIC, format!("not there yet: the start makes {}", file.display()))
        }
        _ => CheckResult::wrong(
            TOPIC,
            format!(
                "{} cannot be made: nothing may be written in {}; correct DATABASE_URL",
                file.display(),
                there.display()
            ),
        ),
    }
}

async fn ask(db: &Database, connections: u32, findings: &mut Vec<CheckResult>) -> Result<(), StorageError> {
    if db.folder().is_none() {
        // First: what does not pass a notification on may fail at all that follows.
        let notices = notices(db).await?;
        let pooled = notices.verdict == CheckStatus::Wrong;
        findings.push(notices);
        if pooled {
            return Ok(());
        }
    }
    if db.is_shared() {
        findings.push(encryption(&probe::encryption(db).await?));
    }
    let (version, latency) = (probe::version(db).await?, probe::latency(db).await?);
    let text = format!("{version}, answers in {}", millis(latency));
    findings.push(if latency > SLOW {
        CheckResult::advice(
            TOPIC,
            format!("{text}; each score waits for it: bring server and database nearer"),
        )
    } else {
        CheckResult::ok(TOPIC, text)
    });
    let written = db.require_writes().await.map(|()| "the database takes writes".to_owned());
    findings.push(CheckResult::of("writes", written));
    findings.push(schema(probe::schema(db).await?));
    if let Some(occupancy) = probe::occupancy(db).await? {
        findings.push(room(occupancy, connections));
    }
    findings.push(clocks(db).await?);
    Ok(())
}

/// Whether others on the way can read what is sent to the database.
fn encryption(encryption: &Encryption) -> CheckResult {
    const TOPIC: &str = "tls";
    match encryption {
        Encryption::NotNeeded => CheckResult::ok(TOPIC, "not needed: Postgres is on this machine"),
        Encryption::Tls => CheckResult::ok(TOPIC, "the connection to Postgres is encrypted"),
        Encryption::None { place } => CheckResult::advice(
            TOPIC,
            format!(
                "the connection to Postgres at {place} is not encrypted: enable TLS there (ssl = on), and add \
                 ?sslmode=verify-full to DATABASE_URL"
            ),
        ),
    }
}

fn schema(schema: Schema) -> CheckResult {
    const TOPIC: &str = "schema";
    match schema {
        Schema::Current => CheckResult::ok(TOPIC, "that of this program"),
        Schema::Missing => CheckResult::ok(TOPIC, "not there yet: the start makes it"),
        Schema::Older(steps) => CheckResult::ok(
            TOPIC,
            format!("of an older program: the start takes it {steps} further. Back up first"),
        ),
        Schema::Newer(version) => CheckResult::wrong(
            TOPIC,
            format!(
                "of a newer program (version {version}); start that one, or restore a backup made before it"
            ),
        ),
        Schema::Differs(version) => CheckResult::wrong(
            TOPIC,
            format!("of a different build (version {version} differs); start that one, or restore a backup"),
        ),
    }
}

fn room(probe::ConnectionUsage { limit, open }: probe::ConnectionUsage, wanted: u32) -> CheckResult {
    const TOPIC: &str = "room";
    let text = format!("{open} of {limit} connections are open, and this node opens up to {}", wanted + 1);
    if limit - open < i64::from(wanted) + 1 {
        CheckResult::advice(
            TOPIC,
            format!("{text}; raise max_connections, or lower DATABASE_CONNECTIONS on each node"),
        )
    } else {
        CheckResult::ok(TOPIC, text)
    }
}

/// Whether nodes can wake each other.
async fn notices(db: &Database) -> Result<CheckResult, StorageError> {
    const TOPIC: &str = "notices";
    Ok(match probe::notification(db, &Channel::unique(), NOTIFIED_WITHIN).await? {
        Some(took) => CheckResult::ok(TOPIC, format!("LISTEN and NOTIFY work, in {}", millis(took))),
        None => CheckResult::wrong(TOPIC, format!("a notification does not arrive: {POOLER}")),
    })
}

async fn clocks(db: &Database) -> Result<CheckResult, StorageError> {
    const TOPIC: &str = "clock";
    let asked = clock::now();
    let Some(theirs) = probe::clock(db).await? else {
        return Ok(CheckResult::ok(TOPIC, "there is only this machine's"));
    };
    Ok(compare(asked, theirs, clock::now()))
}

/// What the database's clock says, asked and answered at these times of ours. What is certain is only by how much it
/// lies outside them.
fn compare(asked: OffsetDateTime, theirs: OffsetDateTime, answered: OffsetDateTime) -> CheckResult {
    const TOPIC: &str = "clock";
    let [asked, theirs, answered] = [asked, theirs, answered].map(clock::to_millis);
    let (ahead, behind) = (asked - theirs, theirs - answered);
    let apart = ahead.max(behind).max(0);
    if apart > CLOCKS_MS {
        let direction = if ahead > behind { "ahead of" } else { "behind" };
        let text = format!("this machine's is {apart} ms {direction} the database's; set both by NTP");
        return CheckResult::wrong(TOPIC, text);
    }
    CheckResult::ok(TOPIC, format!("within {} ms of the database's", apart + answered - asked + 1))
}

/// The space where an embedded database lies.
fn space(file: &Path) -> Option<CheckResult> {
    const TOPIC: &str = "space";
    let disk = statvfs(file).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
    let text = format!("{free} MiB are free at {}", file.display());
    Some(if free < SPACE_MIB {
        CheckResult::advice(TOPIC, format!("{text}; a full disk ends scoring: make room"))
    } else {
        CheckResult::ok(TOPIC, text)
    })
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_by_more_than_the_question_took_are_told_apart() {
        let at = |millis: i64| clock::from_millis(1_700_000_000_000 + millis).expect("a time");
        for (asked, theirs, answered, verdict, words) in [
            (0, 5, 10, CheckStatus::Ok, "within 11 ms"),
            (0, 900, 10, CheckStatus::Ok, "within"),
            (0, 5_000, 9_000, CheckStatus::Ok, "within"),
            (0, 60_000, 10, CheckStatus::Wrong, "59990 ms behind"),
            (60_000, 0, 60_010, CheckStatus::Wrong, "60000 ms ahead of"),
        ] {
            let found = compare(at(asked), at(theirs), at(answered));
            assert_eq!(found.verdict, verdict, "{found}");
            assert!(found.text.contains(words), "{found}");
        }
    }
}
