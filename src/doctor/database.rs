//! Checks of the database: connection, writes, schema, clock, and notifications between nodes.

use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access, statvfs};
use time::OffsetDateTime;

use super::{CheckResult, CheckStatus, Topic};
use crate::app::database_options;
use crate::config::StorageOptions;
use crate::domain::clock;
use crate::storage::probe::{self, Channel, Encryption, Schema};
use crate::storage::{Database, FileLock, StorageError, embedded_file};

const TOPIC: Topic = Topic("database");
const POOLER: &str = "DATABASE_URL points to a pooler that assigns connections by transaction; connect to Postgres \
                      directly, or switch the pooler to session mode";
/// A query waits for the network once, and a commit also for the disk. Above this latency every score is late.
const SLOW: Duration = Duration::from_millis(20);
/// The longest wait for a notification.
const NOTIFIED_WITHIN: Duration = Duration::from_secs(3);
/// How far the clocks may differ, in milliseconds: the node that accepts an update sets its time.
const CLOCKS_MS: i64 = 1_000;
/// Advise making room below this much free space, in MiB.
const SPACE_MIB: u64 = 1_024;

pub(super) async fn look(storage: &StorageOptions) -> Vec<CheckResult> {
    let file = embedded_file(&storage.database_url);
    if let Some(file) = file.as_deref().filter(|file| !file.exists() && !file.as_os_str().is_empty()) {
        return vec![missing(file)];
    }
    let database = match Database::connect(&storage.database_url, &database_options(storage)).await {
        Ok(database) => database,
        Err(error) => return vec![TOPIC.wrong(error.to_string())],
    };
    let mut findings = Vec::new();
    if file.as_deref().is_some_and(FileLock::is_held) {
        findings.push(Topic("server").ok("a server uses this file; a second server cannot start on it"));
    }
    if let Err(error) = ask(&database, storage.database_connections, &mut findings).await {
        findings.push(TOPIC.wrong(format!("{error}; see the database's log")));
    }
    database.close().await;
    findings.extend(file.as_deref().and_then(space));
    findings
}

/// Checks that startup can create an embedded database that does not exist yet.
fn missing(file: &Path) -> CheckResult {
    let parents =
        file.ancestors().skip(1).map(|part| if part.as_os_str().is_empty() { Path::new(".") } else { part });
    let Some(there) = parents.into_iter().find(|part| part.exists()) else {
        return TOPIC.wrong(format!("cannot create {}; correct DATABASE_URL", file.display()));
    };
    match access(there, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) if there.is_dir() => {
            TOPIC.ok(format!("{} does not exist yet; startup creates it", file.display()))
        }
        _ => TOPIC.wrong(format!(
            "cannot create {}: {} is not a writable directory; correct DATABASE_URL",
            file.display(),
            there.display()
        )),
    }
}

async fn ask(db: &Database, connections: u32, findings: &mut Vec<CheckResult>) -> Result<(), StorageError> {
    if db.folder().is_none() {
        // Check notifications first: behind a pooler that drops them, the later checks may fail too.
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
        TOPIC.advice(format!("{text}; every score waits this long: move server and database closer together"))
    } else {
        TOPIC.ok(text)
    });
    let written = db.require_writes().await.map(|()| "the database accepts writes".to_owned());
    findings.push(Topic("writes").of(written));
    findings.push(schema(probe::schema(db).await?));
    if let Some(occupancy) = probe::occupancy(db).await? {
        findings.push(room(occupancy, connections));
    }
    findings.push(clocks(db).await?);
    Ok(())
}

/// Checks whether traffic to the database is encrypted.
fn encryption(encryption: &Encryption) -> CheckResult {
    const TOPIC: Topic = Topic("tls");
    match encryption {
        Encryption::NotNeeded => TOPIC.ok("not needed: Postgres is on this machine"),
        Encryption::Tls => TOPIC.ok("the connection to Postgres is encrypted"),
        Encryption::None { place } => TOPIC.advice(format!(
            "the connection to Postgres at {place} is not encrypted: enable TLS there (ssl = on), and add \
                 ?sslmode=verify-full to DATABASE_URL"
        )),
    }
}

fn schema(schema: Schema) -> CheckResult {
    const TOPIC: Topic = Topic("schema");
    match schema {
        Schema::Current => TOPIC.ok("up to date"),
        Schema::Missing => TOPIC.ok("does not exist yet; startup creates it"),
        Schema::Older(steps) => {
            TOPIC.ok(format!("from an older version: startup applies {steps} migrations. Back up first"))
        }
        Schema::Newer(version) => TOPIC.wrong(format!(
            "from a newer version (migration {version}); run that version, or restore an older backup"
        )),
        Schema::Differs(version) => TOPIC.wrong(format!(
            "from a different build (migration {version} differs); run that build, or restore a backup"
        )),
    }
}

fn room(probe::ConnectionUsage { limit, open }: probe::ConnectionUsage, wanted: u32) -> CheckResult {
    const TOPIC: Topic = Topic("room");
    let text = format!("{open} of {limit} connections are open; this node opens up to {}", wanted + 1);
    if limit - open < i64::from(wanted) + 1 {
        TOPIC.advice(format!("{text}; raise max_connections, or lower DATABASE_CONNECTIONS on each node"))
    } else {
        TOPIC.ok(text)
    }
}

/// Checks that notifications between nodes arrive.
async fn notices(db: &Database) -> Result<CheckResult, StorageError> {
    const TOPIC: Topic = Topic("notices");
    Ok(match probe::notification(db, &Channel::unique(), NOTIFIED_WITHIN).await? {
        Some(took) => TOPIC.ok(format!("LISTEN and NOTIFY work; a notification takes {}", millis(took))),
        None => TOPIC.wrong(format!("a notification did not arrive: {POOLER}")),
    })
}

async fn clocks(db: &Database) -> Result<CheckResult, StorageError> {
    const TOPIC: Topic = Topic("clock");
    let asked = clock::now();
    let Some(theirs) = probe::clock(db).await? else {
        return Ok(TOPIC.ok("the database uses this machine's clock"));
    };
    Ok(compare(asked, theirs, clock::now()))
}

/// Compares the database's clock with ours, which read `asked` before the query and `answered` after it. Only the
/// distance outside that interval is certain.
fn compare(asked: OffsetDateTime, theirs: OffsetDateTime, answered: OffsetDateTime) -> CheckResult {
    const TOPIC: Topic = Topic("clock");
    let [asked, theirs, answered] = [asked, theirs, answered].map(clock::to_millis);
    let (ahead, behind) = (asked - theirs, theirs - answered);
    let apart = ahead.max(behind).max(0);
    if apart > CLOCKS_MS {
        let direction = if ahead > behind { "ahead of" } else { "behind" };
        let text = format!(
            "this machine's clock is {apart} ms {direction} the database's; synchronize both with NTP"
        );
        return TOPIC.wrong(text);
    }
    TOPIC.ok(format!("within {} ms of the database's clock", apart + answered - asked + 1))
}

/// Checks the free disk space for an embedded database.
fn space(file: &Path) -> Option<CheckResult> {
    const TOPIC: Topic = Topic("space");
    let disk = statvfs(file).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
    let text = format!("{free} MiB free at {}", file.display());
    Some(if free < SPACE_MIB {
        TOPIC.advice(format!("{text}; a full disk stops scoring: free some space"))
    } else {
        TOPIC.ok(text)
    })
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_by_more_than_the_query_took_are_reported() {
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
