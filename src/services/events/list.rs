//! Lists of events, page by page.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Events;
use crate::domain::account::Role;
use crate::domain::event::{Event, EventFilter, ListPlace};
use crate::domain::id::UserId;
use crate::live::crowd::Viewers;
use crate::services::accounts::{ANY_ROLE, Credential};
use crate::services::error::ServiceError;
use crate::storage::events::{self, Listed, PageQuery, StoredEvent};

/// Which page of the list of events is asked for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which events.
    pub filter: EventFilter,
    /// Only events after this place in the list.
    pub after: Option<ListPlace>,
    /// At most this many.
    pub limit: usize,
}

/// A page of the list of events.
#[derive(Debug)]
pub struct EventPage {
    /// The events of the page.
    pub events: Vec<ListedEvent>,
    /// Where the next page starts, if there may be a next page.
    pub next: Option<ListPlace>,
}

/// An event in a list. As JSON, it is the `EventSummary` of the protocol.
#[derive(Debug, Serialize)]
pub struct ListedEvent {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The number of its last update.
    pub seq: i64,
    /// Viewers on all nodes.
    pub viewers: Viewers,
    /// The summary of its state.
    pub summary: Option<Box<RawValue>>,
}

impl ListedEvent {
    /// A stored event with its viewers, without its format.
    pub(in crate::services) fn new(stored: StoredEvent, viewers: Viewers) -> Self {
        let StoredEvent { event, position, summary, .. } = stored;
        Self { event: Event { format: None, ..event }, seq: position.seq, viewers, summary }
    }
}

impl Events {
    /// A page of the list of events, for anybody.
    pub async fn list(&self, query: &ListQuery) -> Result<EventPage, ServiceError> {
        self.list_page(query, None).await
    }

    /// The same list, for an operator: with `mine`, only the events that the operator may score.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`; database errors.
    pub async fn list_for(
        &self,
        operator: Credential,
        query: &ListQuery,
        mine: bool,
    ) -> Result<EventPage, ServiceError> {
        let account = self.accounts.authorise(operator, ANY_ROLE).await?;
        let scores_all = account.roles.contains(&Role::Admin);
        if mine && !scores_all && !account.roles.contains(&Role::Scorer) {
            // An assignment stays when the role is revoked.
            return Ok(EventPage { events: Vec::new(), next: None });
        }
        self.list_page(query, Some(account.id).filter(|_| mine && !scores_all)).await
    }

    async fn list_page(&self, query: &ListQuery, scorer: Option<UserId>) -> Result<EventPage, ServiceError> {
        let ListQuery { filter, after, limit } = query;
        let page = PageQuery { filter, scorer, after: after.as_ref(), limit: *limit };
        let Listed { events, next } = events::list(&self.base.database, page).await?;
        let listed = |stored: StoredEvent| {
            let viewers = self.base.rooms.viewers(&stored.event.event_id);
            ListedEvent::new(stored, viewers)
        };
        Ok(EventPage { events: events.into_iter().map(listed).collect(), next })
    }
}
