//! Signing up, in and out, against the real program on both databases.

mod authority;
mod codes;
pub mod desks;
mod devices;
mod lanes;
mod lockout;
mod mail;
pub mod mailbox;
mod overload;
mod plain;
mod refused;
mod roles;
pub mod server;
pub mod service_tokens;
pub mod socket;
mod starting;
mod timing;

use crate::databases::each_url;
/// How often a test repeats something.
use crate::soak::count as times;
