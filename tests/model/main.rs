//! The connection's code under the model checker `loom`, which explores every relevant order of threads at each lock, atomic
//! and wake-up. A model fails if an assertion fails, or if all remaining threads wait forever (deadlock).

use std::time::Duration;

use libtest_mimic::{Arguments, Trial};

use bench::FRAME;
use modelled::connection::{ReadGate, Wire};
use sync::Mutex;

mod bench;
#[path = "../../src/transport/tcp/connection_tests/pipe.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "the connection's own tests have it too, where only the connection sees it"
)]
#[expect(dead_code, reason = "these tests look at more of it")]
mod pipe;
mod reading;
#[path = "../it/soak.rs"]
#[expect(dead_code, reason = "models have counts, and no times")]
mod soak;
mod sync;
mod watch;
mod writing;

#[path = "../../src/transport/tcp"]
#[expect(dead_code, unused_imports, reason = "the models need only some of it")]
mod modelled {
    use crate::sync;

    pub mod connection;
}

/// The scenario, and the number of preemptive switches: usually, and with `SOAK=1`.
type Model = (&'static str, fn(), [usize; 2]);

/// The most time per model with `SOAK=1`.
const LONGEST: Duration = Duration::from_mins(3);

const MODELS: [Model; 16] = [
    ("a_rest_leaves_by_itself", writing::alone, [2, 4]),
    ("a_rest_leaves_before_what_comes_after", writing::rest, [1, 3]),
    ("frames_are_whole_and_in_order_beside_the_engines", writing::beside, [2, 4]),
    ("two_rooms_write_whole_frames_beside_the_engine", writing::two_rooms, [1, 3]),
    ("nothing_overtakes_queued_packets", writing::queued, [2, 4]),
    ("two_rooms_packets_are_not_overtaken", writing::both_queued, [2, 3]),
    ("a_kill_ends_all_that_waits", reading::kill, [2, 3]),
    ("a_kill_ends_a_write_that_waits", reading::kill_writer, [2, 4]),
    ("a_broken_wire_ends_all_that_waits", reading::broken, [2, 3]),
    ("a_paused_reader_is_woken", reading::pause, [2, 4]),
    ("a_reader_behind_a_connect_is_woken", reading::connect, [2, 4]),
    ("a_reader_behind_a_refusal_is_woken", reading::refusal, [2, 4]),
    ("an_engine_that_waits_is_seen_behind_a_rest", watch::behind_a_rest, [2, 4]),
    ("a_refused_room_is_seen_behind_a_write", || watch::behind_a_write(FRAME), [2, 4]),
    ("a_rest_is_seen_behind_a_write", || watch::behind_a_write(FRAME + 1), [2, 4]),
    ("an_engine_that_waits_is_seen_behind_a_refused_room", watch::behind_a_refusal, [2, 4]),
];

fn main() {
    let models = MODELS.map(|(name, run, [usual, soak])| {
        Trial::test(name, move || {
            let mut model = loom::model::Builder::new();
            model.preemption_bound = Some(soak::count(usual, soak));
            model.max_duration = Some(LONGEST);
            model.check(run);
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), models.into()).exit();
}
