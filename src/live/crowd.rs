//! Counts an event's viewers: people, not sockets.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::id::{ConnectionId, UserId};
use crate::domain::viewer_summary::{NAMED_LIMIT, ViewerSet, ViewerSummary};

/// How long a viewer still counts after its connection was lost: most return within this time.
pub const LINGER: Duration = Duration::from_secs(10);
/// From this number of viewers on, a relatively small change is not sent immediately.
const LARGE: u32 = 1000;

/// The person behind a member. Members with the same value are one viewer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A signed-in account.
    User(UserId),
    /// A guest, by the id that its client chose.
    Guest(Arc<str>),
    /// A guest without an id; each connection is one viewer.
    Nameless(ConnectionId),
}

impl Viewer {
    /// The public `viewerId`, unique to the viewer: an account's is a UUID, a guest's begins with `guest:`. A guest
    /// without an id is `guest:#` and a number, so an id that begins with `#` gets another `#` before it.
    pub fn id(&self) -> String {
        match self {
            Self::User(user) => user.to_string(),
            Self::Guest(name) if name.starts_with('#') => format!("guest:#{name}"),
            Self::Guest(name) => format!("guest:{name}"),
            Self::Nameless(id) => format!("guest:#{id}"),
        }
    }

    /// The viewer's name among viewers of its kind, for other nodes.
    fn name(&self) -> String {
        match self {
            Self::Guest(name) => name.to_string(),
            Self::User(_) | Self::Nameless(_) => self.id(),
        }
    }
}

/// The number of people who watch an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct Viewers {
    /// All viewers.
    pub total: u32,
    /// Viewers with an account.
    pub users: u32,
    /// Viewers without one.
    pub guests: u32,
}

impl std::ops::Add for Viewers {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let Self { total, users, guests } = other;
        Self { total: self.total + total, users: self.users + users, guests: self.guests + guests }
    }
}

impl Viewers {
    /// Whether these differ enough from the numbers sent last to send them now: at all, or in a large crowd by 1 %.
    pub fn is_step_from(&self, sent: &Self) -> bool {
        if self.total.min(sent.total) < LARGE {
            return self != sent;
        }
        let step = |now: u32, then: u32| u64::from(now.abs_diff(then)) * 100 >= u64::from(sent.total);
        step(self.total, sent.total) || step(self.users, sent.users) || step(self.guests, sent.guests)
    }
}

/// The viewers in a room, each with its number of sockets.
#[derive(Debug, Default)]
pub struct Presence {
    sockets: HashMap<Viewer, u32>,
    viewers: Viewers,
    /// The number of guests without an id.
    nameless: u32,
    /// Grows whenever a viewer comes or goes.
    version: u64,
    /// Lost sockets that still count, the earliest first.
    lost: VecDeque<(Instant, Viewer)>,
}

impl Presence {
    /// Adds a socket of a viewer.
    pub fn enter(&mut self, viewer: Viewer) {
        let side = if matches!(viewer, Viewer::User(_)) {
            &mut self.viewers.users
        } else {
            &mut self.viewers.guests
        };
        let is_nameless = matches!(viewer, Viewer::Nameless(_));
        let sockets = self.sockets.entry(viewer).or_insert(0);
        *sockets += 1;
        if *sockets == 1 {
            *side += 1;
            self.viewers.total += 1;
            self.nameless += u32::from(is_nameless);
            self.version += 1;
        }
    }

    /// Removes a socket of a viewer.
    pub fn exit(&mut self, viewer: &Viewer) {
        let Some(sockets) = self.sockets.get_mut(viewer) else { return };
        *sockets -= 1;
        if *sockets == 0 {
            self.sockets.remove(viewer);
            let side = if matches!(viewer, Viewer::User(_)) {
                &mut self.viewers.users
            } else {
                &mut self.viewers.guests
            };
            *side -= 1;
            self.viewers.total -= 1;
            self.nameless -= u32::from(matches!(viewer, Viewer::Nameless(_)));
            self.version += 1;
        }
    }

    /// Marks a socket of a viewer as lost; [`Presence::settle`] removes it after [`LINGER`].
    pub fn on_connection_lost(&mut self, viewer: Viewer, now: Instant) {
        self.lost.push_back((now, viewer));
    }

    /// Removes the lost sockets whose time is up.
    pub fn settle(&mut self, now: Instant) {
        while let Some((_, viewer)) =
            self.lost.pop_front_if(|(since, _)| now.duration_since(*since) >= LINGER)
        {
            self.exit(&viewer);
        }
        if self.lost.is_empty() {
            self.lost.shrink_to(16);
        }
    }

    /// Whether nobody is there or expected back.
    pub fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// The number of viewers.
    pub fn viewers(&self) -> Viewers {
        self.viewers
    }

