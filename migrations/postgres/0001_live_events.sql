-- Accounts, events and their logs. The SQLite folder holds the same schema in that database's types.
-- JSON that must stay unchanged to the byte is text. Times have milliseconds.

create table users (
    id uuid primary key,
    email text not null,
    -- The address without regard to case: one account for all spellings.
    email_key text not null unique,
    name text not null,
    created_at timestamptz not null
);

create table roles (
    user_id uuid not null references users (id),
    role text not null check (role in ('scorer', 'reviewer', 'admin')),
    granted_at timestamptz not null,
    primary key (user_id, role)
);

create table service_tokens (
    id uuid primary key,
    user_id uuid not null references users (id),
    name text not null,
    hash bytea not null unique check (length(hash) = 32),
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);

create table events (
    id text primary key check (length(id) between 1 and 64),
    sport text not null,
    title text not null,
    status text not null check (status in ('scheduled', 'live', 'paused', 'ended')),
    starts_at timestamptz,
    competitors text,
    actions text not null,
    messages boolean not null,
    epoch text not null check (epoch <> '' and epoch not like '%:%'),
    seq bigint not null check (seq >= 0),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    last_update_at timestamptz,
    snapshot text,
    -- The snapshot is that of the last update: there is none before the first.
    check ((seq = 0) = (snapshot is null) and (seq = 0) = (last_update_at is null))
);

create index events_by_status on events (status, starts_at, created_at);

create table event_scorers (
    event_id text not null references events (id),
    user_id uuid not null references users (id),
    assigned_at timestamptz not null,
    primary key (event_id, user_id)
);

create index event_scorers_by_user on event_scorers (user_id);

create table updates (
    event_id text not null references events (id),
    seq bigint not null check (seq >= 1),
    kind text not null check (kind in ('update', 'correction')),
    voids text,
    reason text,
    op_id text,
    author uuid not null references users (id),
    at timestamptz not null,
    data text not null,
    primary key (event_id, seq),
    check ((kind = 'correction') = (voids is not null) and (kind = 'correction') = (reason is not null))
);

create unique index updates_by_op_id on updates (event_id, op_id) where op_id is not null;

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor uuid references users (id),
    action text not null,
    subject text not null,
    detail text
);

-- What viewers were shown stays: a mistake is corrected by a new entry.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;

create trigger updates_append_only before update or delete or truncate on updates
    for each statement execute function refuse_change();

create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function refuse_change();
