//! Watchers without a network, which keep the list as clients do.

use std::collections::BTreeMap;

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use super::*;
use crate::domain::event::{Event, Status};
use crate::domain::json;

const PATIENCE: Duration = Duration::from_secs(20);

/// A watcher that keeps the list as a client does.
#[derive(Default)]
struct Client(Mutex<ClientState>);

#[derive(Default)]
struct ClientState {
    /// Messages that its queue has room for.
    room: usize,
    messages: usize,
    /// The last message's frame.
    frame: Option<Arc<str>>,
    list: BTreeMap<String, Value>,
    closed: bool,
}

impl Client {
    fn with_room_for(messages: usize) -> Arc<Self> {
        let client = Self::default();
        client.0.lock().room = messages;
        Arc::new(client)
    }

    fn begin(&self, page: &ListPage) {
        let mut state = self.0.lock();
        let events: Vec<Value> = serde_json::from_str(page.events.get()).expect("a JSON array");
        state.list = events.into_iter().map(|event| (id_of(&event), event)).collect();
    }
}

fn id_of(event: &Value) -> String {
    event["eventId"].as_str().expect("an id").to_owned()
}

impl Member for Client {
    fn send(&self, message: &Message) -> Sent {
        let mut state = self.0.lock();
        if state.room == 0 {
            return Sent::Full;
        }
        state.room -= 1;
        state.messages += 1;
        state.frame = Some(message.frame().clone());
        let events: Value = serde_json::from_str(message.args().0.get()).expect("JSON");
        for event in events["changed"].as_array().expect("an array") {
            state.list.insert(id_of(event), event.clone());
        }
        for id in events["removed"].as_array().expect("an array") {
            state.list.remove(id.as_str().expect("an id"));
        }
        Sent::Taken
    }

    fn show(&self, message: &Message) -> Sent {
        self.send(message)
    }

    fn departures(&self) -> u32 {
        0
    }

    fn is_drained(&self) -> bool {
        self.0.lock().room > 0
    }

    fn close_slow(&self) {
        self.0.lock().closed = true;
    }
}

/// The events of a server, and the list of the live ones.
struct Server {
    events: BTreeMap<String, (Event, Viewers)>,
    list: EventList,
}

impl Server {
    fn new() -> Self {
        let filter = EventFilter { statuses: vec![Status::Live], ..EventFilter::default() };
        let list = EventList::new(filter, &[], &HashMap::new());
        let server = Self { events: BTreeMap::new(), list };
        server.set_page();
        server
    }

    fn change(&mut self, id: &str, status: Status, title: &str, total: u32) {
        let event_id = EventId::parse(id).expect("an id");
        let before = self.events.get(id).map(|(event, _)| event.clone());
        let event = Event { status, ..Event::new(event_id, "chess".to_owned(), title.to_owned()) };
        let viewers = Viewers { total, users: 0, guests: total };
        let is_new = before.is_none_or(|before| !before.is_same_as(&event));
        self.events.insert(id.to_owned(), (event.clone(), viewers));
        let event_id = event.event_id.clone();
        let entry = entry(&event, viewers);
        let entry = Some((Candidate::new(event), entry));
        self.list.apply(&[ChangedEvent { event_id, entry, viewers, is_new }]);
    }

    fn delete(&mut self, id: &str) {
        self.events.remove(id);
        let event_id = EventId::parse(id).expect("an id");
        self.list.apply(&[ChangedEvent { event_id, entry: None, viewers: Viewers::default(), is_new: true }]);
    }

    fn live(&self) -> impl Iterator<Item = (&String, Value)> {
        let live = self.events.iter().filter(|(_, (event, _))| event.status == Status::Live);
        live.map(|(id, (event, _))| (id, value(&entry(event, self.list.viewers_of(&event.event_id)))))
    }

    fn set_page(&self) {
        let events: Arc<RawValue> =
            json::raw(&self.live().map(|(_, entry)| entry).collect::<Vec<_>>()).into();
        let message = Message::first_events(&events, None);
        self.list.set_page(&Arc::new(ListPage { events, next: None, message }));
    }

    fn watch(&self, id: MemberId, client: &Arc<Client>) {
        self.set_page();
        let member: Arc<dyn Member> = client.clone();
        assert!(self.list.enter(id, &member, &mut |page| client.begin(page)));
    }

    fn check(&self, client: &Client) {
        let expected: BTreeMap<_, _> = self.live().map(|(id, entry)| (id.clone(), entry)).collect();
        assert_eq!(client.0.lock().list, expected);
    }
}

fn entry(event: &Event, viewers: Viewers) -> Arc<RawValue> {
    json::raw(&json!({ "eventId": event.event_id, "title": event.title, "viewers": viewers })).into()
}

