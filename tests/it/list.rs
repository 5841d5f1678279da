//! The list of events as a client that watches it keeps it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;

use crate::http;
use crate::socket::Client;

/// A list as a client keeps it.
#[derive(Debug, Default, PartialEq)]
pub struct List(pub BTreeMap<String, Value>);

impl List {
    /// Begins with the answer to `events:watch`.
    pub fn of_answer(answer: &Value) -> Self {
        let mut list = Self::default();
        list.insert(&answer["events"]);
        list
    }

    fn insert(&mut self, events: &Value) {
        for event in events.as_array().expect("an array") {
            self.0.insert(event["eventId"].as_str().expect("an id").to_owned(), event.clone());
        }
    }

    /// Takes the argument of `events`.
    pub fn take(&mut self, events: &Value) {
        self.insert(&events["changed"]);
        for id in events["removed"].as_array().expect("an array") {
            self.0.remove(id.as_str().expect("an id"));
        }
    }

    pub fn title(&self, id: &str) -> &str {
        self.0.get(id).and_then(|event| event["title"].as_str()).unwrap_or_default()
    }

    pub fn ids(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// The list that the API answers.
pub async fn listed(server: SocketAddr, query: &str) -> List {
    let reply = http::get(server, &format!("/api/events?{query}")).await;
    List::of_answer(&reply.json())
}

/// Reads what a Socket.IO client is sent until its list is this.
pub async fn until_list(client: &mut Client, list: &mut List, holds: impl Fn(&List) -> bool) {
    while !holds(list) {
        list.take(&client.message("events").await[0]);
    }
}
