//! What the server does by itself, over and over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::domain::clock;
use crate::services::Services;
use crate::transport::socket::connections::sessions;
use crate::transport::socket::namespaces::Context;

/// How often the rooms are compared with the database, for writes whose outcome was not known, and for what was
/// not heard.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How often full buckets of the limits are forgotten.
const SHRINK_EVERY: Duration = Duration::from_secs(10);
/// How often it is looked whether something that was refused is to be put on record.
const SAVE_REFUSALS_EVERY: Duration = Duration::from_secs(5);
/// How often codes and tickets that are of no more use are forgotten.
const FORGET_EVERY: Duration = Duration::from_mins(10);
/// How often the histograms of the metrics are brought up to date.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Starts all of it.
pub(super) fn start(
    services: &Arc<Services>,
    context: &Arc<Context>,
    metrics: PrometheusHandle,
) -> Vec<JoinHandle<()>> {
    let rooms = services.rooms.clone();
    let tend = async move { rooms.tend().await };
    let for_sweep = context.connections.clone();
    let sweep = async move { for_sweep.sweep().await };
    let rooms = services.rooms.clone();
    let pulse = async move { rooms.pulse().await };
    let for_crowds = services.clone();
    let keep_crowds = async move { for_crowds.keep_crowds().await };
    let (for_sessions, connections) = (services.clone(), context.connections.clone());
    let watch = async move { sessions::watch(&for_sessions, &connections).await };
    let for_news = services.clone();
    let hear_others = async move { for_news.hear_others().await };
    let (for_news, connections) = (services.clone(), context.connections.clone());
    let count = move || {
        let census = connections.census();
        census.total()
    };
    let tell_others = async move { for_news.tell_others(count).await };
    let for_boards = services.clone();
    let show_boards = async move { for_boards.show_boards().await };
    let for_all = context.clone();
    let for_limits = context.clone();
    let shrink = every(SHRINK_EVERY, move || {
        for_limits.limits.shrink();
        for_limits.operations.evict_old(Instant::now());
        std::future::ready(())
    });
    let for_refusals = services.clone();
    let save_refusals = every(SAVE_REFUSALS_EVERY, move || {
        let services = for_refusals.clone();
        async move { services.save_refusals().await }
    });
    let forget = every(FORGET_EVERY, move || {
        let context = for_all.clone();
        async move {
            context.services.forget_codes().await;
            context.services.forget_tickets(clock::now()).await;
        }
    });
    let rooms = services.rooms.clone();
    let check = every(CHECK_EVERY, move || {
        let rooms = rooms.clone();
        async move { rooms.check_all().await }
    });
    // One task, for they wake up together.
    let look_around = async move {
        tokio::join!(pulse, sweep, show_boards, watch, keep_crowds, tell_others);
    };
    let upkeep = every(UPKEEP_EVERY, move || {
        let metrics = metrics.clone();
        async move { metrics.run_upkeep() }
    });
    vec![
        tokio::spawn(tend),
        tokio::spawn(look_around),
        tokio::spawn(shrink),
        tokio::spawn(save_refusals),
        tokio::spawn(forget),
        tokio::spawn(check),
        tokio::spawn(hear_others),
        tokio::spawn(upkeep),
    ]
}

/// Runs something again and again.
async fn every<F: Future<Output = ()>>(period: Duration, run: impl Fn() -> F) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        run().await;
    }
}
