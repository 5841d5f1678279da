-- Accounts, events and their logs. The Postgres folder holds the same schema in that database's types.
-- JSON that must stay unchanged to the byte is text. Times are RFC 3339 text in UTC with three digits of
-- milliseconds, so that they sort as text; ids of accounts and tokens are the 16 bytes of a UUID.

create table users (
    id blob primary key check (length(id) = 16),
    email text not null,
    -- The address without regard to case: one account for all spellings.
    email_key text not null unique,
    name text not null,
    created_at text not null
) strict;

create table roles (
    user_id blob not null references users (id),
    role text not null check (role in ('scorer', 'reviewer', 'admin')),
    granted_at text not null,
    primary key (user_id, role)
) strict;

create table service_tokens (
    id blob primary key check (length(id) = 16),
    user_id blob not null references users (id),
    name text not null,
    hash blob not null unique check (length(hash) = 32),
    created_at text not null,
    last_used_at text,
    revoked_at text
) strict;

-- The snapshot stands last: SQLite walks a large value to reach the columns behind it.
create table events (
    id text primary key check (length(id) between 1 and 64),
    sport text not null,
    title text not null,
    status text not null check (status in ('scheduled', 'live', 'paused', 'ended')),
    starts_at text,
    competitors text,
    actions text not null,
    messages integer not null check (messages in (0, 1)),
    epoch text not null check (epoch <> '' and epoch not like '%:%'),
    seq integer not null check (seq >= 0),
    created_at text not null,
    changed_at text not null,
    last_update_at text,
    snapshot text,
    -- The snapshot is that of the last update: there is none before the first.
    check ((seq = 0) = (snapshot is null) and (seq = 0) = (last_update_at is null))
) strict;

create index events_by_status on events (status, starts_at, created_at);

create table event_scorers (
    event_id text not null references events (id),
    user_id blob not null references users (id),
    assigned_at text not null,
    primary key (event_id, user_id)
) strict;

create index event_scorers_by_user on event_scorers (user_id);

create table updates (
    event_id text not null references events (id),
    seq integer not null check (seq >= 1),
    kind text not null check (kind in ('update', 'correction')),
    voids text,
    reason text,
    op_id text,
    author blob not null references users (id),
    at text not null,
    data text not null,
    primary key (event_id, seq),
    check ((kind = 'correction') = (voids is not null) and (kind = 'correction') = (reason is not null))
) strict;

create unique index updates_by_op_id on updates (event_id, op_id) where op_id is not null;

create table audit (
    id integer primary key,
    at text not null,
    actor blob references users (id),
    action text not null,
    subject text not null,
    detail text
) strict;

-- What viewers were shown stays: a mistake is corrected by a new entry.
create trigger updates_keep before update on updates
begin
    select raise(abort, 'updates is append-only');
end;

create trigger updates_stay before delete on updates
begin
    select raise(abort, 'updates is append-only');
end;

create trigger audit_keep before update on audit
begin
    select raise(abort, 'audit is append-only');
end;

create trigger audit_stay before delete on audit
begin
    select raise(abort, 'audit is append-only');
end;
