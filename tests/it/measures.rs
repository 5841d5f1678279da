//! The metrics that exist from the start.

use crate::server::Server;

#[tokio::test]
async fn the_process_the_build_and_every_counter_are_there_from_the_start() {
    let server = Server::alone(&[]).await;
    let text = server.get("/metrics").await.text;
    let value = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("there is no {name} in {text}")).parse::<f64>().expect("a number")
    };
    let process = ["open_fds", "max_fds", "resident_memory_bytes", "start_time_seconds", "threads"];
    for name in process {
        assert!(value(&format!("process_{name}")) > 0.0, "{name}");
    }
    // In whole seconds.
    assert!(value("process_cpu_seconds_total") >= 0.0);
    assert!(
        (value(&format!("touchline_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))) - 1.0).abs()
            < 0.1
    );
    for name in [
        r#"touchline_actions_total{status="held"}"#,
        r#"touchline_closed_total{reason="full"}"#,
        r#"touchline_disconnected_total{reason="transport close"}"#,
        "touchline_gap_reads_total",
        r#"touchline_mails_total{result="given_up"}"#,
        "touchline_notes_received_total",
        r#"touchline_rate_limited_total{limit="otp_per_ip"}"#,
        r#"touchline_updates_total{kind="correction"}"#,
    ] {
        assert!(value(name) < 0.1, "{name}");
    }
}
