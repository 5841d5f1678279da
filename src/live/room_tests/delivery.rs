//! A delivery to many members, some at a time, with all that may happen in between.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::domain::id::ConnectionId;

/// What may happen in a room.
#[derive(Debug, Clone)]
enum DeliveryStep {
    Apply,
    Change,
    Deliver,
    /// The member of this number joins, from as many updates back as it has seen, or with nothing.
    Join(usize, bool),
    Leave(usize),
    Resend(usize),
    /// The member takes so many more messages.
    Drain(usize, usize),
    Tend,
    /// The crowd is shown something.
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

/// More than are sent to at a time, three times over.
const MEMBERS: usize = 200;

struct Stage {
    room: Room,
    last: i64,
    members: Vec<Arc<TestQueue>>,
    /// Up to where each has seen the event; `None`: it is not in the room.
    seen: Vec<Option<i64>>,
    /// How often a member was in the room in the midst of a delivery.
    amid: usize,
    /// How many pulses were sent.
    pulses: usize,
}

impl Stage {
    fn new() -> Self {
        let members: Vec<_> = (0..MEMBERS).map(|_| TestQueue::with_room_for(1000)).collect();
        let mut stage =
            Self { room: lively_room(), last: 0, members, seen: vec![None; MEMBERS], amid: 0, pulses: 0 };
        (0..MEMBERS).for_each(|n| stage.join(n, false));
        stage
    }

    fn join(&mut self, n: usize, since: bool) {
        self.look(n);
        let since = self.seen[n].filter(|_| since).map(|seq| position("e", seq));
        let viewer = Some(Viewer::Nameless(ConnectionId(n as u64)));
        self.room.join(n as MemberId, self.members[n].clone(), viewer, since.as_ref(), |joined| {
            assert_eq!(joined.position.seq, self.last);
        });
        self.seen[n] = since.map(|since| since.seq).or(Some(0));
    }

    /// Takes what a member was sent: each update follows what it has seen, a snapshot is ahead of it or there.
    fn look(&mut self, n: usize) {
        for sent in self.members[n].sent() {
            let Some(seen) = &mut self.seen[n] else { panic!("{n} has left, and is sent {sent}") };
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
                _ => assert!(seq >= *seen, "{n} was at {seen}, and is sent {sent}"),
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
                let turn = self.room.try_turn().expect("nobody else delivers");
                self.amid += usize::from(self.room.deliver_some(&turn, self.room.next_outgoing()).0);
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
    let (amid, pulses) = (Cell::new(0), Cell::new(0));
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let done = TestRunner::new(config).run(&vec(step(), 0..150), |steps| {
        let mut stage = Stage::new();
        for step in &steps {
            stage.take(step);
        }
        stage.finish();
        amid.set(amid.get() + stage.amid);
        pulses.set(pulses.get() + stage.pulses);
        Ok(())
    });
    done.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(amid.get() > 1000, "the room was left amid a delivery only {} times", amid.get());
    assert!(pulses.get() > 1000, "only {} pulses were sent", pulses.get());
}

#[test]
fn a_member_that_joins_or_leaves_amid_a_delivery_takes_nobodys_turn() {
    let mut stage = Stage::new();
    stage.take(&DeliveryStep::Apply);
    stage.take(&DeliveryStep::Deliver);
    // One that was sent to, whose place the last one takes; and one that comes.
    stage.take(&DeliveryStep::Leave(0));
    stage.take(&DeliveryStep::Join(0, false));
    stage.finish();
}
