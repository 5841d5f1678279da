//! `event:*` of `/admin`: creating, changing and listing events, and assigning scorers.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::event::{Action, Changes, Event, Status};
use crate::domain::score::kept_value;
use crate::domain::text::Field;
use crate::services::events::{Events, chosen_id};
use crate::transport::error::Failure;
use crate::transport::handlers::call::{Call, Outcome, done, yes};
use crate::transport::wire::{
    EventAnswer, EventAssign, EventCreate, EventList, EventStatus, EventUpdate, EventsAnswer,
};

/// The most actions an event may have.
const ACTIONS_LIMIT: usize = 64;

/// `event:create`.
pub async fn create(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let create: EventCreate = call.parse()?;
    Field::SPORT.check(&create.sport)?;
    Field::TITLE.check(&create.title)?;
    check_actions(&create.actions)?;
    create.competitors.as_deref().map_or(Ok(()), check_competitors)?;
    let event = Event {
        event_id: create.event_id.unwrap_or_else(chosen_id),
        sport: create.sport,
        title: create.title,
        status: Status::Scheduled,
        starts_at: create.starts_at.map(time_from).transpose()?,
        competitors: create.competitors,
        actions: create.actions,
        messages: true,
    };
    let event = events.create(call.credential()?, event).await?;
    yes(&EventAnswer { event })
}

/// `event:update`.
pub async fn update(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let update: EventUpdate = call.parse()?;
    update.sport.as_deref().map_or(Ok(()), |sport| Field::SPORT.check(sport))?;
    update.title.as_deref().map_or(Ok(()), |title| Field::TITLE.check(title))?;
    update.actions.as_deref().map_or(Ok(()), check_actions)?;
    update.competitors.as_deref().map_or(Ok(()), check_competitors)?;
    let changes = Changes {
        sport: update.sport,
        title: update.title,
        status: None,
        starts_at: update.starts_at.map(|millis| millis.map(time_from).transpose()).transpose()?,
        competitors: update.competitors.map(|json| Some(json).filter(|json| json.get() != "null")),
        actions: update.actions,
        messages: update.messages,
    };
    let event = events.change(call.credential()?, update.event_id, changes).await?;
    yes(&EventAnswer { event })
}

/// `event:status`.
pub async fn status(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let EventStatus { event_id, status } = call.parse()?;
    let changes = Changes { status: Some(status), ..Changes::default() };
    let event = events.change(call.credential()?, event_id, changes).await?;
    yes(&EventAnswer { event })
}

/// `event:assign` and `event:unassign`.
pub async fn assign(call: &mut Call<'_>, events: &Arc<Events>, assigned: bool) -> Outcome {
    let EventAssign { event_id, email } = call.parse()?;
    let email = EmailAddress::parse(&email).map_err(|error| Failure::bad_request(error.to_string()))?;
    events.assign(call.credential()?, event_id, email, assigned).await?;
    done()
}

/// `event:list`.
pub async fn list(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let EventList { status, after } = call.payload.parse_or_default()?;
    let page = events.list_for(call.credential()?, status, after.as_ref()).await?;
    yes(&EventsAnswer::from(page))
}

fn check_actions(actions: &[Action]) -> Result<(), Failure> {
    actions.iter().try_for_each(|action| Field::ACTION.check(&action.name))?;
    let names: HashSet<_> = actions.iter().map(|action| &action.name).collect();
    if names.len() < actions.len() {
        return Err(Failure::bad_request("two actions have the same name"));
    }
    if actions.len() > ACTIONS_LIMIT {
        return Err(Failure::bad_request(format!("an event has at most {ACTIONS_LIMIT} actions")));
    }
    Ok(())
}

fn check_competitors(competitors: &RawValue) -> Result<(), Failure> {
    let value = kept_value(competitors).ok_or_else(|| {
        Failure::bad_request(
            "competitors contains a NUL, a lone surrogate, or a number outside the range of a double",
        )
    })?;
    Ok(Field::COMPETITORS.check_all(&value)?)
}

fn time_from(millis: i64) -> Result<time::OffsetDateTime, Failure> {
    let time = clock::from_millis(millis).filter(|time| (1..=9999).contains(&time.year()));
    time.ok_or_else(|| Failure::bad_request("startsAt must be milliseconds since 1970, up to the year 9999"))
}
