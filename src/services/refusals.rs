//! Records refused requests: in the log, so that operators notice an attack, and as counts in the audit log. Both
//! are bounded, however many requests are refused.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde_json::json;

use super::Resources;
use super::writes::Lane;
use crate::domain::clock;
use crate::domain::id::UserId;
use crate::domain::network::Network;
use crate::live::timers;
use crate::storage::{Database, StorageError, audit};

/// How often due rows are saved.
const SAVE_EVERY: Duration = Duration::from_secs(5);
/// The window for counting log lines, and the minimum time between two audit rows for the same account and network.
const MINUTE: Duration = Duration::from_mins(1);
/// Log lines per network and minute. The network is the widest that one subscriber has, so that changing addresses
/// gives no new lines.
const LINES_OF_NETWORK: u32 = 10;
/// Log lines for all networks per minute.
const LINES: u32 = 100;
/// Maximum number of networks counted separately per minute; others get no line.
const NETWORKS: usize = 1024;
/// Maximum number of accounts and networks counted separately for the audit log; others share a row.
const ROWS: usize = 100;

/// A refused request.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// The client's address.
    pub address: IpAddr,
    /// The account, if known.
    pub account: Option<UserId>,
    /// The call or message. It contains no secret.
    pub asked: &'a str,
    /// The error code of the protocol.
    pub code: &'static str,
}

/// Logs the requests that this node refused, and adds them to the audit log.
pub struct Refusals {
    database: Database,
    recent: Recent,
}

/// Recent refusals.
#[derive(Default)]
struct Recent(Mutex<RefusalsState>);

#[derive(Default)]
struct RefusalsState {
    /// When the current minute began.
    since: Option<Instant>,
    /// How many lines each network got in this minute.
    lines: HashMap<Network, u32>,
    total: u32,
    suppressed: u64,
    rows: HashMap<RefusedKey, RefusalRow>,
}

/// An account and the network it was tried from; `None` if the account is unknown or there are too many.
type RefusedKey = Option<(UserId, Network)>;

#[derive(Default)]
struct RefusalRow {
    /// Refusals that are not in the audit log yet.
    count: u64,
    code: &'static str,
    written: Option<Instant>,
}

impl Recent {
    /// Starts the next minute if it is time. Returns how many lines were suppressed in the last one.
    fn take_suppressed(&self, now: Instant) -> u64 {
        let mut state = self.0.lock();
        if state.since.is_none_or(|since| now.duration_since(since) < MINUTE) {
            return 0;
        }
        state.since = None;
        state.lines = HashMap::new();
        state.total = 0;
        std::mem::take(&mut state.suppressed)
    }

    /// Takes the rows that are due.
    fn take_due(&self, now: Instant) -> Vec<(RefusedKey, u64, &'static str)> {
        let is_due =
            |row: &RefusalRow| row.written.is_none_or(|written| now.duration_since(written) >= MINUTE);
        let mut state = self.0.lock();
        state.rows.retain(|_, row| row.count > 0 || !is_due(row));
        let due = state.rows.iter_mut().filter(|(_, row)| row.count > 0 && is_due(row));
        let take = |(key, row): (&RefusedKey, &mut RefusalRow)| {
            row.written = Some(now);
            (*key, std::mem::take(&mut row.count), row.code)
        };
        due.map(take).collect()
    }

    /// Puts back rows that could not be written.
    fn put_back(&self, rows: Vec<(RefusedKey, u64, &'static str)>) {
        let mut state = self.0.lock();
        for (key, count, code) in rows {
            let row = state.rows.entry(key).or_default();
            row.count += count;
            row.code = code;
            row.written = None;
        }
    }
}

impl RefusalsState {
    /// Counts a refusal. Returns whether to log it.
    fn count(&mut self, refusal: &Refusal<'_>, now: Instant) -> bool {
        let network = Network::widest(refusal.address);
        let mut key = refusal.account.map(|account| (account, network));
        if !self.rows.contains_key(&key) && self.rows.len() >= ROWS {
            key = None;
        }
        let row = self.rows.entry(key).or_default();
        row.count += 1;
        row.code = refusal.code;

        self.since.get_or_insert(now);
        let is_known = self.lines.contains_key(&network) || self.lines.len() < NETWORKS;
        let of_network = is_known.then(|| self.lines.entry(network).or_default());
        if let Some(of_network) = of_network
            && *of_network < LINES_OF_NETWORK
            && self.total < LINES
        {
            *of_network += 1;
            self.total += 1;
            return true;
        }
        self.suppressed += 1;
        false
    }
}

impl Refusals {
    /// Creates an empty record of refusals.
    pub fn new(resources: &Resources) -> Self {
        Self { database: resources.base.database.clone(), recent: Recent::default() }
    }