fn value(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).expect("JSON")
}

#[tokio::test]
async fn every_watcher_ends_with_the_list_whatever_changes_and_however_slow_it_is() {
    for seed in 0..200 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut server = Server::new();
        let mut clients: Vec<Arc<Client>> = Vec::new();
        for round in 0..60 {
            for _ in 0..random.random_range(0..4) {
                let id = *["a", "b", "c", "d", "e"].choose(&mut random).expect("some");
                let status = *[Status::Live, Status::Live, Status::Ended].choose(&mut random).expect("some");
                if random.random_range(0..8) == 0 {
                    server.delete(id);
                } else {
                    let title = random.random_range(0..3).to_string();
                    server.change(id, status, &title, random.random_range(95..110));
                }
            }
            if random.random_range(0..6) == 0 {
                let client = Client::with_room_for(random.random_range(0..3));
                server.watch(round, &client);
                clients.push(client);
            }
            let before: Vec<_> = clients.iter().map(|client| client.0.lock().messages).collect();
            server.list.deliver(PATIENCE).await;
            for (client, before) in clients.iter().zip(before) {
                assert!(client.0.lock().messages <= before + 1);
                if random.random_range(0..4) == 0 {
                    client.0.lock().room = random.random_range(0..3);
                }
            }
        }
        for client in &clients {
            client.0.lock().room = 1;
        }
        server.list.deliver(PATIENCE).await;
        for client in &clients {
            server.check(client);
        }
        assert!(server.list.state.lock().unsent.is_empty());
    }
}

#[tokio::test]
async fn watchers_that_keep_up_share_one_message() {
    let mut server = Server::new();
    let clients = [Client::with_room_for(9), Client::with_room_for(9)];
    for (id, client) in (0..).zip(&clients) {
        server.watch(id, client);
    }
    server.change("a", Status::Live, "A", 0);
    assert_eq!(server.list.deliver(PATIENCE).await.all, 2);
    let [first, second] = clients.map(|client| client.0.lock().frame.clone().expect("a message"));
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(server.list.deliver(PATIENCE).await.all, 0, "nothing changed");
}

#[tokio::test]
async fn a_watcher_that_was_held_back_gets_what_it_missed() {
    let mut server = Server::new();
    let clients = [Client::with_room_for(9), Client::with_room_for(9)];
    for (id, client) in (0..).zip(&clients) {
        server.watch(id, client);
    }
    server.list.hold_back(0, true);
    server.change("a", Status::Live, "A", 0);
    assert_eq!(server.list.deliver(PATIENCE).await.all, 1);
    server.change("b", Status::Live, "B", 0);
    assert_eq!(server.list.deliver(PATIENCE).await.all, 1);
    assert_eq!(clients[0].0.lock().messages, 0);
    server.list.hold_back(0, false);
    assert_eq!(server.list.deliver(PATIENCE).await.all, 1);
    server.check(&clients[0]);
    assert_eq!(clients[0].0.lock().messages, 1);
}

#[tokio::test]
async fn a_watcher_that_stays_behind_is_closed() {
    let mut server = Server::new();
    let client = Client::with_room_for(0);
    server.watch(1, &client);
    server.change("a", Status::Live, "A", 0);
    server.list.deliver(Duration::ZERO).await;
    assert_eq!((server.list.occupancy(), client.0.lock().closed), ((1, 1), false));
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.list.deliver(Duration::ZERO).await;
    assert_eq!((server.list.occupancy(), client.0.lock().closed), ((0, 0), true));
}

#[tokio::test]
async fn viewers_are_sent_when_they_differ_by_more_than_a_tenth_from_those_sent_last() {
    let mut server = Server::new();
    let client = Client::with_room_for(usize::MAX);
    server.watch(1, &client);
    for (total, sent) in
        [(0, 0), (1, 1), (100, 100), (110, 100), (90, 100), (111, 111), (100, 111), (99, 99), (0, 0)]
    {
        server.change("a", Status::Live, "A", total);
        server.list.deliver(PATIENCE).await;
        assert_eq!(client.0.lock().list["a"]["viewers"]["total"], sent, "{total}");
        let late = Client::with_room_for(0);
        server.watch(2, &late);
        assert_eq!(late.0.lock().list["a"]["viewers"]["total"], sent, "the page shows what others were sent");
    }
}

#[tokio::test]
async fn a_list_says_nothing_about_events_that_it_does_not_contain() {
    let mut server = Server::new();
    let client = Client::with_room_for(usize::MAX);
    server.watch(1, &client);
    server.change("a", Status::Ended, "A", 5);
    server.delete("a");
    server.delete("b");
    assert_eq!(server.list.deliver(PATIENCE).await.all, 0);
}
