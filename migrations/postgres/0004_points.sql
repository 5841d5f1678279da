-- Points: tickets, the ledger, totals, the board, and reviews. The SQLite folder holds the same schema in that
-- database's types.

-- Where an action came from stands here and not in the ledger, for a ticket is removed some time after its end.
create table tickets (
    hash bytea primary key check (length(hash) = 32),
    user_id uuid not null references users (id),
    -- The hash of the token of the session that it was issued to.
    session bytea not null check (length(session) = 32),
    event_id text not null references events (id),
    action text not null,
    device text,
    address text,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    redeemed_at timestamptz
);

create index tickets_by_end on tickets (expires_at);
create index tickets_by_address on tickets (event_id, address, redeemed_at) where redeemed_at is not null;
create index tickets_by_device on tickets (event_id, device, redeemed_at) where redeemed_at is not null;

-- The ledger. An entry says for ever what was earned, and whether it was held; what a reviewer made of a held
-- one stands in its review.
create table points (
    id uuid primary key,
    ticket bytea not null unique check (length(ticket) = 32),
    user_id uuid not null references users (id),
    event_id text not null references events (id),
    action text not null,
    points bigint not null check (points >= 0),
    held boolean not null,
    took_ms bigint not null check (took_ms >= 0),
    at timestamptz not null
);

create index points_by_player on points (user_id, at);
create index points_by_event on points (event_id, at);

create trigger points_append_only before update or delete or truncate on points
    for each statement execute function refuse_change();

create table reviews (
    id uuid primary key,
    entry_id uuid not null unique references points (id),
    event_id text not null references events (id),
    user_id uuid not null references users (id),
    status text not null check (status in ('pending', 'approved', 'rejected')),
    version bigint not null check (version >= 1),
    reasons text not null,
    evidence text not null,
    created_at timestamptz not null,
    decided_by uuid references users (id),
    decided_at timestamptz,
    note text,
    check ((status = 'pending') = (decided_at is null) and (status = 'pending') = (decided_by is null)),
    check (decided_by is null or decided_by <> user_id)
);

create index reviews_by_status on reviews (status, id);
create index reviews_by_player on reviews (user_id, id);
create index reviews_by_event on reviews (event_id, id);

-- The sum of a player's counted entries, in an event (the scope is its id) and overall (the scope is empty), and
-- when it was reached.
create table totals (
    scope text not null,
    user_id uuid not null references users (id),
    points bigint not null check (points >= 0),
    reached_at timestamptz not null,
    primary key (scope, user_id)
);

create index totals_by_place on totals (scope, points desc, reached_at, user_id);

-- How many players' totals lie in a node of a tree over all totals, by which a rank is the sum of a few rows
-- (docs/decisions/leaderboard.md). A node's count is spread over shards, so that writers seldom meet.
create table standings (
    scope text not null,
    node bigint not null,
    shard bigint not null,
    players bigint not null,
    primary key (scope, node, shard)
) with (fillfactor = 50);

-- Grows whenever the ten of a scope may have changed.
create table boards (
    scope text primary key,
    version bigint not null check (version >= 1)
) with (fillfactor = 50);
