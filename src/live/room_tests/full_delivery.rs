//! Random sequences with full members and others: whatever happens, each sees the merged state at each `seq`.

use std::cell::Cell;
use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::full::{reload, update_of};
use super::*;
use crate::domain::id::ConnectionId;

/// More than two batches of a delivery.
const MEMBERS: usize = 150;

/// A step of a random test.
#[derive(Debug, Clone)]
enum Step {
    /// An update of this key, or a correction.
    Apply(u8, bool),
    Change,
    Deliver,
    /// This member joins, with the position that it has seen or without one, and perhaps with `full`.
    Join(usize, bool, bool),
    Leave(usize),
    Resend(usize),
    /// This member takes more messages.
    Drain(usize, usize),
    Serve,
    /// The crowd's activity is shown.
    Show(usize),
    /// The state is read from the database, which is ahead.
    Reload,
}

fn step() -> impl Strategy<Value = Step> {
    let member = 0..MEMBERS;
    let flags = (any::<bool>(), any::<bool>());
    let free = prop_oneof![0..4_usize, Just(1000)];
    prop_oneof![
        8 => (0..5_u8, prop::bool::weighted(0.2)).prop_map(|(key, corrects)| Step::Apply(key, corrects)),
        1 => Just(Step::Change),
        12 => Just(Step::Deliver),
        6 => (member.clone(), flags).prop_map(|(n, (since, full))| Step::Join(n, since, full)),
        2 => member.clone().prop_map(Step::Leave),
        2 => member.clone().prop_map(Step::Resend),
        8 => (member.clone(), free).prop_map(|(n, free)| Step::Drain(n, free)),
        4 => Just(Step::Serve),
        1 => member.prop_map(Step::Show),
        1 => Just(Step::Reload),
    ]
}

/// What a member's client knows.
struct View {
    full: bool,
    seq: i64,
    state: Snapshot,
    /// Whether it asked for the state, so that the next one may be the one that it has.
    asked: bool,
}

struct Stage {
    room: Room,
    last: i64,
    state: Snapshot,
    /// The state and the voided updates at each `seq`.
    history: HashMap<i64, (Snapshot, Option<Value>)>,
    members: Vec<Arc<TestQueue>>,
    views: Vec<Option<View>>,
    /// How many states full members were sent, and how many updates they skipped.
    states: usize,
    skipped: usize,
}

impl Stage {
    fn new() -> Self {
        // Some are written to directly, and some have a queue.
        let member = |n| match n % 3 {
            0 => TestQueue::with_room_for(1000),
            1 => TestQueue::direct_with_room_for(1000),
            _ => TestQueue::direct_with_room_for(n % 4),
        };
        let mut stage = Self {
            room: lively_room(),
            last: 0,
            state: Snapshot::default(),
            history: HashMap::new(),
            members: (0..MEMBERS).map(member).collect(),
            views: (0..MEMBERS).map(|_| None).collect(),
            states: 0,
            skipped: 0,
        };
        (0..MEMBERS).for_each(|n| stage.join(n, false, n % 2 == 0));
        stage
    }

    /// The next update, merged into the expected state.
    fn next_update(&mut self, key: u8, corrects: bool) -> Update {
        self.last += 1;
        let seq = self.last;
        let key = format!("key{key}");
        let value = if seq % 4 == 0 { Value::Null } else { json!({ format!("at{seq}"): seq }) };
        let voids = [seq - 1];
        let update = update_of(seq, &json!({ "n": seq, key: value }), corrects.then_some(&voids));
        self.state.merge(&update.body.data).expect("an object");
        self.history.insert(seq, (self.state.clone(), corrects.then(|| json!(voids))));
        update
    }

    fn join(&mut self, n: usize, since: bool, full: bool) {
        self.look(n);
        let view = self.views[n].take().filter(|view| since && view.seq > 0);
        let since = view.as_ref().map(|view| position("e", view.seq));
        let is_current = since.as_ref().is_some_and(|since| since.seq == self.last);
        let viewer = Some(Viewer::Nameless(ConnectionId(n as u64)));
        let (id, member) = (n as MemberId, self.members[n].clone());
        self.room.join(JoinRequest { id, member, viewer, since, full }, |joined| {
            assert_eq!(joined.position.seq, self.last);
            if full {
                assert_eq!(joined.recovered, is_current);
            }
        });
        let (seq, state) = view.map_or_else(|| (0, Snapshot::default()), |view| (view.seq, view.state));
        self.views[n] = Some(View { full, seq, state, asked: !is_current });
    }

