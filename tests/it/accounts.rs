//! Signing up, in and out, against the program as a process, on both databases.

mod codes;
mod devices;
mod mail;
pub mod mailbox;
mod plain;
mod roles;
pub mod server;
pub mod socket;
mod starting;
mod timing;

use crate::databases::each_url;

/// How often something is tried: fewer times, or with `SOAK=1` as often as in the field.
fn times(few: usize, many: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
    let soak = std::env::var("SOAK").is_ok_and(|value| value == "1");
    if soak { many } else { few }
}
