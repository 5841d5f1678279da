-- Wrong codes count for an account and a network, and no challenge ends another. The Postgres folder holds the same
-- schema in that database's types.

-- Several codes of one address may be open. (Rows that are `superseded` were written by 0.1.0.)
drop index challenges_one_live;

-- Where the wrong code was typed: an address of version 4, or a /48 of version 6. Empty in rows of 0.1.0.
alter table code_failures add column network text not null default '';

create index code_failures_by_network on code_failures (email_key, network, at);
