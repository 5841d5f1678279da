//! Slots at the database and who gets the next one: the turn to write on SQLite, or a connection of a pool.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::lane::{Lane, Reader};
use super::outage::{self, Crowded};

/// Number of ranks.
const RANKS: usize = 5;
/// After this many slots in a row went to players while anonymous clients waited, an anonymous client gets the
/// next, so that busy players cannot block sign-ins.
const PASSED_OVER: u32 = 15;
/// Number of different wait times of anonymous clients.
const STEPS: u32 = 64;
/// One slot in this many is reserved for scorers.
const KEPT_FOR_SCORERS: usize = 5;

/// The order in which waiting tasks get a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Scorer = 0,
    /// Players, and the server itself.
    Ordinary = 1,
    /// Ahead of anonymous reads, because they are few: a code can be redeemed while many clients read.
    AnonymousWrite = 2,
    AnonymousRead = 3,
    /// The write check comes last, because any other write answers the same question.
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

/// A fixed number of slots. Waiting tasks are served by rank, and within a rank in order.
#[derive(Debug)]
pub(super) struct Gate {
    /// How many slots each rank may hold.
    caps: [usize; RANKS],
    state: Mutex<GateState>,
}

#[derive(Debug, Default)]
struct GateState {
    held: [usize; RANKS],
    waiting: [VecDeque<oneshot::Sender<Permit>>; RANKS],
    /// Slots in a row that went to players while anonymous clients waited.
    passed_over: u32,
    /// The index of the next wait time of an anonymous client.
    step: u32,
}

impl GateState {
    /// Returns between half of `max_wait` and all of it, different each time. Otherwise thousands of clients that
    /// ask at once would give up at once, and whatever they do next would come before a scorer's next step.
    fn spread(&mut self, max_wait: Duration) -> Duration {
        self.step = (self.step + 1) % STEPS;
        max_wait * (STEPS + self.step) / (2 * STEPS)
    }
}

impl Gate {
    /// A gate with this many slots, at least one. With several, a fifth is reserved for scorers; anonymous reads
    /// may hold half of them, and anonymous writes a fifth.
    pub(super) fn new(places: usize) -> Arc<Self> {
        let kept = places / KEPT_FOR_SCORERS;
        let caps =
            [places, places - kept, (places / 5).max(1), (places / 2).max(1), 1].map(|cap| cap.min(places));
        Arc::new(Self { caps, state: Mutex::default() })
    }

    /// Waits for a slot, at most `max_wait`.
    pub(super) async fn enter(
        self: &Arc<Self>,
        rank: Rank,
        max_wait: Duration,
    ) -> Result<Permit, sqlx::Error> {
        let is_anonymous = matches!(rank, Rank::AnonymousWrite | Rank::AnonymousRead);
        let (place, max_wait) = {
            let mut state = self.state.lock();
            // A free slot is handed to a waiting task at once, so a slot that is still free has no taker.
            if self.has_room(&state, rank) {
                let place = self.place(&mut state, rank);
                drop(state);
                if is_anonymous {
                    outage::note_room();
                }
                return Ok(place);
            }
            let waiting = &mut state.waiting[rank as usize];
            // Earlier tasks give up first, or almost.
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

    /// Frees a slot and hands it to the next waiting task.
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
                // The task gave up.
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

/// A slot. Dropping it hands it to the next waiting task.
#[derive(Debug)]
pub(super) struct Permit {
    /// `None` if the slot was never taken.
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

    /// Takes a slot, or returns the future that waits for one.
    fn ask(gate: &Arc<Gate>, rank: Rank) -> Result<Permit, Waiting> {
        let gate = gate.clone();
        let mut waiting: Waiting = Box::pin(async move { gate.enter(rank, PATIENCE).await });
        match waiting.as_mut().now_or_never() {
            Some(place) => Ok(place.expect("it was not refused")),
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
            .map(|(number, rank)| (number, ask(&gate, rank).expect_err("the slot is taken")))
            .collect();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            held.take();
            let next = waiting.iter_mut().position(|(_, waiting)| {
                held = waiting.as_mut().now_or_never().map(|place| place.expect("it gets the slot"));
                held.is_some()
            });
            order.push(waiting.remove(next.expect("the next task gets the slot")).0);
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
    async fn a_task_that_gives_up_costs_no_slot() {
        let gate = Gate::new(1);
        let held = ask(&gate, Ordinary).ok();
        let too_long = pin!(gate.enter(Scorer, PATIENCE));
        assert!(too_long.await.is_err(), "it timed out");
        let gone = ask(&gate, Scorer).expect_err("the slot is taken");
        let mut next = ask(&gate, AnonymousRead).expect_err("the slot is taken");
        let mut last = ask(&gate, AnonymousRead).expect_err("the slot is taken");
        drop(gone);
        drop(held);
        // A task that gets a slot just as it gives up passes it on.
        assert!(last.as_mut().now_or_never().is_none());
        assert!(next.as_mut().now_or_never().is_some_and(|place| place.is_ok()));
        assert!(last.as_mut().now_or_never().is_some_and(|place| place.is_ok()));
        let held = ask(&gate, Scorer).ok().expect("all have left");
        let handed = ask(&gate, Scorer).expect_err("the slot is taken");
        drop(held);
        drop(handed);
        assert!(ask(&gate, Ordinary).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn players_who_keep_the_place_busy_keep_nobody_from_signing_in() {
        let gate = Gate::new(1);
        let mut held = ask(&gate, Ordinary).ok();
        let mut stranger = ask(&gate, AnonymousWrite).expect_err("the slot is taken");
        let mut players = 0;
        loop {
            let mut next = ask(&gate, Ordinary).expect_err("the slot is taken");
            held.take();
            if stranger.as_mut().now_or_never().is_some() {
                break;
            }
            held = next.as_mut().now_or_never().and_then(Result::ok);
            players += 1;
            assert!(players <= PASSED_OVER, "the anonymous client waits behind all of them");
        }
        assert_eq!(players, PASSED_OVER);
    }
}
