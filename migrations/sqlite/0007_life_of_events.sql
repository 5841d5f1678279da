-- What lists need of events, when they ended, and their archive and deletion; when updates arrived. The Postgres folder holds the
-- same schema in that database's types.
-- The columns stand before the snapshot, so the table is made again. Foreign keys are off during migrations; the last statement
-- checks them.

create table events_new (
    id text primary key check (length(id) between 1 and 64),
    sport text not null,
    title text not null,
    status text not null check (status in ('scheduled', 'live', 'paused', 'ended')),
    starts_at text,
    competitors text,
    actions text not null,
    messages integer not null check (messages in (0, 1)),
    venue text,
    competition_id text,
    competition_title text,
    -- An app's own rules of the sport, as JSON.
    format text,
    -- The part of the snapshot that lists show, as JSON.
    summary text,
    -- Sorts all lists of events. The server computes it, and what a search reads; in rows of older versions both are null until
    -- the next start.
    list_key text,
    search text,
    epoch text not null check (epoch <> '' and epoch not like '%:%'),
    seq integer not null check (seq >= 0),
    created_at text not null,
    changed_at text not null,
    last_update_at text,
    ended_at text,
    archived_at text,
    -- The row of a deleted event stays, so that its id is not used again.
    deleted_at text,
    snapshot text,
    -- The snapshot is that of the last update: there is none before the first, and none of a deleted event.
    check (deleted_at is not null or (seq = 0) = (snapshot is null) and (seq = 0) = (last_update_at is null)),
    check ((competition_id is null) = (competition_title is null)),
    check ((status = 'ended') = (ended_at is not null))
) strict;

-- An event ended when its status became `ended`.
with ends as (
    select subject, max(at) as at from audit
    where action = 'event:update' and json_extract(detail, '$.after.status') = 'ended'
        and json_extract(detail, '$.before.status') <> 'ended'
    group by subject
)
insert into events_new
    (id, sport, title, status, starts_at, competitors, actions, messages, epoch, seq, created_at, changed_at, last_update_at,
     ended_at, snapshot)
select id, sport, title, status, starts_at, competitors, actions, messages, epoch, seq, created_at, changed_at, last_update_at,
    case when status = 'ended' then coalesce((select at from ends where subject = events.id), changed_at) end, snapshot
from events;

drop table events;
alter table events_new rename to events;

create unique index events_in_list on events (list_key) where archived_at is null and deleted_at is null;
create index events_by_sport on events (sport, list_key) where archived_at is null and deleted_at is null;
create index events_by_competition on events (competition_id, list_key) where competition_id is not null;
create index events_without_list_key on events (id) where list_key is null;
create index events_deleted on events (id) where deleted_at is not null;

-- Finds all messages of a deleted event, together with messages_by_event.
create index messages_deleted on messages (event_id, id) where deleted_at is not null;

-- When the server got an update whose time the scorer gave; null: at that time.
alter table updates add column received_at text;

-- When the session's device last used a desk: a connection to /admin, or a call that writes. Up to 20 s late; null: never.
alter table sessions add column desk_used_at text;

-- The log of a deleted event goes, and nothing else.
drop trigger updates_stay;
create trigger updates_stay before delete on updates
when not exists (select 1 from events where id = old.event_id and deleted_at is not null)
begin
    select raise(abort, 'updates is append-only');
end;

-- Answers to HTTP requests that create an event under an Idempotency-Key, for a day, so that a retry gets the same answer.
create table event_creations (
    user_id blob not null references users (id),
    op_id text not null,
    -- Of the request's body.
    hash blob not null check (length(hash) = 32),
    -- The event as it was answered, as JSON.
    event text not null,
    at text not null,
    primary key (user_id, op_id)
) strict, without rowid;

create index event_creations_by_age on event_creations (at);

-- In which order events changed, so that a server can read what changed since it last looked. A table of its own, because an index
-- on it in `events` would make every update of an event write all of that table's indexes.
create table event_changes (
    event_id text primary key references events (id),
    change integer not null
) strict, without rowid;

create unique index event_changes_in_order on event_changes (change);

create trigger events_note_new after insert on events
begin
    insert into event_changes (event_id, change)
    values (new.id, (select coalesce(max(change), 0) + 1 from event_changes))
    on conflict (event_id) do update set change = excluded.change;
end;

create trigger events_note_change after update on events
begin
    insert into event_changes (event_id, change)
    values (new.id, (select coalesce(max(change), 0) + 1 from event_changes))
    on conflict (event_id) do update set change = excluded.change;
end;

create temp table foreign_key_violations (parent text check (false));
insert into foreign_key_violations select parent from pragma_foreign_key_check;
drop table foreign_key_violations;
