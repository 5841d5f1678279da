//! Places at the database, and who gets the next one: the turn to write on SQLite, a connection of a pool.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::lane::{Lane, Reader};
use super::outage::{self, Crowded};

/// How many ranks there are.
const RANKS: usize = 5;
/// After this many places in a row that players got while anonymous clients waited, one of these gets the next:
/// players who keep the database busy keep nobody from signing in.
const PASSED_OVER: u32 = 15;
/// How many different patiences anonymous clients have.
const STEPS: u32 = 64;
/// One place in this many is only for scorers.
const KEPT_FOR_SCORERS: usize = 5;

/// The order in which those who wait get a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Scorer = 0,
    /// Players, and the server itself.
    Ordinary = 1,
    /// Ahead of anonymous reads, because there are few of them: a code can be redeemed while many look around.
    AnonymousWrite = 2,
    AnonymousRead = 3,
    /// The check of whether the database takes writes: after everybody else, whose writes answer the same question.
    Check = 4,
}

impl Rank {
    const ALL: [Self; RANKS] =
        [Self::Scorer, Self::Ordinary, Self::AnonymousWrite, Self::AnonymousRead, Self::Check];
    const ORDINARY_LAST: [Self; RANKS] =
        [Self::Scorer, Self::AnonymousWrite, Self::AnonymousRead, Self::Ordinary, Self::Check];

    /// The rank of a write.
    pub(super) fn of_write(lane: Lane) -> Self {
        match lane {
            Lane::Scorer => Self::Scorer,
            Lane::Player | Lane::Background => Self::Ordinary,
            Lane::Anonymous(_) => Self::AnonymousWrite,
        }
    }

    /// The rank of a read.
    pub(super) fn of_read(reader: Reader) -> Self {
        match reader {
            Reader::Scorer => Self::Scorer,
            Reader::Player => Self::Ordinary,
            Reader::Anonymous => Self::AnonymousRead,
        }
    }
}

/// A number of places, which are waited for by rank, and within a rank in order.
#[derive(Debug)]
pub(super) struct Gate {
    /// How many places each rank may hold.
    caps: [usize; RANKS],
    state: Mutex<GateState>,
}

#[derive(Debug, Default)]
struct GateState {
    held: [usize; RANKS],
    waiting: [VecDeque<oneshot::Sender<Permit>>; RANKS],
    /// Places in a row that went to players while anonymous clients waited.
    passed_over: u32,
    /// Which of the patiences that anonymous clients have is the next.
    step: u32,
}

impl GateState {
    /// Between half of the patience and all of it, another part each time. Thousands that ask at once would else give
    /// up at once, and all that they do next would come before a scorer's next step.
    fn spread(&mut self, max_wait: Duration) -> Duration {
        self.step = (self.step + 1) % STEPS;
        max_wait * (STEPS + self.step) / (2 * STEPS)
    }
}

impl Gate {
    /// A gate to this many places, one or more. Of several, a fifth is only for scorers; anonymous reads may hold
    /// half, anonymous writes a fifth.
    pub(super) fn new(places: usize) -> Arc<Self> {
        let kept = places / KEPT_FOR_SCORERS;
        let caps =
            [places, places - kept, (places / 5).max(1), (places / 2).max(1), 1].map(|cap| cap.min(places));
        Arc::new(Self { caps, state: Mutex::default() })
    }

    /// Waits for a place, at most so long.
    pub(super) async fn enter(
        self: &Arc<Self>,
        rank: Rank,
        max_wait: Duration,
    ) -> Result<Permit, sqlx::Error> {
        let is_anonymous = matches!(rank, Rank::AnonymousWrite | Rank::AnonymousRead);
        let (place, max_wait) = {
            let mut state = self.state.lock();
            // Whoever could have had this place has it: a place that gets free is handed on at once.
            if self.has_room(&state, rank) {
                let place = self.place(&mut state, rank);
                drop(state);
                if is_anonymous {
                    outage::note_room();
                }
                return Ok(place);
            }
            let waiting = &mut state.waiting[rank as usize];
            // Those who came first give up first, or about then.
            while waiting.front().is_some_and(oneshot::Sender::is_closed) {
                waiting.pop_front();
            }
            let (hand_over, place) = oneshot::channel();
            waiting.push_back(hand_over);
            (place, if is_anonymous { state.spread(max_wait) } else { max_wait })
        };
        match tokio::time::timeout(max_wait, place).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) if is_anonymous => Err(Crowded.into()),
            Ok(Err(_)) | Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    fn has_room(&self, state: &GateState, rank: Rank) -> bool {
        let [scorers, others @ ..] = &state.held;
        let others = others.iter().sum::<usize>();
        let is_free = scorers + others < self.caps[Rank::Scorer as usize];
        let may_hold = state.held[rank as usize] < self.caps[rank as usize];
        let is_for_all = others < self.caps[Rank::Ordinary as usize];
        is_free && may_hold && (rank == Rank::Scorer || is_for_all)
    }

    fn place(self: &Arc<Self>, state: &mut GateState, rank: Rank) -> Permit {
        state.held[rank as usize] += 1;
        Permit { gate: Some(self.clone()), rank }
    }

