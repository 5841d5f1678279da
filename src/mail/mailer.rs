//! Sends letters in the background, with retries until the code expires.

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

/// Concurrent connections to the mail server.
const CONNECTIONS: usize = 8;
/// The random delay before the first attempt, in milliseconds. It keeps the work of sending out of the timing of
/// answers, which would reveal the addresses that get a letter.
const DETACHED_MS: std::ops::Range<u64> = 20..250;
/// The delay before the second attempt; it doubles with each attempt, …
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How letters are delivered.
pub enum Route {
    /// Through a mail server.
    Smtp(Smtp),
    /// On the console.
    Console,
}

/// Accepts letters and delivers them. Cheap to clone.
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
    /// Creates a mailer for this route. At most `places` letters wait at a time, so memory is bounded even if the
    /// mail server is down.
    pub fn new(route: Route, sender: MailSender, places: usize) -> Self {
        Self::watched_by(Supervisor::default(), route, sender, places)
    }

    /// Like [`Mailer::new`], but reports panics in delivery to the supervisor.
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

    /// Reserves a place for a letter, without waiting. Returns `None` if all places are taken.
    #[must_use]
    pub fn reserve(&self) -> Option<MailSlot> {
        let Ok(place) = self.0.waiting.clone().try_acquire_owned() else {
            count("refused");
            return None;
        };
        Some(MailSlot { mailer: self.clone(), place })
    }

    /// Waits until no letters are queued, at most for `within`.
    pub async fn finish(&self, within: Duration) {
        self.0.underway.close();
        if tokio::time::timeout(within, self.0.underway.wait()).await.is_err() {
            tracing::warn!(mails = self.0.underway.len(), "shutting down with unsent mail");
        }
    }
}

/// A reserved place in the queue, released on drop.
#[must_use]
pub struct MailSlot {
    mailer: Mailer,
    place: OwnedSemaphorePermit,
}

impl MailSlot {
    /// Queues a letter without waiting. If `meant` is false, the letter is dropped after its delay; the caller cannot
    /// tell the difference.
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
        // An expired code is useless to the recipient.
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
            tracing::warn!(domain, reason, again_in = ?pause, "cannot send mail; retrying");
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
        "cannot send mail; giving up"
    );
    count("given_up");
}

/// The mail server's text, with the code and the address removed.
fn redacted(letter: &Letter, reason: &str) -> String {
    let address = format!("{}@{}", letter.to.local(), letter.to.ascii_domain());
    reason.replace(letter.code.reveal(), "…").replace(&address, "…").replace(letter.to.as_str(), "…")
}

fn count(result: &'static str) {
    metrics::counter!("touchline_mails_total", "result" => result).increment(1);
}
