//! Liveness and viewers of other nodes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::crowd::Viewers;
use crate::domain::id::EventId;
use crate::domain::viewer_summary::{ViewerSummary, people};

/// A node without a message for this long is gone, and so are its viewers.
const GONE_AFTER: Duration = Duration::from_secs(10);

/// Another node, as of its last message.
#[derive(Debug, Clone)]
pub struct RemoteNode {
    /// The name of its run.
    pub id: String,
    /// The number of its sockets.
    pub connections: usize,
    /// The time since its last message.
    pub silent_for: Duration,
}

/// The other nodes.
#[derive(Debug, Default)]
pub struct RemoteNodes(Mutex<NodesState>);

#[derive(Debug, Default)]
struct NodesState {
    nodes: HashMap<String, (Instant, usize)>,
    summaries: HashMap<EventId, HashMap<String, (Instant, ViewerSummary)>>,
}

impl RemoteNodes {
    /// Records that a node is alive. Returns whether it is new.
    pub fn on_node_alive(&self, node: &str, connections: usize, now: Instant) -> bool {
        self.0.lock().nodes.insert(node.to_owned(), (now, connections)).is_none()
    }

    /// Records the viewers of an event on a node. Returns whether they changed.
    pub fn on_viewers(&self, node: &str, event_id: &EventId, summary: ViewerSummary, now: Instant) -> bool {
        let summaries = &mut self.0.lock().summaries;
        if summary.is_empty() {
            let Some(of_event) = summaries.get_mut(event_id) else { return false };
            let known = of_event.remove(node).is_some();
            if of_event.is_empty() {
                summaries.remove(event_id);
            }
            return known;
        }
        let of_event = summaries.entry(event_id.clone()).or_default();
        match of_event.insert(node.to_owned(), (now, summary)) {
            Some((_, before)) => before != of_event[node].1,
            None => true,
        }
    }

    /// Removes a node that shut down. Returns the events that it had viewers of.
    pub fn forget(&self, node: &str) -> Vec<EventId> {
        let state = &mut *self.0.lock();
        state.nodes.remove(node);
        state.drop_summaries(|of, _| of == node)
    }

    /// Removes nodes and viewers that timed out. Returns the affected events.
    pub fn settle(&self, now: Instant) -> Vec<EventId> {
        let is_gone = |at: Instant| now.duration_since(at) >= GONE_AFTER;
        let state = &mut *self.0.lock();
        state.nodes.retain(|_, (at, _)| !is_gone(*at));
        state.drop_summaries(|_, at| is_gone(at))
    }

    /// Restarts all timeouts, after this node could not receive messages.
    pub fn reset_timeouts(&self, now: Instant) {
        let state = &mut *self.0.lock();
        for (at, _) in state.nodes.values_mut() {
            *at = now;
        }
        for (at, _) in state.summaries.values_mut().flat_map(HashMap::values_mut) {
            *at = now;
        }
    }

    /// How many people watch an event on other nodes and not here; `own` are the viewers here. `None`: there are no
    /// viewers elsewhere.
    pub fn beyond(&self, event_id: &EventId, own: impl FnOnce() -> ViewerSummary) -> Option<Viewers> {
        let state = self.0.lock();
        let others = state.summaries.get(event_id)?.values().map(|(_, summary)| summary);
        let own = own();
        let (users, guests) = people(&others.chain([&own]));
        let (own_users, own_guests) = people(&[&own].into_iter());
        let (users, guests) = (users - own_users, guests - own_guests);
        Some(Viewers { total: users + guests, users, guests })
    }

    /// The events that are watched on other nodes.
    pub fn watched_events(&self) -> Vec<EventId> {
        self.0.lock().summaries.keys().cloned().collect()
    }

    /// The other nodes.
    pub fn nodes(&self, now: Instant) -> Vec<RemoteNode> {
        let state = self.0.lock();
        let node = |(id, (at, connections)): (&String, &(Instant, usize))| RemoteNode {
            id: id.clone(),
            connections: *connections,
            silent_for: now.duration_since(*at),
        };
        let mut nodes: Vec<_> = state.nodes.iter().map(node).collect();
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        nodes
    }
}

impl NodesState {
    fn drop_summaries(&mut self, is_over: impl Fn(&str, Instant) -> bool) -> Vec<EventId> {
        let mut changed = Vec::new();
        self.summaries.retain(|event_id, of_event| {
            let before = of_event.len();
            of_event.retain(|node, (at, _)| !is_over(node, *at));
            if of_event.len() < before {
                changed.push(event_id.clone());
            }
            !of_event.is_empty()
        });
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::viewer_summary::ViewerSet;

    fn event() -> EventId {
        EventId::parse("1").expect("valid")
    }

    fn guests(names: &[&str], sockets: u32) -> ViewerSummary {
        let number = u32::try_from(names.len()).expect("few");
        ViewerSummary {
            guests: ViewerSet::of(number, names.iter().copied()),
            sockets,
            ..ViewerSummary::default()
        }
    }

    fn beyond(remote: &RemoteNodes, own: &ViewerSummary) -> u32 {
        remote.beyond(&event(), || own.clone()).map_or(0, |viewers| viewers.total)
    }

    #[test]
    fn people_who_are_also_here_are_not_counted_elsewhere() {
        let (remote, now) = (RemoteNodes::default(), Instant::now());
        let own = guests(&["ann", "bob"], 1);
        assert!(remote.beyond(&event(), || own.clone()).is_none());
        assert!(remote.on_viewers("b", &event(), guests(&["bob", "carol"], 2), now));
        assert!(!remote.on_viewers("b", &event(), guests(&["bob", "carol"], 2), now));
        assert!(remote.on_viewers("c", &event(), guests(&["carol"], 0), now));
        assert_eq!(beyond(&remote, &own), 3);
        assert!(remote.on_viewers("b", &event(), ViewerSummary::default(), now));
        assert_eq!(beyond(&remote, &own), 1);
        assert_eq!(remote.forget("c"), [event()]);
        assert_eq!(beyond(&remote, &own), 0);
    }

    #[test]
    fn a_silent_node_times_out_unless_no_node_could_be_heard() {
        let (remote, start) = (RemoteNodes::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(remote.on_node_alive("b", 7, start));
        remote.on_viewers("b", &event(), guests(&[], 3), start);
        assert!(!remote.on_node_alive("b", 8, after(5)));
        assert_eq!(remote.settle(after(9)), []);
        let nodes = remote.nodes(after(9));
        assert_eq!((nodes[0].connections, nodes[0].silent_for), (8, Duration::from_secs(4)));
        remote.reset_timeouts(after(60));
        assert_eq!(remote.settle(after(69)), []);
        assert_eq!(remote.settle(after(70)), [event()]);
        assert!(remote.nodes(after(70)).is_empty() && beyond(&remote, &ViewerSummary::default()) == 0);
    }
}
