//! Listing events, page by page.

use sqlx::AssertSqlSafe;

use super::StoredEvent;
use super::row::{EventRow, list_columns, listed_columns};
use crate::domain::event::{EventFilter, KeyRange, ListPlace};
use crate::domain::id::{EventId, UserId};
use crate::storage::values::broken;
use crate::storage::{Database, StorageError};

/// A page ends with the event that reaches this many bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// Binds $1 to $6 of [`conditions`].
macro_rules! bind_conditions {
    ($query:expr, $page:expr, $range:expr) => {
        $query
            .bind(&$range.from)
            .bind(&$range.before)
            .bind(&$page.filter.sport)
            .bind($page.filter.competition.as_ref().map(EventId::as_str))
            .bind(&$page.filter.search)
            .bind($page.scorer.map(|scorer| scorer.0))
    };
}

/// A page of events.
#[derive(Debug)]
pub struct Listed {
    /// The events, without snapshots.
    pub events: Vec<StoredEvent>,
    /// Where the next page starts, if there may be a next page.
    pub next: Option<ListPlace>,
}

/// What a page contains.
#[derive(Debug, Clone, Copy)]
pub struct PageQuery<'a> {
    /// Which events.
    pub filter: &'a EventFilter,
    /// Only events that this account is assigned to.
    pub scorer: Option<UserId>,
    /// Only events after this place; an event that never existed is ignored.
    pub after: Option<&'a ListPlace>,
    /// At most this many.
    pub limit: usize,
}

/// Lists events in the order of [`Event::list_key`](crate::domain::event::Event::list_key). A page also ends after about
/// 1 MiB.
pub async fn list(db: &Database, page: PageQuery<'_>) -> Result<Listed, StorageError> {
    let start = match page.after {
        Some(ListPlace::Key(key)) => key.clone(),
        Some(ListPlace::Event(after)) => on!(db, |db| sqlx::query_scalar::<_, Option<String>>(
            "select list_key from events where id = $1"
        )
        .bind(after.as_str())
        .fetch_optional(db)
        .await)?
        .flatten()
        .unwrap_or_default(),
        None => String::new(),
    };
    let (mut rows, mut bytes) = (Vec::new(), 0);
    let mut is_cut = false;
    for KeyRange { from, before } in page.filter.key_ranges() {
        if before <= start {
            continue;
        }
        let range = KeyRange { from: from.max(start.clone()), before };
        // One more than fits, to know whether there is a next page.
        let found = rows_of(db, page, &range, page.limit + 1 - rows.len(), PAGE_BYTES - bytes).await?;
        for row in found {
            is_cut = rows.len() == page.limit;
            if is_cut {
                break;
            }
            bytes += row.size();
            rows.push(row);
        }
        is_cut = is_cut || bytes >= PAGE_BYTES;
        if is_cut {
            break;
        }
    }
    let events = rows.into_iter().map(EventRow::stored).collect::<Result<Vec<_>, _>>()?;
    let next = events.last().filter(|_| is_cut);
    let next = next.map(|stored| ListPlace::Key(stored.event.list_key(stored.created_at)));
    Ok(Listed { events, next })
}

/// The ids of all events that a filter matches, in any order.
pub async fn list_ids(db: &Database, filter: &EventFilter) -> Result<Vec<EventId>, StorageError> {
    let page = PageQuery { filter, scorer: None, after: None, limit: 0 };
    let statement = format!("select id from events where {}", conditions(db, page));
    let mut ids = Vec::new();
    for range in filter.key_ranges() {
        let statement = AssertSqlSafe(statement.clone());
        let found: Vec<(String,)> =
            on!(db, |db| bind_conditions!(sqlx::query_as(statement), page, range).fetch_all(db).await)?;
        for (id,) in found {
            ids.push(EventId::parse(&id).map_err(|_| broken("event id"))?);
        }
    }
    Ok(ids)
}

/// The first rows in a range of list keys, up to the one that reaches `bytes`.
async fn rows_of(
    db: &Database,
    page: PageQuery<'_>,
    range: &KeyRange,
    limit: usize,
    bytes: usize,
) -> Result<Vec<EventRow>, StorageError> {
    let statement = AssertSqlSafe(statement(db, page));
    let integer = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    on!(db, |db| bind_conditions!(sqlx::query_as::<_, EventRow>(statement), page, range)
        .bind(integer(limit))
        .bind(integer(bytes))
        .fetch_all(db)
        .await)
}

/// The statement for a page, with the limit as $7 and the bytes as $8.
fn statement(db: &Database, page: PageQuery<'_>) -> String {
    format!(
        "select {columns} from (
            select id as page_id, ahead from (
                select id, list_key, sum(size) over (order by list_key) - size as ahead from (
                    select id, list_key, octet_length(title) + octet_length(actions) + coalesce(octet_length(competitors), 0)
                        + coalesce(octet_length(summary), 0) as size
                    from events where {conditions}
                    order by list_key limit $7
                ) first
            ) sized where ahead < $8
         ) page join events on events.id = page.page_id order by list_key",
        columns = list_columns!(),
        conditions = conditions(db, page),
    )
}

/// The conditions on a row of a list, with $1 to $6 bound by [`bind_conditions`]. A condition is left out where nothing is
/// asked, because an index serves only the conditions that stand there.
fn conditions(db: &Database, page: PageQuery<'_>) -> String {
    let EventFilter { sport, competition, search, .. } = page.filter;
    let is = |asked: bool, condition: &'static str, parameter: &'static str| {
        if asked { condition } else { parameter }
    };
    let contains = db.dialect("strpos(search, $5) > 0", "instr(search, $5) > 0");
    format!(
        "archived_at is null and deleted_at is null and list_key > $1 and list_key < $2
            and {of_sport} and {of_competition} and {found} and {of_scorer}",
        of_sport = is(sport.is_some(), "sport = $3", "cast($3 as text) is null"),
        of_competition = is(competition.is_some(), "competition_id = $4", "cast($4 as text) is null"),
        found = if search.is_some() { contains } else { "cast($5 as text) is null" },
        of_scorer = is(
            page.scorer.is_some(),
            "id in (select event_id from event_scorers where user_id = $6)",
            db.dialect("cast($6 as uuid) is null", "$6 is null"),
        ),
    )
}
