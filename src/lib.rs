//! Touchline: a live sports event server that Socket.IO clients connect to unchanged.
//!
//! The layers; each uses only those to its right: `transport → services → {storage, live, cluster, mail} → domain`.
//! Two modules use all of them: [`app`], and [`doctor`], which finds out why the server would not start.

pub mod app;
pub mod cluster;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod domain;
#[cfg(test)]
mod fuzz;
pub mod health;
pub mod live;
pub mod logging;
pub mod mail;
pub mod services;
pub mod storage;
pub mod supervise;
#[cfg(test)]
mod test_folder;
pub mod transport;
