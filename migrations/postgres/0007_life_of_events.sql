-- What lists need of events, when they ended, and their archive and deletion; when updates arrived. The SQLite folder holds the
-- same schema in that database's types.

alter table events
    add column venue text,
    add column competition_id text,
    add column competition_title text,
    -- An app's own rules of the sport, as JSON.
    add column format text,
    -- The part of the snapshot that lists show, as JSON.
    add column summary text,
    -- Sorts all lists of events. The server computes it, and what a search reads; in rows of older versions both are null until
    -- the next start.
    add column list_key text collate "C",
    add column search text,
    add column ended_at timestamptz,
    add column archived_at timestamptz,
    -- The row of a deleted event stays, so that its id is not used again.
    add column deleted_at timestamptz;

-- An event ended when its status became `ended`.
with ends as (
    select subject, max(at) as at from audit
    where action = 'event:update' and detail::json #>> '{after,status}' = 'ended'
        and detail::json #>> '{before,status}' <> 'ended'
    group by subject
)
update events set ended_at = coalesce((select at from ends where subject = events.id), changed_at) where status = 'ended';

alter table events
    drop constraint events_check,
    -- The snapshot is that of the last update: there is none before the first, and none of a deleted event.
    add constraint events_snapshot check (
        deleted_at is not null or (seq = 0) = (snapshot is null) and (seq = 0) = (last_update_at is null)
    ),
    add constraint events_competition check ((competition_id is null) = (competition_title is null)),
    add constraint events_ended check ((status = 'ended') = (ended_at is not null));

drop index events_by_status;
create unique index events_in_list on events (list_key) where archived_at is null and deleted_at is null;
create index events_by_sport on events (sport, list_key) where archived_at is null and deleted_at is null;
create index events_by_competition on events (competition_id, list_key) where competition_id is not null;
create index events_without_list_key on events (id) where list_key is null;
create index events_deleted on events (id) where deleted_at is not null;

-- Finds all messages of a deleted event, together with messages_by_event.
create index messages_deleted on messages (event_id, id) where deleted_at is not null;

-- When the server got an update whose time the scorer gave; null: at that time.
alter table updates add column received_at timestamptz;

-- When the session's device last used a desk: a connection to /admin, or a call that writes. Up to 20 s late; null: never.
alter table sessions add column desk_used_at timestamptz;

-- The log of a deleted event goes, and nothing else.
create function refuse_delete_of_update() returns trigger language plpgsql as $$
begin
    if exists (select 1 from events where id = old.event_id and deleted_at is not null) then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name;
end
$$;

drop trigger updates_append_only on updates;
create trigger updates_append_only before update or truncate on updates
    for each statement execute function refuse_change();
create trigger updates_stay before delete on updates
    for each row execute function refuse_delete_of_update();

-- Answers to HTTP requests that create an event under an Idempotency-Key, for a day, so that a retry gets the same answer.
create table event_creations (
    user_id uuid not null references users (id),
    op_id text not null,
    -- Of the request's body.
    hash bytea not null check (length(hash) = 32),
    -- The event as it was answered, as JSON.
    event text not null,
    at timestamptz not null,
    primary key (user_id, op_id)
);

create index event_creations_by_age on event_creations (at);

-- By which transaction an event was last changed, so that a server can read what changed since it last looked. A table of its own,
-- because an index on it in `events` would make every update of an event write all of that table's indexes.
create table event_changes (
    event_id text primary key references events (id),
    change bigint not null
);

create index event_changes_in_order on event_changes (change);

create function note_event_change() returns trigger language plpgsql as $$
begin
    insert into event_changes (event_id, change) values (new.id, pg_current_xact_id()::text::bigint)
    on conflict (event_id) do update set change = excluded.change;
    return null;
end
$$;

create trigger events_note_change after insert or update on events for each row execute function note_event_change();
