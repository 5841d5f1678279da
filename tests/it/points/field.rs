//! The services on a database, with players and a clock that the test controls.

use std::collections::HashSet;
use std::time::Duration;

use time::OffsetDateTime;
use touchline::cluster::bus::Bus;
use touchline::domain::account::Role;
use touchline::domain::clock::from_millis;
use touchline::domain::email::EmailAddress;
use touchline::domain::entropy;
use touchline::domain::event::{Action, Event, Status};
use touchline::domain::id::{EventId, UserId};
use touchline::domain::integrity::Thresholds;
use touchline::domain::limit::Rate;
use touchline::domain::otp::{CodeLimits, Secret};
use touchline::domain::session::{Device, SingleDevice};
use touchline::domain::token::{self, Token, TokenKind};
use touchline::live::audience::AudienceSettings;
use touchline::live::pulse::PulseSettings;
use touchline::live::room::RoomSettings;
use touchline::live::rooms::Rooms;
use touchline::mail::letter::MailSender;
use touchline::mail::mailer::{Mailer, Route};
use touchline::services::accounts::{AccountPolicy, Credential, MailRates};
use touchline::services::error::ServiceError;
use touchline::services::points::{Completion, Start};
use touchline::services::writes::Writes;
use touchline::services::{Base, Resources, Services, Settings};
use touchline::storage::sessions::{self, NewSession};
use touchline::storage::{Database, events, users};
use touchline::supervise::Supervisor;
use uuid::Uuid;

pub use touchline::domain::points::{PointsChange, PointsStatus};

/// How often a test repeats something.
pub use crate::soak::count as times;

/// A fixed moment plus `millis` milliseconds.
pub fn at(millis: i64) -> OffsetDateTime {
    from_millis(1_780_000_000_000 + millis).expect("a time in this century")
}

pub fn event_id(text: &str) -> EventId {
    EventId::parse(text).expect("the test's id is valid")
}

pub fn action(name: &str, points: u32, min_ms: u32) -> Action {
    Action { name: name.to_owned(), points, min_ms, cooldown_ms: 0, daily_cap: 1_000_000 }
}

/// Thresholds that hold nothing.
pub fn trusting() -> Thresholds {
    Thresholds {
        others: i64::MAX,
        hours: 25,
        rhythm_count: u16::MAX,
        new_for: Duration::ZERO,
        ..suspicious(9)
    }
}

/// Thresholds that hold everything with 0.
pub fn suspicious(device_accounts: i64) -> Thresholds {
    Thresholds { device_accounts, ..Thresholds::default() }
}

/// A signed-in player.
#[derive(Debug, Clone)]
pub struct Player {
    pub id: UserId,
    pub name: String,
    pub token: String,
    pub address: Option<String>,
}

impl Player {
    pub fn credential(&self) -> Credential {
        Credential::from_token(&self.token)
    }
}

/// Adds an account with a session on its own device.
pub async fn sign_in(db: &Database, name: &str, joined_at: OffsetDateTime) -> Player {
    sign_in_on(db, name, joined_at, &format!("{name}'s phone")).await
}

/// Like [`sign_in`], on this device. An existing account is kept.
pub async fn sign_in_on(db: &Database, name: &str, joined_at: OffsetDateTime, device: &str) -> Player {
    let token = Token::generate(TokenKind::Session, &mut entropy::source());
    let email = EmailAddress::parse(&format!("{name}@example.org")).expect("an address");
    let mut tx = db.begin().await.expect("a transaction");
    let account = users::find_or_add(&mut tx, &email, name, UserId(Uuid::now_v7()), joined_at).await;
    let id = account.expect("an account").id;
    let device = Device { id: device.to_owned(), name: device.to_owned() };
    let session = NewSession {
        id: Uuid::now_v7(),
        user: id,
        hash: &token::hash(token.reveal()),
        device: &device,
        at: joined_at,
        expires_at: at(0) + Duration::from_hours(24 * 365 * 50),
    };
    sessions::add(&mut tx, session).await.expect("a session");
    tx.commit().await.expect("a commit");
    Player { id, name: name.to_owned(), token: token.reveal().to_owned(), address: None }
}

/// Gives an account a role.
pub async fn grant(db: &Database, player: &Player, role: Role) {
    let mut tx = db.begin().await.expect("a transaction");
    users::grant(&mut tx, player.id, role, at(0)).await.expect("a role");
    tx.commit().await.expect("a commit");
}

/// Adds a live event that offers these actions.
pub async fn open_event(db: &Database, id: &str, actions: Vec<Action>) -> EventId {
    let event = Event {
        status: Status::Live,
        actions,
        ..Event::new(event_id(id), "cricket".to_owned(), id.to_owned())
    };
    let mut tx = db.begin().await.expect("a transaction");
    assert!(events::add(&mut tx, &event, "epoch", at(0)).await.expect("an event"));
    tx.commit().await.expect("a commit");
    event.event_id
}

/// The services on a database.
pub fn services(db: &Database, thresholds: Thresholds) -> Services {
    let rate = Rate { count: 1000, per: Duration::from_secs(1) };
    let second = Duration::from_secs(1);
    let from = "no-reply@localhost".parse().expect("a mailbox");
    let accounts = AccountPolicy {
        secret: Secret::new(&[7; 32]),
        mail_rates: MailRates {
            resend: second,
            per_address: rate,
            per_address_total: rate,
            per_ip: rate,
            total: rate,
        },
        digits: 8,
        code_ttl: second,
        tries: CodeLimits { tries: 5, failures: rate, failures_total: rate },
        session_ttl: Duration::from_hours(24),
        session_max: Duration::from_hours(24),
        single_device: SingleDevice::Replace,
        admins: HashSet::new(),
        name_length: 40,
    };
    let audience = AudienceSettings {
        pulse: PulseSettings { interval: Duration::from_millis(250), beat: Duration::from_secs(10) },
        singles: Rate { count: 20, per: Duration::from_secs(1) },
        message_history: 50,
        shared: false,
    };
    let rooms = RoomSettings { recovery_limit: 300, behind_timeout: Duration::from_secs(20), audience };
    let base = Base {
        database: db.clone(),
        writes: Writes::new(Duration::from_mins(1)),
        rooms: Rooms::new(db.clone(), rooms, "run".to_owned()),
        bus: Bus::Local,
    };
    let resources = Resources {
        base,
        mailer: Mailer::new(Route::Console, MailSender { app_name: "test".to_owned(), from }, 100),
        supervisor: Supervisor::default(),
    };
    Services::new(&resources, Settings { accounts, ticket_ttl: Duration::from_mins(2), thresholds })
}

/// Starts an action at one time and completes it at another.
pub async fn earn(
    services: &Services,
    player: &Player,
    event_id: &EventId,
    action: &str,
    from: OffsetDateTime,
    to: OffsetDateTime,
) -> Result<PointsChange, ServiceError> {
    let address = player.address.clone();
    let start = Start { event_id: event_id.clone(), action: action.to_owned(), address: address.clone() };
    let started = services.points.start(player.credential(), start, from).await?;
    let ticket = started.ticket.reveal().to_owned();
    let completion = Completion { ticket, joined: vec![event_id.clone()], address };
    services.points.complete(player.credential(), completion, to).await
}
