//! `events:watch` and `events:unwatch`: a list of events, live.

use crate::domain::event::EventFilter;
use crate::live::event_list::ListPage;
use crate::live::member::Sent;
use crate::live::message::Message;
use crate::services::list_feed::ListFeed;
use crate::transport::client::link::{Link, Unsent};
use crate::transport::client::read_budget::{READ_COST, SEARCH_COST};
use crate::transport::client::reply::Answer;
use crate::transport::error::Failure;
use crate::transport::handlers::admin::event::list_filter;
use crate::transport::handlers::call::{Call, Handled, Outcome, done};
use crate::transport::wire::{EventsWatch, EventsWatchAnswer};

/// `events:watch`: answers with the first page, then sends what changes. A client that asked for no answer gets the page as
/// the first `events`.
pub async fn watch(call: &mut Call<'_>, feed: &ListFeed) -> Outcome {
    let filter = filter(call.payload.parse_or_default()?)?;
    let (limits, client) = (&call.context.limits, call.client);
    limits.reads.take(&client.sender())?;
    let cost = if filter.search.is_some() { SEARCH_COST } else { READ_COST };
    limits.budget.take(client.network(), cost).await?;
    let list = feed.open(filter, client.network()).await?;
    limits.admit(client, feed.page(&list).await?.events.get().len()).await?;

    let mut answered = Ok(());
    let answer = &mut call.answer;
    let mut answer = |page: &ListPage| {
        let answer = answer.take().filter(Answer::is_wanted);
        answered = match answer {
            Some(answer) => answer.yes(EventsWatchAnswer { events: &page.events, next: page.next.as_ref() }),
            None => send(&*client.link, &page.message),
        };
    };
    feed.watch(&list, client.id, client.link.clone(), &mut answer).await?;
    // A client that disconnected in the meantime would watch forever.
    if client.has_gone() || answered.is_err() {
        feed.unwatch(client.id);
        client.close_if_connected();
    }
    Ok(Handled::Answered)
}

/// `events:unwatch`.
pub fn unwatch(call: &Call<'_>, feed: &ListFeed) -> Outcome {
    feed.unwatch(call.client.id);
    done()
}

/// The list that a client asks for.
fn filter(watch: EventsWatch) -> Result<EventFilter, Failure> {
    let EventsWatch { status, sport, competition, q } = watch;
    list_filter(&status, sport, competition, q.as_deref())
}

fn send(member: &dyn Link, message: &Message) -> Result<(), Unsent> {
    match member.send(message) {
        Sent::Taken | Sent::Written => Ok(()),
        Sent::Full => Err(Unsent::Full),
        Sent::Gone => Err(Unsent::Gone),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_list_has_one_filter_however_it_is_written() {
        let filter = |watch| filter(serde_json::from_value(watch).expect("it parses")).expect("it is valid");
        let same = [
            json!({ "status": ["live", "paused"], "q": " \u{c9}COLE " }),
            json!({ "status": ["paused", "live", "live"], "q": "e\u{301}cole" }),
        ];
        assert_eq!(filter(same[0].clone()), filter(same[1].clone()));
        for all in [
            json!({}),
            json!({ "q": "  " }),
            json!({ "status": [] }),
            json!({ "status": ["ended", "scheduled", "live", "paused"] }),
        ] {
            assert_eq!(filter(all), EventFilter::default());
        }
    }
}
