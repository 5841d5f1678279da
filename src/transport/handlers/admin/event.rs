//! `event:*` of `/admin`: creating, changing and listing events, and assigning scorers.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::event::{Action, Changes, Competition, Event, EventFilter, Status, search_text};
use crate::domain::id::EventId;
use crate::domain::score::kept_value;
use crate::domain::text::Field;
use crate::services::events::{Events, ListQuery, chosen_id};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Outcome, done, yes};
use crate::transport::wire::{
    EventAnswer, EventArchive, EventAssign, EventCreate, EventDelete, EventList, EventStatus, EventUpdate,
    EventsAnswer,
};

/// The most actions an event may have.
const ACTIONS_LIMIT: usize = 64;
/// The longest `format`, in bytes of JSON.
const FORMAT_LIMIT: usize = 4 * 1024;
/// The most events in a page.
const LONGEST_PAGE: usize = 500;
/// The most events in the first page for clients that do not ask for pages.
const LONGEST_PAGE_BY_DEFAULT: usize = 1_000;

/// `event:create`.
pub async fn create(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let event = new_event(call.parse()?)?;
    let event = events.create(call.credential()?, event).await?;
    yes(&EventAnswer { event })
}

/// `event:update`.
pub async fn update(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let update: EventUpdate = call.parse()?;
    let event_id = update.event_id.clone();
    let event = events.change(call.credential()?, event_id, changes(update)?).await?;
    yes(&EventAnswer { event })
}

/// `event:status`.
pub async fn status(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let EventStatus { event_id, status } = call.parse()?;
    let event = events.change(call.credential()?, event_id, Changes::of_status(status)).await?;
    yes(&EventAnswer { event })
}

/// `event:archive` and `event:unarchive`.
pub async fn archive(call: &mut Call<'_>, events: &Arc<Events>, archived: bool) -> Outcome {
    let EventArchive { event_id } = call.parse()?;
    let event = events.archive(call.credential()?, event_id, archived).await?;
    yes(&EventAnswer { event })
}

/// `event:delete`.
pub async fn delete(call: &mut Call<'_>, events: &Arc<Events>) -> Outcome {
    let EventDelete { event_id, confirm } = call.parse()?;
    if confirm != event_id {
        return Err(Failure::bad_request("confirm must be the same as eventId"));
    }
    events.delete(call.credential()?, event_id).await?;
    done()
}

/// The event that a client describes.
pub fn new_event(create: EventCreate) -> Result<Event, Failure> {
    let event_id = create.event_id.unwrap_or_else(chosen_id);
    check_event_id(&event_id)?;
    Field::SPORT.check(&create.sport)?;
    Field::TITLE.check(&create.title)?;
    check_actions(&create.actions)?;
    create.competitors.as_deref().map_or(Ok(()), check_competitors)?;
    create.venue.as_deref().map_or(Ok(()), |venue| Field::VENUE.check(venue))?;
    create.competition.as_ref().map_or(Ok(()), check_competition)?;
    create.format.as_deref().map_or(Ok(()), check_format)?;
    Ok(Event {
        starts_at: create.starts_at.map(|millis| time_from("startsAt", millis)).transpose()?,
        competitors: create.competitors,
        actions: create.actions,
        venue: create.venue,
        competition: create.competition,
        format: create.format,
        ..Event::new(event_id, create.sport, create.title)
    })
}