    /// Checks what a member was sent, and merges it as its client does.
    fn look(&mut self, n: usize) {
        self.members[n].sent();
        for arguments in self.members[n].scores() {
            let [data, meta] = [&arguments[0], &arguments[1]];
            let view = self.views[n].as_mut().unwrap_or_else(|| panic!("{n} has left, but is sent {meta}"));
            let seq = meta["seq"].as_i64().expect("a number");
            let (state, voids) = &self.history[&seq];
            if meta["kind"] == "snapshot" {
                // A member that missed only a change of the event is sent the snapshot too, unless it is full.
                let least = if view.asked || !view.full { view.seq } else { view.seq + 1 };
                assert!(seq >= least, "{n} was at {}, but is sent {meta}", view.seq);
                view.state = Snapshot::from_json(&data.to_string()).expect("a state");
                view.asked = false;
            } else {
                assert!(!view.full, "{n} wants whole states, but is sent {meta}");
                assert_eq!(seq, view.seq + 1, "{n}");
                let patch = serde_json::value::to_raw_value(data).expect("JSON");
                view.state.merge(&patch).expect("an object");
            }
            if view.full {
                self.states += 1;
                self.skipped += usize::try_from(seq - view.seq - 1).unwrap_or(0);
            }
            view.seq = seq;
            assert_eq!(view.state, *state, "{n} at {seq}");
            // A snapshot for other members says nothing of the last update.
            let voids = voids.as_ref().filter(|_| view.full || meta["kind"] != "snapshot");
            assert_eq!(meta.get("voids"), voids, "{n} at {seq}");
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Apply(key, corrects) => {
                let update = self.next_update(key, corrects);
                assert_eq!(self.room.apply(&update), Applied::Taken);
            }
            Step::Change => self.room.change(event(if self.last % 2 == 0 { "One" } else { "Another" })),
            Step::Deliver => {
                let turn = self.room.try_turn().expect("only the test delivers");
                self.room.deliver_some(&turn, self.room.next_outgoing());
            }
            Step::Join(n, since, full) => self.join(n, since, full),
            Step::Leave(n) => {
                self.look(n);
                self.room.leave(n as MemberId);
                self.views[n] = None;
            }
            Step::Resend(n) => {
                self.look(n);
                self.room.resend(n as MemberId, |_| ());
                if let Some(view) = &mut self.views[n] {
                    view.asked = true;
                }
            }
            Step::Drain(n, free) => self.members[n].drain(free),
            Step::Serve => {
                self.room.serve_lagging(Instant::now());
            }
            Step::Show(n) => {
                if self.room.occupancy().0 > 0 {
                    let (batch, _) = take_batch(&self.room);
                    self.room.show(&[n as MemberId], &batch);
                    self.room.shown();
                }
            }
            Step::Reload => {
                self.next_update(0, false);
                let last = self.next_update(1, true);
                let state: Value =
                    serde_json::from_str(self.state.to_json_of_any_size().get()).expect("JSON");
                reload(&self.room, &state, last);
            }
        }
        // Clients read what they were sent before the next step, in which they may ask for something.
        (0..MEMBERS).for_each(|n| self.look(n));
    }

    fn finish(&mut self) {
        deliver(&self.room);
        let mut rounds = 0;
        loop {
            self.members.iter().for_each(|member| member.drain(1000));
            if !self.room.serve_lagging(Instant::now()) {
                break;
            }
            rounds += 1;
            assert!(rounds < 100, "members stay behind");
        }
        for n in 0..MEMBERS {
            self.look(n);
            let seen = self.views[n].as_ref().map_or(self.last, |view| view.seq);
            assert_eq!(seen, self.last, "{n}");
        }
    }
}

#[test]
fn whatever_happens_each_member_sees_the_merged_state_and_reaches_the_last() {
    let (states, skipped) = (Cell::new(0), Cell::new(0));
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let done = TestRunner::new(config).run(&vec(step(), 0..150), |steps| {
        let mut stage = Stage::new();
        for step in &steps {
            stage.take(step);
        }
        stage.finish();
        states.set(states.get() + stage.states);
        skipped.set(skipped.get() + stage.skipped);
        Ok(())
    });
    done.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(states.get() > 1000, "full members were sent only {} states", states.get());
    assert!(skipped.get() > 1000, "only {} updates were skipped", skipped.get());
}
