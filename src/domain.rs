//! The pure rules: no I/O and no async; time and randomness are passed in.

pub mod account;
pub mod action;
pub mod clock;
pub mod crowd;
pub mod digit;
pub mod email;
pub mod entropy;
pub mod event;
pub mod fair_share;
pub mod grapheme;
pub mod id;
pub mod integrity;
pub mod leaderboard;
pub mod limit;
pub mod message;
pub mod name;
pub mod network;
pub mod otp;
pub mod points;
pub mod reaction;
pub mod review;
pub mod score;
pub mod session;
pub mod share;
pub mod text;
pub mod token;