/// The changes that a client describes.
pub fn changes(update: EventUpdate) -> Result<Changes, Failure> {
    update.sport.as_deref().map_or(Ok(()), |sport| Field::SPORT.check(sport))?;
    update.title.as_deref().map_or(Ok(()), |title| Field::TITLE.check(title))?;
    update.actions.as_deref().map_or(Ok(()), check_actions)?;
    update.competitors.as_deref().map_or(Ok(()), check_competitors)?;
    update.venue.iter().flatten().try_for_each(|venue| Field::VENUE.check(venue))?;
    update.competition.iter().flatten().try_for_each(check_competition)?;
    update.format.as_deref().map_or(Ok(()), check_format)?;
    let starts_at = update.starts_at.map(|millis| millis.map(|at| time_from("startsAt", at)).transpose());
    let unless_null =
        |json: Option<Box<RawValue>>| json.map(|json| Some(json).filter(|json| json.get() != "null"));
    Ok(Changes {
        sport: update.sport,
        title: update.title,
        status: None,
        starts_at: starts_at.transpose()?,
        competitors: unless_null(update.competitors),
        actions: update.actions,
        messages: update.messages,
        venue: update.venue,
        competition: update.competition,
        format: unless_null(update.format),
    })
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
    let list: EventList = call.payload.parse_or_default()?;
    let mine = list.mine;
    let page = events.list_for(call.credential()?, &list_query(list)?, mine).await?;
    yes(&EventsAnswer::from(page))
}

/// The page of the list that a client asks for.
pub fn list_query(list: EventList) -> Result<ListQuery, Failure> {
    let EventList { status, sport, competition, q, from, to, limit, after, mine: _ } = list;
    let limit = match (limit, &after) {
        // Clients of 0.1.0 name no limit.
        (None, None) => LONGEST_PAGE_BY_DEFAULT,
        (None, Some(_)) => LONGEST_PAGE,
        (Some(limit), _) => usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=LONGEST_PAGE).contains(limit))
            .ok_or_else(|| Failure::bad_request("limit must be 1 to 500"))?,
    };
    let filter = list_filter(&status, sport, competition, q.as_deref())?;
    let time = |field, millis: Option<i64>| millis.map(|millis| time_from(field, millis)).transpose();
    let filter = EventFilter { from: time("from", from)?, to: time("to", to)?, ..filter };
    Ok(ListQuery { filter, after, limit })
}

/// The list that a client asks for, in one form however it is written: watchers of the same list share it.
pub fn list_filter(
    status: &[Status],
    sport: Option<String>,
    competition: Option<EventId>,
    q: Option<&str>,
) -> Result<EventFilter, Failure> {
    sport.as_deref().map_or(Ok(()), |sport| Field::SPORT_OF_LIST.check(sport))?;
    q.map_or(Ok(()), |q| Field::SEARCH.check(q))?;
    let search = q.map(|q| search_text(q.trim())).filter(|text| !text.is_empty());
    let mut statuses: Vec<_> = Status::LISTED.into_iter().filter(|listed| status.contains(listed)).collect();
    if statuses.len() == Status::LISTED.len() {
        statuses.clear();
    }
    Ok(EventFilter { statuses, sport, competition, search, ..EventFilter::default() })
}

/// Refuses an id that a path of the API has for something else.
pub fn check_event_id(id: &EventId) -> Result<(), Failure> {
    if id.as_str() == "stream" {
        return Err(Failure::bad_request("`stream` cannot be an eventId; choose another"));
    }
    Ok(())
}

fn check_competition(competition: &Competition) -> Result<(), Failure> {
    Ok(Field::COMPETITION.check(&competition.title)?)
}

fn check_format(format: &RawValue) -> Result<(), Failure> {
    if format.get().len() > FORMAT_LIMIT {
        return Err(Failure::new(ErrorCode::TooLarge, "format is longer than 4 KiB of JSON"));
    }
    kept_value(format).map(|_| ()).ok_or_else(|| {
        Failure::bad_request(
            "format contains a NUL, a lone surrogate, or a number outside the range of a double",
        )
    })
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

/// A time that a client sent as milliseconds.
///
/// # Errors
/// `bad_request`: the databases cannot store it.
pub fn time_from(field: &'static str, millis: i64) -> Result<time::OffsetDateTime, Failure> {
    let time = clock::from_millis(millis).filter(|time| (1..=9999).contains(&time.year()));
    time.ok_or_else(|| {
        Failure::bad_request(format!("{field} must be milliseconds since 1970, up to the year 9999"))
    })
}
