//! Tests of the whole, from outside: storage on both databases, and the program as a process.

mod admin;
mod burst;
mod calls;
mod crash;
mod crowd;
mod databases;
mod desk;
mod events;
mod feed;
mod heartbeat;
mod history;
mod http;
mod origins;
mod packet;
mod polling;
mod recovery;
mod scoring;
mod server;
mod shutdown;
mod soak;
mod socket;
mod stalled;
mod startup;
mod storage;
mod storm;
mod viewer;
