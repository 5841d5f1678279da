-- The crowd: what viewers react with, what is written in an event's room, and how many watch. The Postgres
-- folder holds the same schema in that database's types.
-- A run is one process of the server. It writes its own rows alone, with the whole count so far: a write that
-- is tried again changes nothing, and nodes add up.

create table reaction_totals (
    event_id text not null references events (id),
    emoji text not null,
    run text not null,
    count integer not null check (count > 0),
    primary key (event_id, emoji, run)
) strict;

create table messages (
    id blob primary key check (length(id) = 16),
    event_id text not null references events (id),
    author blob not null references users (id),
    name text not null,
    text text not null,
    official integer not null check (official in (0, 1)),
    at text not null,
    deleted_at text
) strict;

-- Ids are of version 7: by id is by time.
create index messages_by_event on messages (event_id, id) where deleted_at is null;

create table crowd_points (
    event_id text not null references events (id),
    at text not null,
    run text not null,
    users integer not null check (users >= 0),
    guests integer not null check (guests >= 0),
    reactions integer not null check (reactions >= 0),
    primary key (event_id, at, run)
) strict;