    /// Takes a place back, and hands it on.
    fn leave(self: &Arc<Self>, rank: Rank) {
        let mut state = self.state.lock();
        state.held[rank as usize] -= 1;
        while let Some(rank) = self.next(&state) {
            let Some(hand_over) = state.waiting[rank as usize].pop_front() else { break };
            match hand_over.send(self.place(&mut state, rank)) {
                Ok(()) => {
                    let [_, _, writes, reads, _] = &state.waiting;
                    let passes_over = rank == Rank::Ordinary && !(writes.is_empty() && reads.is_empty());
                    state.passed_over = if passes_over { state.passed_over + 1 } else { 0 };
                }
                // They gave up.
                Err(mut place) => {
                    place.gate = None;
                    state.held[rank as usize] -= 1;
                }
            }
        }
    }

    fn next(&self, state: &GateState) -> Option<Rank> {
        let order = if state.passed_over >= PASSED_OVER { Rank::ORDINARY_LAST } else { Rank::ALL };
        order
            .into_iter()
            .find(|rank| !state.waiting[*rank as usize].is_empty() && self.has_room(state, *rank))
    }
}

/// A place. It is handed on when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    /// `None`: it was not taken.
    gate: Option<Arc<Gate>>,
    rank: Rank,
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.leave(self.rank);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};

    use futures_util::FutureExt as _;

    use super::Rank::{AnonymousRead, AnonymousWrite, Check, Ordinary, Scorer};
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(3);

    type Waiting = Pin<Box<dyn Future<Output = Result<Permit, sqlx::Error>>>>;

    /// Whoever waits, or has a place at once.
    fn ask(gate: &Arc<Gate>, rank: Rank) -> Result<Permit, Waiting> {
        let gate = gate.clone();
        let mut waiting: Waiting = Box::pin(async move { gate.enter(rank, PATIENCE).await });
        match waiting.as_mut().now_or_never() {
            Some(place) => Ok(place.expect("nobody waited in vain")),
            None => Err(waiting),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_turn_goes_to_scorers_then_to_players_then_to_strangers_and_in_order_within_a_rank() {
        let gate = Gate::new(1);
        let mut held = ask(&gate, AnonymousWrite).ok();
        let ranks = [Check, AnonymousRead, Ordinary, AnonymousWrite, Scorer, Ordinary, Scorer];
        let mut waiting: Vec<_> = ranks
            .into_iter()
            .enumerate()
            .map(|(number, rank)| (number, ask(&gate, rank).expect_err("the place is taken")))
            .collect();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            held.take();
            let next = waiting.iter_mut().position(|(_, waiting)| {
                held = waiting.as_mut().now_or_never().map(|place| place.expect("it was handed on"));
                held.is_some()
            });
            order.push(waiting.remove(next.expect("somebody has the place")).0);
        }
        assert_eq!(order, [4, 6, 2, 5, 3, 1, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_leave_places_to_players_and_players_leave_some_to_scorers() {
        for (places, reads, writes, players) in [(10, 5, 2, 8), (5, 2, 1, 4), (2, 1, 1, 2), (1, 1, 1, 1)] {
            for (rank, most) in [(AnonymousRead, reads), (AnonymousWrite, writes), (Ordinary, players)] {
                let gate = Gate::new(places);
                let taken: Vec<_> = std::iter::from_fn(|| ask(&gate, rank).ok()).collect();
                assert_eq!(taken.len(), most, "{rank:?} of {places}");
                let scorers: Vec<_> = std::iter::from_fn(|| ask(&gate, Scorer).ok()).collect();
                assert_eq!(scorers.len(), places - most, "scorers of {places}");
            }
            let gate = Gate::new(places);
            let all = [AnonymousRead, AnonymousWrite, Ordinary];
            let taken: Vec<_> =
                all.iter().flat_map(|rank| std::iter::from_fn(|| ask(&gate, *rank).ok())).collect();
            assert_eq!(taken.len(), players, "all but scorers, of {places}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_costs_the_others_no_place() {
        let gate = Gate::new(1);
        let held = ask(&gate, Ordinary).ok();
        let too_long = pin!(gate.enter(Scorer, PATIENCE));
        assert!(too_long.await.is_err(), "it waited for the place in vain");
        let gone = ask(&gate, Scorer).expect_err("the place is taken");
        let mut next = ask(&gate, AnonymousRead).expect_err("the place is taken");
        let mut last = ask(&gate, AnonymousRead).expect_err("the place is taken");
        drop(gone);
        drop(held);
        // One that is handed a place just as it gives up passes it on.
        assert!(last.as_mut().now_or_never().is_none());
        assert!(next.as_mut().now_or_never().is_some_and(|place| place.is_ok()));
        assert!(last.as_mut().now_or_never().is_some_and(|place| place.is_ok()));
        let held = ask(&gate, Scorer).ok().expect("all have left");
        let handed = ask(&gate, Scorer).expect_err("the place is taken");
        drop(held);
        drop(handed);
        assert!(ask(&gate, Ordinary).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn players_who_keep_the_place_busy_keep_nobody_from_signing_in() {
        let gate = Gate::new(1);
        let mut held = ask(&gate, Ordinary).ok();
        let mut stranger = ask(&gate, AnonymousWrite).expect_err("the place is taken");
        let mut players = 0;
        loop {
            let mut next = ask(&gate, Ordinary).expect_err("the place is taken");
            held.take();
            if stranger.as_mut().now_or_never().is_some() {
                break;
            }
            held = next.as_mut().now_or_never().and_then(Result::ok);
            players += 1;
            assert!(players <= PASSED_OVER, "the stranger waits behind all of them");
        }
        assert_eq!(players, PASSED_OVER);
    }
}
