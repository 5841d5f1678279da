//! One server per SQLite file, and the commands that run alongside it.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use touchline::storage::Database;

use crate::databases::{Folder, each_url, options, query};
use crate::old;
use crate::server::{Server, run, secret};

async fn command(url: &str, arguments: &[&str]) -> Output {
    let settings = [("DATABASE_URL", url), ("BIND_ADDR", "127.0.0.1:0"), ("SECRET_KEY", secret())];
    run(arguments, &settings).await
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_second_server_on_a_file_is_refused_until_the_first_has_ended_in_any_way() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let mut first = Server::start(&url, &[]).await;
    let file = folder.0.join("touchline.db");
    let lock = folder.0.join("touchline.db.lock");
    assert_eq!(lock.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
    let link = folder.0.join("link.db");
    std::os::unix::fs::symlink(&file, &link).expect("a link can be made");
    for (named, url) in [(&file, url.clone()), (&link, format!("sqlite://{}", link.display()))] {
        let refused = command(&url, &["serve"]).await;
        let said = said(&refused);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains(&named.display().to_string()) && said.contains("stop that server"), "{said}");
    }
    first.kill().await;
    let second = Server::start(&url, &[]).await;
    assert_eq!(second.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn commands_run_alongside_a_server_but_a_restore_does_not() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let _server = Server::start(&url, &[]).await;
    let create = ["token", "create", "--email", "ann@example.org", "--role", "admin"];
    for arguments in [&create[..], &["token", "list"], &["verify"], &["migrate"], &["doctor"]] {
        let output = command(&url, arguments).await;
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    let doctor = String::from_utf8_lossy(&command(&url, &["doctor"]).await.stdout).into_owned();
    assert!(doctor.contains("a server uses this file"), "{doctor}");
    let refused = command(&url, &["restored"]).await;
    assert!(!refused.status.success() && said(&refused).contains("stop that server"), "{refused:?}");
}

#[tokio::test]
async fn an_older_schema_is_left_alone_by_commands_while_a_server_may_run_on_it() {
    each_url(async |url| {
        old::restore(url).await;
        let steps = "select version from _sqlx_migrations order by version";
        let before: Vec<(i64,)> = query(url, steps).await;
        // On SQLite, as a server of the older version would.
        let lock = Database::lock(url, &options()).await.expect("nobody has it");
        for arguments in [&["token", "list"][..], &["verify"]] {
            let refused = command(url, arguments).await;
            let said = said(&refused);
            assert!(!refused.status.success(), "{arguments:?}: {said}");
            assert!(said.contains("older Touchline") && said.contains("touchline migrate"), "{said}");
        }
        if url.starts_with("sqlite") {
            let refused = command(url, &["migrate"]).await;
            assert!(!refused.status.success() && said(&refused).contains("stop that server"), "{refused:?}");
        }
        assert_eq!(query::<(i64,)>(url, steps).await, before);
        drop(lock);
        if url.starts_with("postgres") {
            assert!(command(url, &["migrate"]).await.status.success());
        }
        let listed = command(url, &["token", "list"]).await;
        assert!(listed.status.success(), "{listed:?}");
        assert!(query::<(i64,)>(url, steps).await.len() > before.len());
    })
    .await;
}
