//! Letters on their way: sent in the background, again and again until they leave or are of no use any more.

use std::sync::Arc;
use std::time::Duration;

use lettre::Message;
use rand::RngExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::console;
use super::letter::{Letter, MailSender};
use super::smtp::{SendError, Smtp};
use crate::domain::entropy;
use crate::supervise::{ServerPart, Supervisor};

/// Connections to the mail server at once.
const CONNECTIONS: usize = 8;
/// How long a letter rests before the first attempt, in milliseconds: by chance, so that the work of sending it
/// slows no answer that would tell for which address there was a letter.
const DETACHED_MS: std::ops::Range<u64> = 20..250;
/// The wait before the second attempt; it doubles with each, …
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How letters leave.
pub enum Route {
    /// By a mail server.
    Smtp(Smtp),
    /// Onto the console.
    Console,
}

/// Takes letters, and sees to them. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<MailerInner>);

struct MailerInner {
    route: Route,
    sender: MailSender,
    waiting: Arc<Semaphore>,
    connections: Semaphore,
    underway: TaskTracker,
    supervisor: Supervisor,
}

impl Mailer {
    /// A mailer that sends by this route, with places for so many letters: memory is bounded whatever the mail server
    /// does.
    #[must_use]
    pub fn new(route: Route, sender: MailSender, places: usize) -> Self {
        Self::watched_by(Supervisor::default(), route, sender, places)
    }

    /// The same, where attempts that panic are reported.
    #[must_use]
    pub fn watched_by(supervisor: Supervisor, route: Route, sender: MailSender, places: usize) -> Self {
        Self(Arc::new(MailerInner {
            route,
            sender,
            waiting: Arc::new(Semaphore::new(places)),
            connections: Semaphore::new(CONNECTIONS),
            underway: TaskTracker::new(),
            supervisor,
        }))
    }

    /// Takes a place for a letter, without waiting; `None`: all are taken.
    #[must_use]
    pub fn reserve(&self) -> Option<MailSlot> {
        let Ok(place) = self.0.waiting.clone().try_acquire_owned() else {
            count("refused");
            return None;
        };
        Some(MailSlot { mailer: self.clone(), place })
    }

    /// Waits for the letters that are underway, for a bounded time.
    pub async fn finish(&self, within: Duration) {
        self.0.underway.close();
        if tokio::time::timeout(within, self.0.underway.wait()).await.is_err() {
            tracing::warn!(mails = self.0.underway.len(), "some mails were not sent");
        }
    }
}

/// A place among the letters that wait, free again when it is dropped.
#[must_use]
pub struct MailSlot {
    mailer: Mailer,
    place: OwnedSemaphorePermit,
}

impl MailSlot {
    /// Takes a letter, without waiting for anything. One that is not `meant` is dropped after its rest: to whoever
    /// hands it over there is no difference.
    pub fn send(self, letter: Letter, meant: bool) {
        let Self { mailer: Mailer(inner), place } = self;
        inner.clone().underway.spawn(async move {
            metrics::gauge!("touchline_mails_waiting").increment(1);
            let rest = Duration::from_millis(entropy::source().random_range(DETACHED_MS));
            tokio::time::sleep(rest).await;
            if meant && inner.supervisor.attempt(ServerPart::Mailer, inner.deliver(&letter)).await.is_none() {
                give_up(&letter, "the mailer panicked");
            }
            metrics::gauge!("touchline_mails_waiting").decrement(1);
            drop(place);
        });
    }
}

impl MailerInner {
    async fn deliver(&self, letter: &Letter) {
        let Route::Smtp(smtp) = &self.route else {
            console::show(letter);
            return count("shown");
        };
        let message = match letter.write(&self.sender) {
            Ok(message) => message,
            Err(error) => return give_up(letter, &error.to_string()),
        };
        // A code that has run out by the time it arrives is of no use.
        let deadline = Instant::now() + letter.good_for;
        let mut pause = FIRST_PAUSE;
        loop {
            let attempt =
                self.supervisor.attempt(ServerPart::Mailer, self.attempt(smtp, message.clone())).await;
            let (reason, is_final) = match attempt {
                Some(Ok(())) => return count("sent"),
                Some(Err(SendError { reason, is_final })) => (reason, is_final),
                None => ("the mailer panicked".to_owned(), false),
            };
            if is_final || Instant::now() + pause >= deadline {
                return give_up(letter, &reason);
            }
            let (domain, reason) = (letter.to.ascii_domain(), redacted(letter, &reason));
            tracing::warn!(domain, reason, again_in = ?pause, "a mail was not sent");
            count("delayed");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn attempt(&self, smtp: &Smtp, message: Message) -> Result<(), SendError> {
        let _turn = self.connections.acquire().await.expect("the semaphore is never closed");
        smtp.send(message).await
    }
}

fn give_up(letter: &Letter, reason: &str) {
    tracing::error!(
        domain = letter.to.ascii_domain(),
        reason = redacted(letter, reason),
        "a mail is given up"
    );
    count("given_up");
}

/// What a mail server says, without what it repeats of the letter.
fn redacted(letter: &Letter, reason: &str) -> String {
    let address = format!("{}@{}", letter.to.local(), letter.to.ascii_domain());
    reason.replace(letter.code.reveal(), "…").replace(&address, "…").replace(letter.to.as_str(), "…")
}

fn count(result: &'static str) {
    metrics::counter!("touchline_mails_total", "result" => result).increment(1);
}
