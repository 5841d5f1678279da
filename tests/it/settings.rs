//! The syntax of settings, and the variables they are read from.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use crate::databases::Folder;
use crate::http::{self, DEADLINE};
use crate::server::{address_in, program, run};

/// Starts the server in an empty folder with a new database and only these settings. Dropping the child kills it.
async fn start(folder: &Folder, settings: &[(&str, &str)]) -> (std::net::SocketAddr, Child) {
    let mut child = program(&["serve"], settings)
        .env("DATABASE_URL", folder.sqlite_url())
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    timeout(DEADLINE, stdout.read_line(&mut line)).await.expect("it starts in time").expect("stdout is text");
    if let Some(address) = address_in(line.trim_end()) {
        return (address, child);
    }
    let mut log = String::new();
    let _ = child.stderr.take().expect("stderr is piped").read_to_string(&mut log).await;
    panic!("{settings:?}: the server did not start: {line}{log}")
}

/// Starts a server that must fail to start; returns its standard error.
async fn refusal(settings: &[(&str, &str)]) -> String {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let place = [("DATABASE_URL", url.as_str()), ("BIND_ADDR", "127.0.0.1:0")];
    let output = run(&["serve"], &[&place[..], settings].concat()).await;
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success() && output.stdout.is_empty(), "{settings:?}: {said}");
    assert!(!folder.0.join("touchline.db").exists(), "{settings:?}: it began to work");
    said
}

#[tokio::test]
async fn a_setting_that_would_not_work_ends_the_start_with_what_to_write() {
    for (name, value, instead) in [
        ("ALLOWED_ORIGINS", "club.example", "write https://club.example"),
        ("ALLOWED_ORIGINS", "https://a.example,localhost:5173", "http://localhost:5173"),
        ("ALLOWED_ORIGINS", "https://*.club.example", "name each origin"),
        ("LOG_LEVEL", "verbose", "error, warn, info, debug, trace or off"),
        ("LOG_LEVEL", "info,verbose", "touchline=debug,info"),
        ("WEB_DIR", "/nowhere", "make web"),
        ("BIND_ADDR", "localhost", "localhost:3000"),
        ("ADMIN_ADDR", "0.0.0.0", "0.0.0.0:3000"),
    ] {
        let said = refusal(&[(name, value)]).await;
        let flag = name.to_lowercase().replace('_', "-");
        assert!(said.contains(name) || said.contains(&flag), "{name}={value}: {said}");
        assert!(said.contains(instead), "{name}={value}: {said}");
    }
}

#[tokio::test]
async fn settings_that_cannot_be_used_together_end_the_start_with_both_names_and_what_to_write() {
    for (settings, names, instead) in [
        (
            &[("BIND_ADDR", "127.0.0.1:39917"), ("ADMIN_ADDR", "127.0.0.1:39917")][..],
            ["BIND_ADDR", "ADMIN_ADDR"],
            "127.0.0.1:9300",
        ),
        (
            &[("BIND_ADDR", "39917"), ("ADMIN_ADDR", "127.0.0.1:39917")],
            ["BIND_ADDR", "ADMIN_ADDR"],
            "another",
        ),
        (&[("MAX_MESSAGE", "1MiB")], ["MAX_MESSAGE", "MAX_PACKET"], "raise MAX_PACKET"),
        (&[("PULSE_INTERVAL", "20s")], ["PULSE_INTERVAL", "PULSE_BEAT"], "raise PULSE_BEAT"),
    ] {
        let said = refusal(settings).await;
        for word in [names[0], names[1], instead] {
            assert!(said.contains(word), "{settings:?}: {word}: {said}");
        }
        let examined = run(&["doctor"], settings).await;
        let found = String::from_utf8(examined.stdout).expect("text");
        let line = found.lines().find(|line| line.starts_with("WRONG") && line.contains(names[0]));
        assert!(line.is_some_and(|line| line.contains(names[1])), "{settings:?}: {found}");
    }
}

#[tokio::test]
async fn without_pages_the_start_says_so_and_the_page_what_to_do() {
    let folder = Folder::new();
    let (address, mut child) = start(&folder, &[("BIND_ADDR", "127.0.0.1:0")]).await;
    let page = http::get(address, "/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("make web") && page.text.contains("WEB_DIR"), "{}", page.text);
    assert_eq!(http::get(address, "/elsewhere").await.status, 404);
    let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
    let line = timeout(DEADLINE, async {
        loop {
            let line = lines.next_line().await.expect("text").expect("the log goes on");
            if line.contains("no pages") {
                return line;
            }
        }
    });
    let line = line.await.expect("the log says so");
    assert!(line.contains("web-client/dist/index.html") && line.contains("WEB_DIR"), "{line}");
}

#[tokio::test]
async fn an_address_to_listen_on_may_be_a_port_alone() {
    for (settings, host) in [
        (&[("BIND_ADDR", "localhost:0")] as &[_], "127.0.0.1"),
        (&[("BIND_ADDR", ":0")], "0.0.0.0"),
        (&[("BIND_ADDR", "0")], "0.0.0.0"),
        (&[("PORT", "0")], "0.0.0.0"),
        // BIND_ADDR takes precedence.
        (&[("PORT", "1"), ("BIND_ADDR", "127.0.0.1:0")], "127.0.0.1"),
    ] {
        let folder = Folder::new();
        let (address, _child) = start(&folder, settings).await;
        assert_eq!(address.ip().to_string(), host, "{settings:?}");
        assert_eq!(http::get(([127, 0, 0, 1], address.port()).into(), "/healthz").await.status, 200);
    }
    let output = run(&["serve"], &[("PORT", "many")]).await;
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success() && said.contains("PORT") && said.contains("many"), "{said}");
}

#[tokio::test]
async fn a_setting_is_read_by_its_long_name_first_and_links_of_kubernetes_are_none() {
    let folder = Folder::new();
    let settings = [
        ("TOUCHLINE_BIND_ADDR", "127.0.0.1:0"),
        ("BIND_ADDR", "nonsense"),
        ("TOUCHLINE_ADMIN_ADDR", "tcp://10.0.0.1:9300"),
        ("TOUCHLINE_LOG_FORMAT", ""),
        ("LOG_FORMAT", "json"),
        ("TOUCHLINE_PORT", "tcp://10.0.0.1:3000"),
    ];
    let (address, mut child) = start(&folder, &settings).await;
    assert_eq!(address.ip().to_string(), "127.0.0.1");
    let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
    let line = timeout(DEADLINE, lines.next_line()).await.expect("it logs").expect("text").expect("a line");
    assert!(line.starts_with('{'), "{line}");
    // The port has a long name too, and a variable that Kubernetes sets is not mistaken for it.
    for settings in [
        &[("TOUCHLINE_PORT", "0"), ("PORT", "1")] as &[_],
        &[("TOUCHLINE_PORT", "tcp://10.0.0.1:3000"), ("PORT", "0")],
    ] {
        let folder = Folder::new();
        let (address, _child) = start(&folder, settings).await;
        assert_eq!(address.ip().to_string(), "0.0.0.0", "{settings:?}");
    }
    let said = refusal(&[("TOUCHLINE_QUEUE_SIZE", "0"), ("QUEUE_SIZE", "128")]).await;
    assert!(said.contains("queue-size"), "{said}");
    // The commands read their settings in the same way.
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let output = run(&["token", "list"], &[("TOUCHLINE_DATABASE_URL", &url), ("DATABASE_URL", "x")]).await;
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains(&folder.0.display().to_string()), "{said}");
}
