-- Sign-up by mailed codes, and sessions. The SQLite folder holds the same schema in that database's types.

-- When the account's owner first proved the address; an administrator may have made the account before.
alter table users add column verified_at timestamptz;

-- A code that was asked for. For an address to which none is mailed there is a row all the same, with a hash
-- that no code has.
create table challenges (
    id uuid primary key,
    -- As typed: what an account that comes of it is given.
    email text not null,
    email_key text not null,
    -- Of a sign-up: what the account is to be called.
    name text,
    hash bytea not null check (length(hash) = 32),
    tries integer not null check (tries >= 0),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ending text check (ending in ('used', 'superseded'))
);

-- A newer code ends the older one.
create unique index challenges_one_live on challenges (email_key) where ending is null;
create index challenges_by_age on challenges (created_at);

-- Wrong codes of an address, over all its challenges.
create table code_failures (
    id bigint generated always as identity primary key,
    email_key text not null,
    at timestamptz not null
);

create index code_failures_by_address on code_failures (email_key, at);
create index code_failures_by_age on code_failures (at);

create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id),
    hash bytea not null unique check (length(hash) = 32),
    device_id text not null,
    device_name text not null,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ending text check (ending in ('replaced', 'renewed', 'logout', 'expired')),
    -- The name of the device that took its place.
    replaced_by text,
    check ((ending is null) = (ended_at is null)),
    check ((replaced_by is not null) = (ending is not null and ending = 'replaced'))
);

-- One account is signed in on one device.
create unique index sessions_one_live on sessions (user_id) where ending is null;
create index sessions_by_end on sessions (ended_at) where ending is not null;
create index sessions_by_expiry on sessions (expires_at) where ending is null;
