-- How long credentials live. The Postgres folder holds the same schema in that database's types.

-- From when on the token is refused; null: only once it is revoked.
alter table service_tokens add column expires_at text;

-- A session also ends a fixed time after it was created.
create index sessions_by_creation on sessions (created_at) where ending is null;