    /// Logs and counts a refusal.
    pub fn note(&self, refusal: &Refusal<'_>) {
        if self.recent.0.lock().count(refusal, Instant::now()) {
            let Refusal { address, account, asked, code } = refusal;
            let account = account.map(|account| account.to_string());
            tracing::info!(%address, account, asked, code, "refused");
        }
    }

    /// Adds refusals to the audit log when they are due. Runs until the server stops.
    pub async fn save_regularly(&self) {
        let mut ticks = timers::every(SAVE_EVERY);
        loop {
            ticks.tick().await;
            self.save().await;
        }
    }

    /// Writes due rows to the audit log, and logs how many lines were suppressed.
    async fn save(&self) {
        let now = Instant::now();
        let suppressed = self.recent.take_suppressed(now);
        if suppressed > 0 {
            tracing::info!(suppressed, "more requests were refused in the last minute");
        }
        let rows = self.recent.take_due(now);
        if rows.is_empty() {
            return;
        }
        if let Err(error) = self.add_to_audit(&rows).await {
            error.warn("cannot add refusals to the audit log; retrying");
            self.recent.put_back(rows);
        }
    }

    async fn add_to_audit(&self, rows: &[(RefusedKey, u64, &'static str)]) -> Result<(), StorageError> {
        // The lowest priority, because nobody waits for this.
        let own = Network::of(Ipv4Addr::LOCALHOST.into());
        let mut tx = self.database.begin_for(Lane::Anonymous(own)).await?;
        for (key, count, code) in rows {
            let subject = key.map_or_else(String::new, |(account, _)| account.to_string());
            let detail = Some(json!({ "count": count, "code": code }));
            audit::add(&mut tx, clock::now(), None, "access:refused", subject, detail).await?;
        }
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn refusal(address: &str, account: Option<UserId>) -> Refusal<'static> {
        let address = address.parse().expect("an address");
        Refusal { address, account, asked: "POST /api/auth/verify", code: "wrong_code" }
    }

    #[test]
    fn a_network_gets_some_lines_a_minute_and_all_together_more() {
        let (mut state, now) = (RefusalsState::default(), Instant::now());
        let mut lines = |address: &str, times: usize| {
            (0..times).filter(|_| state.count(&refusal(address, None), now)).count()
        };
        assert_eq!(lines("192.0.2.1", 50), 10);
        // A subscriber who changes the /64 gets no more lines.
        assert_eq!(lines("2001:db8:1:2::1", 5) + lines("2001:db8:1:3::1", 50), 10);
        let others: usize = (0..200).map(|nth| lines(&format!("198.51.100.{nth}"), 1)).sum();
        assert_eq!(others, 80);
        assert_eq!(state.suppressed, 40 + 45 + 120);
    }

    #[test]
    fn memory_is_bounded_and_an_account_has_a_row_a_minute_for_each_network() {
        let (refusals, start) = (Recent::default(), Instant::now());
        let account = Some(UserId(Uuid::now_v7()));
        for _ in 0..5 {
            refusals.0.lock().count(&refusal("192.0.2.1", account), start);
            refusals.0.lock().count(&refusal("192.0.2.2", None), start);
        }
        let counts = |now| {
            let mut counts: Vec<_> =
                refusals.take_due(now).into_iter().map(|(key, count, _)| (key.is_some(), count)).collect();
            counts.sort_unstable();
            counts
        };
        assert_eq!(counts(start), [(false, 5), (true, 5)]);
        refusals.0.lock().count(&refusal("192.0.2.1", account), start);
        assert_eq!(counts(start + MINUTE / 2), []);
        assert_eq!(counts(start + MINUTE), [(true, 1)]);
        assert_eq!(counts(start + 2 * MINUTE), []);
        assert!(refusals.0.lock().rows.is_empty(), "and is forgotten");

        for _ in 0..20_000 {
            let account = Some(UserId(Uuid::now_v7()));
            let address = IpAddr::from(rand::random::<[u8; 4]>()).to_string();
            refusals.0.lock().count(&refusal(&address, account), start);
        }
        let state = refusals.0.lock();
        assert!(state.rows.len() <= ROWS + 1 && state.lines.len() <= NETWORKS);
    }
}
