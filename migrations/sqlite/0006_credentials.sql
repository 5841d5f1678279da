-- How long credentials live, and who is an administrator by the settings. The Postgres folder holds the same schema in that database's types.

-- From when on the token is refused; null: only once it is revoked.
alter table service_tokens add column expires_at text;

-- A session also ends a fixed time after it was created.
create index sessions_by_creation on sessions (created_at) where ending is null;

-- From when on ADMIN_EMAILS does not make this account an administrator any more: it did, or somebody has revoked the role.
alter table users add column admin_settled_at text;

update users set admin_settled_at = created_at where exists (
    select 1 from audit
    where subject = lower(
        substr(hex(users.id), 1, 8) || '-' || substr(hex(users.id), 9, 4) || '-' || substr(hex(users.id), 13, 4) || '-'
        || substr(hex(users.id), 17, 4) || '-' || substr(hex(users.id), 21, 12)
    ) and (
        (action = 'role:grant' and detail like '%"ADMIN_EMAILS"%')
        or (action = 'role:revoke' and detail like '%"admin"%')
    )
);
