//! Random sequences of joins, leaves and updates during a delivery in batches.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::domain::id::ConnectionId;

/// A step of a random test.
#[derive(Debug, Clone)]
enum DeliveryStep {
    Apply,
    Change,
    Deliver,
    /// This member joins, with the position that it has seen, or without one.
    Join(usize, bool),
    Leave(usize),
    Resend(usize),
    /// This member takes more messages.
    Drain(usize, usize),
    Tend,
    /// The crowd's activity is shown.
    Show(usize),
}

fn step() -> impl Strategy<Value = DeliveryStep> {
    let member = 0..MEMBERS;
    prop_oneof![
        6 => Just(DeliveryStep::Apply),
        1 => Just(DeliveryStep::Change),
        12 => Just(DeliveryStep::Deliver),
        6 => (member.clone(), any::<bool>()).prop_map(|(n, since)| DeliveryStep::Join(n, since)),
        4 => member.clone().prop_map(DeliveryStep::Leave),
        1 => member.clone().prop_map(DeliveryStep::Resend),
        6 => (member.clone(), prop_oneof![0..5_usize, Just(1000)]).prop_map(|(n, room)| DeliveryStep::Drain(n, room)),
        2 => Just(DeliveryStep::Tend),
        1 => member.prop_map(DeliveryStep::Show),
    ]
}

/// More than three batches.
const MEMBERS: usize = 200;

struct Stage {
    room: Room,
    last: i64,
    members: Vec<Arc<TestQueue>>,
    /// The last update that each member has seen; `None`: it is not in the room.
    seen: Vec<Option<i64>>,
    /// How often a member was in the room during a delivery.
    during: usize,
    /// The number of pulses sent.
    pulses: usize,
}

impl Stage {
    fn new() -> Self {
        let members: Vec<_> = (0..MEMBERS).map(|_| TestQueue::with_room_for(1000)).collect();
        let mut stage =
            Self { room: lively_room(), last: 0, members, seen: vec![None; MEMBERS], during: 0, pulses: 0 };
        (0..MEMBERS).for_each(|n| stage.join(n, false));
        stage
    }

    fn join(&mut self, n: usize, since: bool) {
        self.look(n);
        let since = self.seen[n].filter(|_| since).map(|seq| position("e", seq));
        let viewer = Some(Viewer::Nameless(ConnectionId(n as u64)));
        let (id, member) = (n as MemberId, self.members[n].clone());
        let request = JoinRequest { id, member, viewer, since: since.clone(), full: false };
        self.room.join(request, |joined| {
            assert_eq!(joined.position.seq, self.last);
        });
        self.seen[n] = since.map(|since| since.seq).or(Some(0));
    }

    /// Checks what a member was sent: each update follows the last one seen, and a snapshot is never older.
    fn look(&mut self, n: usize) {
        for sent in self.members[n].sent() {
            let Some(seen) = &mut self.seen[n] else { panic!("{n} has left, but is sent {sent}") };
            if sent == "event" {
                continue;
            }
            if sent == "pulse" {
                self.pulses += 1;
                continue;
            }
            let (kind, seq) = sent.split_at(1);
            let seq: i64 = seq.parse().expect("a number");
            match kind {
                "u" => assert_eq!(seq, *seen + 1, "{n}"),
                _ => assert!(seq >= *seen, "{n} was at {seen}, but is sent {sent}"),
            }
            *seen = seq;
        }
    }

    fn take(&mut self, step: &DeliveryStep) {
        match *step {
            DeliveryStep::Apply => {
                self.last += 1;
                assert_eq!(self.room.apply(&update(self.last)), Applied::Taken);
            }
            DeliveryStep::Change => self.room.change(event("Another")),
            DeliveryStep::Deliver => {
                let turn = self.room.try_turn().expect("only the test delivers");
                self.during += usize::from(self.room.deliver_some(&turn, self.room.next_outgoing()).0);
            }
            DeliveryStep::Join(n, since) => self.join(n, since),
            DeliveryStep::Leave(n) => {
                self.look(n);
                self.room.leave(n as MemberId);
                self.seen[n] = None;
            }
            DeliveryStep::Resend(n) => {
                self.room.resend(n as MemberId, |_| ());
            }
            DeliveryStep::Drain(n, room) => self.members[n].drain(room),
            DeliveryStep::Tend => {
                self.room.serve_lagging(Instant::now());
            }
            DeliveryStep::Show(n) => {
                if self.room.occupancy().0 > 0 {
                    let (batch, _) = take_batch(&self.room);
                    self.room.show(&[n as MemberId], &batch);
                    self.room.shown();
                }
            }
        }
    }

    fn finish(&mut self) {
        self.members.iter().for_each(|member| member.drain(100_000));
        deliver(&self.room);
        while self.room.serve_lagging(Instant::now()) {}
        for n in 0..MEMBERS {
            self.look(n);
            assert!(
                self.seen[n].is_none_or(|seen| seen == self.last),
                "{n}: {:?} of {}",
                self.seen[n],
                self.last
            );
        }
    }
}

#[test]
fn whatever_happens_during_a_delivery_each_member_gets_each_update_once_or_one_snapshot() {
    let (during, pulses) = (Cell::new(0), Cell::new(0));
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let done = TestRunner::new(config).run(&vec(step(), 0..150), |steps| {
        let mut stage = Stage::new();
        for step in &steps {
            stage.take(step);
        }
        stage.finish();
        during.set(during.get() + stage.during);
        pulses.set(pulses.get() + stage.pulses);
        Ok(())
    });
    done.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(during.get() > 1000, "the lock was released during a delivery only {} times", during.get());
    assert!(pulses.get() > 1000, "only {} pulses were sent", pulses.get());
}

#[test]
fn a_member_that_joins_or_leaves_during_a_delivery_displaces_nobody() {
    let mut stage = Stage::new();
    stage.take(&DeliveryStep::Apply);
    stage.take(&DeliveryStep::Deliver);
    // A served member leaves and the last one takes its place; another one joins.
    stage.take(&DeliveryStep::Leave(0));
    stage.take(&DeliveryStep::Join(0, false));
    stage.finish();
}