    /// A number that grows whenever a viewer comes or goes.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The summary for other nodes.
    pub fn viewer_summary(&self) -> ViewerSummary {
        let users: Vec<_> = self.names(|viewer| matches!(viewer, Viewer::User(_)), self.viewers.users);
        let named = self.viewers.guests - self.nameless;
        let guests: Vec<_> = self.names(|viewer| matches!(viewer, Viewer::Guest(_)), named);
        ViewerSummary {
            users: ViewerSet::of(self.viewers.users, users.iter().map(String::as_str)),
            guests: ViewerSet::of(named, guests.iter().map(String::as_str)),
            sockets: self.nameless,
        }
    }

    /// The names of some viewers, or none if there are too many to list.
    fn names(&self, is_wanted: impl Fn(&Viewer) -> bool, number: u32) -> Vec<String> {
        if number as usize > NAMED_LIMIT {
            return Vec::new();
        }
        self.sockets.keys().filter(|viewer| is_wanted(viewer)).map(Viewer::name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Viewer {
        Viewer::User(UserId(uuid::Uuid::nil()))
    }

    #[test]
    fn no_guest_has_the_id_of_a_user_or_of_another_guest() {
        let user = uuid::Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef);
        let nameless = Viewer::Nameless(ConnectionId(0xab)).id();
        assert_eq!(nameless, "guest:#00000000000000ab");
        let named = |name: &str| Viewer::Guest(name.into()).id();
        let user_id = user.to_string();
        let ids = [
            Viewer::User(UserId(user)).id(),
            named(&user_id),
            named("ann"),
            named("guest:ann"),
            named("#00000000000000ab"),
            named("##00000000000000ab"),
            nameless,
        ];
        assert_eq!(ids[0], user_id);
        assert_eq!((ids[1].as_str(), ids[2].as_str()), (&*format!("guest:{user_id}"), "guest:ann"));
        assert!(ids[1..].iter().all(|id| id.starts_with("guest:")), "{ids:?}");
        let different: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "{ids:?}");
    }

    #[test]
    fn several_sockets_of_one_person_are_one_viewer() {
        let (ann, bob) = (ann(), Viewer::Guest("bob".into()));
        let mut crowd = Presence::default();
        for viewer in [&ann, &ann, &bob] {
            crowd.enter(viewer.clone());
        }
        crowd.enter(Viewer::Nameless(ConnectionId(1)));
        assert_eq!(crowd.viewers(), Viewers { total: 3, users: 1, guests: 2 });
        crowd.exit(&ann);
        assert_eq!(crowd.viewers().users, 1);
        for viewer in [&ann, &ann, &bob, &Viewer::Nameless(ConnectionId(1))] {
            crowd.exit(viewer);
        }
        assert_eq!(crowd.viewers(), Viewers::default());
    }

    #[test]
    fn a_lost_viewer_counts_for_a_while_and_a_returning_one_counts_once() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut crowd = Presence::default();
        crowd.enter(ann());
        crowd.enter(Viewer::Nameless(ConnectionId(1)));
        crowd.on_connection_lost(ann(), start);
        crowd.on_connection_lost(Viewer::Nameless(ConnectionId(1)), after(2));
        crowd.settle(after(9));
        assert_eq!(crowd.viewers().total, 2);
        crowd.enter(ann());
        assert_eq!(crowd.viewers().total, 2);
        crowd.settle(after(11));
        assert_eq!(crowd.viewers().total, 2);
        crowd.settle(after(12));
        assert_eq!(crowd.viewers(), Viewers { total: 1, users: 1, guests: 0 });
        // Lost and back ten times in a second.
        for _ in 0..10 {
            crowd.on_connection_lost(ann(), after(20));
            crowd.enter(ann());
        }
        crowd.settle(after(30));
        assert_eq!(crowd.viewers().total, 1);
        crowd.exit(&ann());
        crowd.settle(after(99));
        assert!(crowd.is_empty());
        assert_eq!(crowd.viewers(), Viewers::default());
    }

    #[test]
    fn a_small_change_of_a_large_crowd_waits() {
        let all = |users, guests| Viewers { total: users + guests, users, guests };
        let cases = [
            (all(0, 1), all(0, 0), true),
            (all(1, 0), all(0, 1), true),
            (all(5, 5), all(5, 5), false),
            (all(0, 999), all(0, 1000), true),
            (all(0, 1009), all(0, 1000), false),
            (all(0, 1010), all(0, 1000), true),
            (all(0, 1000), all(0, 1100), true),
            (all(100, 1000), all(110, 990), false),
            (all(100, 1000), all(111, 989), true),
            (all(0, 50_400), all(0, 50_000), false),
            (all(0, 10), all(0, 50_000), true),
        ];
        for (now, sent, step) in cases {
            assert_eq!(now.is_step_from(&sent), step, "{now:?} after {sent:?}");
        }
    }
}
