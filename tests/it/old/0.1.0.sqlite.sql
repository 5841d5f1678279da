PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES(1,'live events','2026-11-30 03:24:02',1,X'ee60110076e2bec0e06c6d85ad1aeb970a244d4380478ef532380b2d6bf2e2e5193f6330cb16835dd72f8f31b8476f10',947412);
INSERT INTO _sqlx_migrations VALUES(2,'accounts','2026-11-30 03:24:02',1,X'1c9f10428484464fdb6180ee6193156bacb7193d2908d493961d6324b321757a07ca652f05e4580d54311dc3ede469f1',833888);
INSERT INTO _sqlx_migrations VALUES(3,'crowd','2026-11-30 03:24:02',1,X'f57e909d3491bd62b98bf65b8777d9b2a8e884a60691f593722a2bf64c78140766f5a893f2368f291bf1a30b0991b7fa',409738);
INSERT INTO _sqlx_migrations VALUES(4,'points','2026-11-30 03:24:02',1,X'45f8b1657f56f633cf7c45a13cef251e9d1ba7a66417e4d406604900bb20c0b74444ec8c71477dc0d79af15d5c1aeae9',1126893);
CREATE TABLE users (
    id blob primary key check (length(id) = 16),
    email text not null,
    -- The address without regard to case: one account for all spellings.
    email_key text not null unique,
    name text not null,
    created_at text not null
, verified_at text) strict;
INSERT INTO users VALUES(X'01a22a7b21b973cf81b86a0686f2a75a','admin-1@example.com','admin-1@example.com','admin-1','2026-11-30T03:24:02.360Z',NULL);
INSERT INTO users VALUES(X'01a22a7b21fc7594b0cfb3d4acb822b7','ravi@club.example','ravi@club.example','ravi','2026-11-30T03:24:02.428Z',NULL);
INSERT INTO users VALUES(X'01a22a7b21ff72c8a087c7c86012ec75','oscar@club.example','oscar@club.example','oscar','2026-11-30T03:24:02.431Z',NULL);
INSERT INTO users VALUES(X'01a22a7b2200724a91411c7d5a64070c','joan.hill@club.example','joan.hill@club.example','joan.hill','2026-11-30T03:24:02.432Z',NULL);
INSERT INTO users VALUES(X'01a22a7b2313719cb52d4f6ccecdfb58','player0@club.example','player0@club.example','Imran Sethi','2026-11-30T03:24:02.707Z','2026-11-30T03:24:02.707Z');
INSERT INTO users VALUES(X'01a22a7b233d72ce873f2ee01874afab','player1@club.example','player1@club.example','Louisa Brandt','2026-11-30T03:24:02.749Z','2026-11-30T03:24:02.749Z');
INSERT INTO users VALUES(X'01a22a7b241b7130b11c0bd2aad3cb5c','player2@club.example','player2@club.example','Tom Okoro','2026-11-30T03:24:02.971Z','2026-11-30T03:24:02.971Z');
INSERT INTO users VALUES(X'01a22a7b244077fab11ebb85ff5d792b','player3@club.example','player3@club.example','Maya Lindqvist','2026-11-30T03:24:03.007Z','2026-11-30T03:24:03.007Z');
INSERT INTO users VALUES(X'01a22a7b668d7088ac5ee8d60ed43a12','leaver@club.example','leaver@club.example','Leaver','2026-11-30T03:24:19.981Z','2026-11-30T03:24:19.981Z');
INSERT INTO users VALUES(X'01a22a7b6b0372aeac78481a4dc201a9','feed@club.example','feed@club.example','feed','2026-11-30T03:24:21.123Z',NULL);
CREATE TABLE roles (
    user_id blob not null references users (id),
    role text not null check (role in ('scorer', 'reviewer', 'admin')),
    granted_at text not null,
    primary key (user_id, role)
) strict;
INSERT INTO roles VALUES(X'01a22a7b21b973cf81b86a0686f2a75a','admin','2026-11-30T03:24:02.360Z');
INSERT INTO roles VALUES(X'01a22a7b21fc7594b0cfb3d4acb822b7','scorer','2026-11-30T03:24:02.428Z');
INSERT INTO roles VALUES(X'01a22a7b2200724a91411c7d5a64070c','admin','2026-11-30T03:24:02.432Z');
INSERT INTO roles VALUES(X'01a22a7b21ff72c8a087c7c86012ec75','reviewer','2026-11-30T03:24:02.435Z');
INSERT INTO roles VALUES(X'01a22a7b21b973cf81b86a0686f2a75a','reviewer','2026-11-30T03:24:02.436Z');
INSERT INTO roles VALUES(X'01a22a7b6b0372aeac78481a4dc201a9','scorer','2026-11-30T03:24:21.123Z');
CREATE TABLE service_tokens (
    id blob primary key check (length(id) = 16),
    user_id blob not null references users (id),
    name text not null,
    hash blob not null unique check (length(hash) = 32),
    created_at text not null,
    last_used_at text,
    revoked_at text
) strict;
INSERT INTO service_tokens VALUES(X'01a22a7b21b973cf81b86a0544d8eb7a',X'01a22a7b21b973cf81b86a0686f2a75a','admin-1',X'21ae6847fc5de5930a6a82b9262af8c725f335271bc361b13bfac9ffac80018c','2026-11-30T03:24:02.360Z',NULL,NULL);
INSERT INTO service_tokens VALUES(X'01a22a7b6b0372aeac78481978a98229',X'01a22a7b6b0372aeac78481a4dc201a9','score feed',X'c4fd0b137d6cce04046783b878d96d21d0a400848a77b2d8664a5e8528b92612','2026-11-30T03:24:21.123Z',NULL,NULL);
CREATE TABLE events (
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
INSERT INTO events VALUES('cup-final','football','Harbour Lane v Meadow Bank','live','2026-11-30T01:41:18.000Z','["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]','[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]',1,'zv8gbcrsy864',4,'2026-11-30T03:24:02.381Z','2026-11-30T03:24:02.391Z','2026-11-30T03:24:02.405Z','{"home":{"goals":1},"away":{"goals":0},"text":"café ⚽"}');
INSERT INTO events VALUES('t20','cricket','Northfield v Riverside','live','2026-11-30T01:41:18.000Z','["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]','[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]',1,'rn99xr8f9mnm',12,'2026-11-30T03:24:02.384Z','2026-11-30T03:24:02.393Z','2026-11-30T03:24:02.424Z','{"runs":12,"over":"0.0"}');
INSERT INTO events VALUES('old','chess','Club championship','ended','2026-11-30T01:41:18.000Z','["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]','[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]',1,'r722d3wwbs6p',1,'2026-11-30T03:24:02.385Z','2026-11-30T03:24:21.111Z','2026-11-30T03:24:02.425Z','{"moves":"e4 e5"}');
INSERT INTO events VALUES('later','rowing','Autumn regatta','scheduled',NULL,NULL,'[]',1,'ckwe3zqwkk2t',0,'2026-11-30T03:24:02.390Z','2026-11-30T03:24:02.390Z',NULL,NULL);
CREATE TABLE event_scorers (
    event_id text not null references events (id),
    user_id blob not null references users (id),
    assigned_at text not null,
    primary key (event_id, user_id)
) strict;
INSERT INTO event_scorers VALUES('cup-final',X'01a22a7b21fc7594b0cfb3d4acb822b7','2026-11-30T03:24:02.428Z');
INSERT INTO event_scorers VALUES('t20',X'01a22a7b6b0372aeac78481a4dc201a9','2026-11-30T03:24:21.123Z');
CREATE TABLE updates (
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
INSERT INTO updates VALUES('cup-final',1,'update',NULL,NULL,'kick-off',X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.397Z','{"home":{"goals":0},"away":{"goals":0}}');
INSERT INTO updates VALUES('cup-final',2,'update',NULL,NULL,'2f29cc40-4c89-4312-9e2b-917b5deb28d2',X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.402Z','{"home":{"goals":1},"text":"café ⚽"}');
INSERT INTO updates VALUES('cup-final',3,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.403Z','{"away":{"goals":1}}');
INSERT INTO updates VALUES('cup-final',4,'correction','[3]','offside',NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.405Z','{"away":{"goals":0}}');
INSERT INTO updates VALUES('t20',1,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.407Z','{"runs":1,"over":"0.1"}');
INSERT INTO updates VALUES('t20',2,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.410Z','{"runs":2,"over":"0.2"}');
INSERT INTO updates VALUES('t20',3,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.411Z','{"runs":3,"over":"0.3"}');
INSERT INTO updates VALUES('t20',4,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.413Z','{"runs":4,"over":"0.4"}');
INSERT INTO updates VALUES('t20',5,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.414Z','{"runs":5,"over":"0.5"}');
INSERT INTO updates VALUES('t20',6,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.415Z','{"runs":6,"over":"0.0"}');
INSERT INTO updates VALUES('t20',7,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.417Z','{"runs":7,"over":"0.1"}');
INSERT INTO updates VALUES('t20',8,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.418Z','{"runs":8,"over":"0.2"}');
INSERT INTO updates VALUES('t20',9,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.420Z','{"runs":9,"over":"0.3"}');
INSERT INTO updates VALUES('t20',10,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.421Z','{"runs":10,"over":"0.4"}');
INSERT INTO updates VALUES('t20',11,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.423Z','{"runs":11,"over":"0.5"}');
INSERT INTO updates VALUES('t20',12,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.424Z','{"runs":12,"over":"0.0"}');
INSERT INTO updates VALUES('old',1,'update',NULL,NULL,NULL,X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:02.425Z','{"moves":"e4 e5"}');
CREATE TABLE audit (
    id integer primary key,
    at text not null,
    actor blob references users (id),
    action text not null,
    subject text not null,
    detail text
) strict;
INSERT INTO audit VALUES(1,'2026-11-30T03:24:02.360Z',NULL,'token:create','01a22a7b-21b9-73cf-81b8-6a0544d8eb7a','{"role":"admin","events":[],"user":"01a22a7b-21b9-73cf-81b8-6a0686f2a75a"}');
INSERT INTO audit VALUES(2,'2026-11-30T03:24:02.382Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:create','cup-final','{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO audit VALUES(3,'2026-11-30T03:24:02.384Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:create','t20','{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO audit VALUES(4,'2026-11-30T03:24:02.386Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:create','old','{"eventId":"old","sport":"chess","title":"Club championship","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO audit VALUES(5,'2026-11-30T03:24:02.390Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:create','later','{"eventId":"later","sport":"rowing","title":"Autumn regatta","status":"scheduled","startsAt":null,"competitors":null,"actions":[],"messages":true}');
INSERT INTO audit VALUES(6,'2026-11-30T03:24:02.392Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:update','cup-final','{"before":{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO audit VALUES(7,'2026-11-30T03:24:02.394Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:update','t20','{"before":{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO audit VALUES(8,'2026-11-30T03:24:02.396Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:update','old','{"before":{"eventId":"old","sport":"chess","title":"Club championship","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"old","sport":"chess","title":"Club championship","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO audit VALUES(9,'2026-11-30T03:24:02.429Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:assign','cup-final','{"user":"01a22a7b-21fc-7594-b0cf-b3d4acb822b7"}');
INSERT INTO audit VALUES(10,'2026-11-30T03:24:02.431Z',X'01a22a7b21b973cf81b86a0686f2a75a','role:grant','01a22a7b-21ff-72c8-a087-c7c86012ec75','{"role":"reviewer"}');
INSERT INTO audit VALUES(11,'2026-11-30T03:24:02.432Z',X'01a22a7b21b973cf81b86a0686f2a75a','role:grant','01a22a7b-2200-724a-9141-1c7d5a64070c','{"role":"admin"}');
INSERT INTO audit VALUES(12,'2026-11-30T03:24:02.433Z',X'01a22a7b21b973cf81b86a0686f2a75a','role:revoke','01a22a7b-21ff-72c8-a087-c7c86012ec75','{"role":"reviewer"}');
INSERT INTO audit VALUES(13,'2026-11-30T03:24:02.435Z',X'01a22a7b21b973cf81b86a0686f2a75a','role:grant','01a22a7b-21ff-72c8-a087-c7c86012ec75','{"role":"reviewer"}');
INSERT INTO audit VALUES(14,'2026-11-30T03:24:02.436Z',X'01a22a7b21b973cf81b86a0686f2a75a','role:grant','01a22a7b-21b9-73cf-81b8-6a0686f2a75a','{"role":"reviewer"}');
INSERT INTO audit VALUES(15,'2026-11-30T03:24:02.707Z',X'01a22a7b2313719cb52d4f6ccecdfb58','account:verify','01a22a7b-2313-719c-b52d-4f6ccecdfb58','{"session":"01a22a7b-2314-7471-903b-430301fb05b0","device":"phone 0","replaced":false}');
INSERT INTO audit VALUES(16,'2026-11-30T03:24:02.749Z',X'01a22a7b233d72ce873f2ee01874afab','account:verify','01a22a7b-233d-72ce-873f-2ee01874afab','{"session":"01a22a7b-233d-72ce-873f-2ee15f27efea","device":"phone 1","replaced":false}');
INSERT INTO audit VALUES(17,'2026-11-30T03:24:02.971Z',X'01a22a7b241b7130b11c0bd2aad3cb5c','account:verify','01a22a7b-241b-7130-b11c-0bd2aad3cb5c','{"session":"01a22a7b-241b-7130-b11c-0bd3248e4f77","device":"phone 2","replaced":false}');
INSERT INTO audit VALUES(18,'2026-11-30T03:24:03.007Z',X'01a22a7b244077fab11ebb85ff5d792b','account:verify','01a22a7b-2440-77fa-b11e-bb85ff5d792b','{"session":"01a22a7b-2440-77fa-b11e-bb869903f6a7","device":"phone 3","replaced":false}');
INSERT INTO audit VALUES(19,'2026-11-30T03:24:07.298Z',X'01a22a7b21b973cf81b86a0686f2a75a','review:decide','01a22a7b-2873-72f4-9906-7ae6df916036','{"decision":"approve","note":"seen on video","player":"01a22a7b-2313-719c-b52d-4f6ccecdfb58","event":"cup-final","points":5,"reasons":["exact_minimum"]}');
INSERT INTO audit VALUES(20,'2026-11-30T03:24:07.301Z',X'01a22a7b21b973cf81b86a0686f2a75a','review:decide','01a22a7b-297f-744c-a467-aed3f53e4802','{"decision":"reject","note":null,"player":"01a22a7b-2313-719c-b52d-4f6ccecdfb58","event":"cup-final","points":5,"reasons":["exact_minimum"]}');
INSERT INTO audit VALUES(21,'2026-11-30T03:24:19.818Z',X'01a22a7b21b973cf81b86a0686f2a75a','message:delete','cup-final','{"message":"01a22a7b-3508-7585-96cc-1855559d966e"}');
INSERT INTO audit VALUES(22,'2026-11-30T03:24:19.901Z',X'01a22a7b2313719cb52d4f6ccecdfb58','session:login','01a22a7b-2313-719c-b52d-4f6ccecdfb58','{"session":"01a22a7b-663d-722d-bc80-536a1af4a10b","device":"a new phone","replaced":true}');
INSERT INTO audit VALUES(23,'2026-11-30T03:24:19.981Z',X'01a22a7b668d7088ac5ee8d60ed43a12','account:verify','01a22a7b-668d-7088-ac5e-e8d60ed43a12','{"session":"01a22a7b-668e-758f-baf9-a562aa345ada","device":"tablet","replaced":false}');
INSERT INTO audit VALUES(24,'2026-11-30T03:24:19.986Z',X'01a22a7b668d7088ac5ee8d60ed43a12','session:logout','01a22a7b-668d-7088-ac5e-e8d60ed43a12','{"session":"01a22a7b-668e-758f-baf9-a562aa345ada"}');
INSERT INTO audit VALUES(25,'2026-11-30T03:24:21.112Z',X'01a22a7b21b973cf81b86a0686f2a75a','event:update','old','{"before":{"eventId":"old","sport":"chess","title":"Club championship","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"old","sport":"chess","title":"Club championship","status":"ended","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO audit VALUES(26,'2026-11-30T03:24:21.123Z',NULL,'token:create','01a22a7b-6b03-72ae-ac78-481978a98229','{"role":"scorer","events":["t20"],"user":"01a22a7b-6b03-72ae-ac78-481a4dc201a9"}');
CREATE TABLE challenges (
    id blob primary key check (length(id) = 16),
    -- As typed: what an account that comes of it is given.
    email text not null,
    email_key text not null,
    -- Of a sign-up: what the account is to be called.
    name text,
    hash blob not null check (length(hash) = 32),
    tries integer not null check (tries >= 0),
    created_at text not null,
    expires_at text not null,
    ending text check (ending in ('used', 'superseded'))
) strict;
INSERT INTO challenges VALUES(X'01a22a7b221c74e094564d929b3178b9','player0@club.example','player0@club.example','Imran Sethi',X'6c409ef9f2f124fbb1e2d8b239e51ac349e5c4d45944dbecfc46563748739b4c',0,'2026-11-30T03:24:02.460Z','2026-11-30T03:34:02.460Z','used');
INSERT INTO challenges VALUES(X'01a22a7b2320728fa56e34fd0aa03fd9','player1@club.example','player1@club.example','Louisa Brandt',X'ddf663c7f631247a8658228a314a4c8518d325ef0f483d87ba2c20013bd0e788',0,'2026-11-30T03:24:02.720Z','2026-11-30T03:34:02.720Z','used');
INSERT INTO challenges VALUES(X'01a22a7b234671008e529a7c3272b9fe','player2@club.example','player2@club.example','Tom Okoro',X'c8dd4bf2571310e72ab187c4ab25f87c1f97ee461e5e7c5b4498c4415f56ad92',0,'2026-11-30T03:24:02.758Z','2026-11-30T03:34:02.758Z','used');
INSERT INTO challenges VALUES(X'01a22a7b24247547a29ebe0251a7faa3','player3@club.example','player3@club.example','Maya Lindqvist',X'c85e0315a15d5b3b375d581f16173d1f6b895d480147e87f956ce33956eed2e5',0,'2026-11-30T03:24:02.980Z','2026-11-30T03:34:02.980Z','used');
INSERT INTO challenges VALUES(X'01a22a7b65ee7394809fe45ae330a021','player0@club.example','player0@club.example','Imran Sethi',X'763367050c14e0db1dc7705d49df23bbcbf6ec8fb515ce68f333e9bfabfba1f4',0,'2026-11-30T03:24:19.822Z','2026-11-30T03:34:19.822Z','used');
INSERT INTO challenges VALUES(X'01a22a7b664472ebacca3975c69631ea','leaver@club.example','leaver@club.example','Leaver',X'e77322595278bc669ce849460d69aa5e53d4c5b728a521f69cf2bb475938a28d',0,'2026-11-30T03:24:19.908Z','2026-11-30T03:34:19.908Z','used');
INSERT INTO challenges VALUES(X'01a22a7b66967728a5ba8158ae5045b8','typo@club.example','typo@club.example','Typo',X'1cd9719b4eeeec47a3db7e590976f794accb6760fcfab844f6afa5bc258295bc',2,'2026-11-30T03:24:19.990Z','2026-11-30T03:34:19.990Z','superseded');
INSERT INTO challenges VALUES(X'01a22a7b6aef715a8762b8d47bee3b37','typo@club.example','typo@club.example','Typo',X'63f9e6ae085ab960d9a5f237ca240419e6d1259175d08826fa834614523f01d7',0,'2026-11-30T03:24:21.103Z','2026-11-30T03:34:21.103Z',NULL);
INSERT INTO challenges VALUES(X'01a22a7b6af3747fab267635b8168708','nobody@club.example','nobody@club.example',NULL,X'715e073b7f837a2b0af7b50e1cf16fd43da261214e0689364a2cc882f35ef606',0,'2026-11-30T03:24:21.107Z','2026-11-30T03:34:21.107Z',NULL);
CREATE TABLE code_failures (
    id integer primary key,
    email_key text not null,
    at text not null
) strict;
INSERT INTO code_failures VALUES(1,'typo@club.example','2026-11-30T03:24:19.994Z');
INSERT INTO code_failures VALUES(2,'typo@club.example','2026-11-30T03:24:19.998Z');
CREATE TABLE sessions (
    id blob primary key check (length(id) = 16),
    user_id blob not null references users (id),
    hash blob not null unique check (length(hash) = 32),
    device_id text not null,
    device_name text not null,
    created_at text not null,
    last_used_at text not null,
    expires_at text not null,
    ended_at text,
    ending text check (ending in ('replaced', 'renewed', 'logout', 'expired')),
    -- The name of the device that took its place.
    replaced_by text,
    check ((ending is null) = (ended_at is null)),
    check ((replaced_by is not null) = (ending is not null and ending = 'replaced'))
) strict;
INSERT INTO sessions VALUES(X'01a22a7b23147471903b430301fb05b0',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','phone 0','phone 0','2026-11-30T03:24:02.707Z','2026-11-30T03:24:02.707Z','2026-12-30T03:24:02.707Z','2026-11-30T03:24:19.901Z','replaced','a new phone');
INSERT INTO sessions VALUES(X'01a22a7b233d72ce873f2ee15f27efea',X'01a22a7b233d72ce873f2ee01874afab',X'68e957269259728bfe295c42a26abcc80556cc8bf608517f6e48b6f0f6e3a72d','phone 1','phone 1','2026-11-30T03:24:02.749Z','2026-11-30T03:24:02.749Z','2026-12-30T03:24:02.749Z',NULL,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22a7b241b7130b11c0bd3248e4f77',X'01a22a7b241b7130b11c0bd2aad3cb5c',X'3b40c0ec87218a665a26ec24d0274c7afb54bb6070ecc3a9a781cf8e992c40ef','phone 2','phone 2','2026-11-30T03:24:02.971Z','2026-11-30T03:24:02.971Z','2026-12-30T03:24:02.971Z',NULL,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22a7b244077fab11ebb869903f6a7',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','phone 3','phone 3','2026-11-30T03:24:03.007Z','2026-11-30T03:24:03.007Z','2026-12-30T03:24:03.007Z',NULL,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22a7b663d722dbc80536a1af4a10b',X'01a22a7b2313719cb52d4f6ccecdfb58',X'74796875381bdfc5abce97b62b55a14fb0556552e792e9e0898caded29c97045','a new phone','a new phone','2026-11-30T03:24:19.901Z','2026-11-30T03:24:19.901Z','2026-12-30T03:24:19.901Z',NULL,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22a7b668e758fbaf9a562aa345ada',X'01a22a7b668d7088ac5ee8d60ed43a12',X'6e94346e49c9408de87ea50d19dd8cb5b56e5fd6ae638308c0e70bcf685b1092','tablet','tablet','2026-11-30T03:24:19.981Z','2026-11-30T03:24:19.981Z','2026-12-30T03:24:19.981Z','2026-11-30T03:24:19.986Z','logout',NULL);
CREATE TABLE reaction_totals (
    event_id text not null references events (id),
    emoji text not null,
    run text not null,
    count integer not null check (count > 0),
    primary key (event_id, emoji, run)
) strict;
INSERT INTO reaction_totals VALUES('cup-final','👏','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final','🔥','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final','❤','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final','❤️','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final',':)','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final','x_x','653bgkpvw38w',1);
INSERT INTO reaction_totals VALUES('cup-final','LOL','653bgkpvw38w',1);
CREATE TABLE messages (
    id blob primary key check (length(id) = 16),
    event_id text not null references events (id),
    author blob not null references users (id),
    name text not null,
    text text not null,
    official integer not null check (official in (0, 1)),
    at text not null,
    deleted_at text
) strict;
INSERT INTO messages VALUES(X'01a22a7b350b76cb8ba9a38298869032','cup-final',X'01a22a7b21b973cf81b86a0686f2a75a','admin-1','Kick-off at three',1,'2026-11-30T03:24:07.307Z',NULL);
INSERT INTO messages VALUES(X'01a22a7b3508758596cc1855559d966e','cup-final',X'01a22a7b2313719cb52d4f6ccecdfb58','Imran Sethi','Imran Sethi says hello 👋',0,'2026-11-30T03:24:07.304Z','2026-11-30T03:24:19.818Z');
INSERT INTO messages VALUES(X'01a22a7b3509720eacc946c3a0ce5a44','cup-final',X'01a22a7b233d72ce873f2ee01874afab','Louisa Brandt','Louisa Brandt says hello 👋',0,'2026-11-30T03:24:07.305Z',NULL);
INSERT INTO messages VALUES(X'01a22a7b3509720eacc946c4dda58c3e','cup-final',X'01a22a7b241b7130b11c0bd2aad3cb5c','Tom Okoro','Tom Okoro says hello 👋',0,'2026-11-30T03:24:07.305Z',NULL);
INSERT INTO messages VALUES(X'01a22a7b350a73b7a49b61292b895d71','cup-final',X'01a22a7b244077fab11ebb85ff5d792b','Maya Lindqvist','Maya Lindqvist says hello 👋',0,'2026-11-30T03:24:07.306Z',NULL);
CREATE TABLE crowd_points (
    event_id text not null references events (id),
    at text not null,
    run text not null,
    users integer not null check (users >= 0),
    guests integer not null check (guests >= 0),
    reactions integer not null check (reactions >= 0),
    primary key (event_id, at, run)
) strict;
INSERT INTO crowd_points VALUES('cup-final','2026-11-30T03:24:10.000Z','653bgkpvw38w',4,0,7);
INSERT INTO crowd_points VALUES('t20','2026-11-30T03:24:10.000Z','653bgkpvw38w',4,0,0);
INSERT INTO crowd_points VALUES('cup-final','2026-11-30T03:24:20.000Z','653bgkpvw38w',4,1,0);
INSERT INTO crowd_points VALUES('t20','2026-11-30T03:24:20.000Z','653bgkpvw38w',4,0,0);
INSERT INTO crowd_points VALUES('cup-final','2026-11-30T03:24:30.000Z','653bgkpvw38w',4,1,0);
INSERT INTO crowd_points VALUES('t20','2026-11-30T03:24:30.000Z','653bgkpvw38w',4,0,0);
CREATE TABLE tickets (
    hash blob primary key check (length(hash) = 32),
    user_id blob not null references users (id),
    -- The hash of the token of the session that it was issued to.
    session blob not null check (length(session) = 32),
    event_id text not null references events (id),
    action text not null,
    device text,
    address text,
    issued_at text not null,
    expires_at text not null,
    redeemed_at text
) strict;
INSERT INTO tickets VALUES(X'c123dd95a88085a4e6610018cd7a207fa7ca3b01e3f08081d6910c5526cb68b3',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','cup-final','call','phone 0','127.0.0.1','2026-11-30T03:24:03.014Z','2026-11-30T03:26:03.014Z','2026-11-30T03:24:03.278Z');
INSERT INTO tickets VALUES(X'11e55640e434a0fd5b802af75211459aaad5e1edea6ea523bfb1a308c435718a',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','t20','call','phone 0','127.0.0.1','2026-11-30T03:24:03.284Z','2026-11-30T03:26:03.284Z','2026-11-30T03:24:03.546Z');
INSERT INTO tickets VALUES(X'f85f0b0487cb4ff64041a00623bd3c62f1fe754b733d12cc745af051615b77a4',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','cup-final','call','phone 0','127.0.0.1','2026-11-30T03:24:03.552Z','2026-11-30T03:26:03.552Z','2026-11-30T03:24:03.814Z');
INSERT INTO tickets VALUES(X'5e85babe7ecf728ebfc77742abab2e35412351a2e152d70c18c2e3a00dd6fae4',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','cup-final','call','phone 0','127.0.0.1','2026-11-30T03:24:03.819Z','2026-11-30T03:26:03.819Z','2026-11-30T03:24:04.081Z');
INSERT INTO tickets VALUES(X'8575eee81eadbdca8e03ea3b7e3e205f56eb66a4033548476c481f4214c9ed78',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','cup-final','call','phone 0','127.0.0.1','2026-11-30T03:24:04.085Z','2026-11-30T03:26:04.085Z','2026-11-30T03:24:04.348Z');
INSERT INTO tickets VALUES(X'd720db1244f35740b93ca0788b9087edd66559cb08f2eda6a88c15ea55a0098f',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','cup-final','call','phone 0','127.0.0.1','2026-11-30T03:24:04.353Z','2026-11-30T03:26:04.353Z','2026-11-30T03:24:04.616Z');
INSERT INTO tickets VALUES(X'209486da435ece16fb06e379738fc7f8752ad8698a47ea4492b8b8ca2387cb2c',X'01a22a7b233d72ce873f2ee01874afab',X'68e957269259728bfe295c42a26abcc80556cc8bf608517f6e48b6f0f6e3a72d','cup-final','call','phone 1','127.0.0.1','2026-11-30T03:24:04.621Z','2026-11-30T03:26:04.621Z','2026-11-30T03:24:04.884Z');
INSERT INTO tickets VALUES(X'693aff28dcf85f439da9849c705a0a9b243881babb527df3861600f9975803f4',X'01a22a7b233d72ce873f2ee01874afab',X'68e957269259728bfe295c42a26abcc80556cc8bf608517f6e48b6f0f6e3a72d','t20','call','phone 1','127.0.0.1','2026-11-30T03:24:04.888Z','2026-11-30T03:26:04.888Z','2026-11-30T03:24:05.151Z');
INSERT INTO tickets VALUES(X'c0c04a7c7d80811c7fc8dc31f86cf9b138f61c8d93142244ad48cb40564fd6f1',X'01a22a7b241b7130b11c0bd2aad3cb5c',X'3b40c0ec87218a665a26ec24d0274c7afb54bb6070ecc3a9a781cf8e992c40ef','cup-final','call','phone 2','127.0.0.1','2026-11-30T03:24:05.155Z','2026-11-30T03:26:05.155Z','2026-11-30T03:24:05.417Z');
INSERT INTO tickets VALUES(X'ad45ddee032cf69d7cbe957afe93d911f3f5ac38175e5c947399608280595839',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:05.422Z','2026-11-30T03:26:05.422Z','2026-11-30T03:24:05.684Z');
INSERT INTO tickets VALUES(X'd20a09d98ab9e00d3748a213b3f7932ae43c3d26007b72118a9636fa58e4b184',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','t20','call','phone 3','127.0.0.1','2026-11-30T03:24:05.689Z','2026-11-30T03:26:05.689Z','2026-11-30T03:24:05.952Z');
INSERT INTO tickets VALUES(X'f37e9356edcc4ea03794e1c58c1bd6f82a8c2a1703f8ef2f7580ec6ca24d5e86',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:05.956Z','2026-11-30T03:26:05.956Z','2026-11-30T03:24:06.218Z');
INSERT INTO tickets VALUES(X'c7cc5e24da39615161b30096ae5beff14ee3ec17fc264693ea435eee5add57e9',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:06.223Z','2026-11-30T03:26:06.223Z','2026-11-30T03:24:06.485Z');
INSERT INTO tickets VALUES(X'955678e239f6696c992a5fd8c3d8c2d6001ed17d36a394cb58555fb65d99f671',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:06.489Z','2026-11-30T03:26:06.489Z','2026-11-30T03:24:06.752Z');
INSERT INTO tickets VALUES(X'2a97cf3193c8df093a97c047376385612299289257881bcbafaa8ffee1cb8538',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:06.757Z','2026-11-30T03:26:06.757Z','2026-11-30T03:24:07.020Z');
INSERT INTO tickets VALUES(X'9910d4062921c3255e40e7879a58a4a3b01e8923ee6ee9c3d516be6996303ed5',X'01a22a7b244077fab11ebb85ff5d792b',X'050021561a26b3d54c199896593d936308a551b804d62ef49746bdaac3445572','cup-final','call','phone 3','127.0.0.1','2026-11-30T03:24:07.024Z','2026-11-30T03:26:07.024Z','2026-11-30T03:24:07.286Z');
INSERT INTO tickets VALUES(X'7ab05cc52169990f1d1b22fc3b63725d87a0cbb2ba90ce99c730a3e263b0fb7a',X'01a22a7b2313719cb52d4f6ccecdfb58',X'9061b6161a6783f1e67491c7da738608ac92679b038dd756327b733e8c4ccbf0','t20','call','phone 0','127.0.0.1','2026-11-30T03:24:07.291Z','2026-11-30T03:26:07.291Z',NULL);
CREATE TABLE points (
    id blob primary key check (length(id) = 16),
    ticket blob not null unique check (length(ticket) = 32),
    user_id blob not null references users (id),
    event_id text not null references events (id),
    action text not null,
    points integer not null check (points >= 0),
    held integer not null check (held in (0, 1)),
    took_ms integer not null check (took_ms >= 0),
    at text not null
) strict;
INSERT INTO points VALUES(X'01a22a7b25517508af2a31625fe90b30',X'c123dd95a88085a4e6610018cd7a207fa7ca3b01e3f08081d6910c5526cb68b3',X'01a22a7b2313719cb52d4f6ccecdfb58','cup-final','call',5,0,264,'2026-11-30T03:24:03.278Z');
INSERT INTO points VALUES(X'01a22a7b265c75249de1bdfedc2b2c86',X'11e55640e434a0fd5b802af75211459aaad5e1edea6ea523bfb1a308c435718a',X'01a22a7b2313719cb52d4f6ccecdfb58','t20','call',5,0,262,'2026-11-30T03:24:03.546Z');
INSERT INTO points VALUES(X'01a22a7b2769703ca0354937fbef49bd',X'f85f0b0487cb4ff64041a00623bd3c62f1fe754b733d12cc745af051615b77a4',X'01a22a7b2313719cb52d4f6ccecdfb58','cup-final','call',5,0,262,'2026-11-30T03:24:03.814Z');
INSERT INTO points VALUES(X'01a22a7b287372f499067ae5ed538f13',X'5e85babe7ecf728ebfc77742abab2e35412351a2e152d70c18c2e3a00dd6fae4',X'01a22a7b2313719cb52d4f6ccecdfb58','cup-final','call',5,1,262,'2026-11-30T03:24:04.081Z');
INSERT INTO points VALUES(X'01a22a7b297f744ca467aed2724c7252',X'8575eee81eadbdca8e03ea3b7e3e205f56eb66a4033548476c481f4214c9ed78',X'01a22a7b2313719cb52d4f6ccecdfb58','cup-final','call',5,1,263,'2026-11-30T03:24:04.348Z');
INSERT INTO points VALUES(X'01a22a7b2a8a7223b922ce8a3ad04651',X'd720db1244f35740b93ca0788b9087edd66559cb08f2eda6a88c15ea55a0098f',X'01a22a7b2313719cb52d4f6ccecdfb58','cup-final','call',5,1,263,'2026-11-30T03:24:04.616Z');
INSERT INTO points VALUES(X'01a22a7b2b9676a982d326a086040aba',X'209486da435ece16fb06e379738fc7f8752ad8698a47ea4492b8b8ca2387cb2c',X'01a22a7b233d72ce873f2ee01874afab','cup-final','call',5,0,263,'2026-11-30T03:24:04.884Z');
INSERT INTO points VALUES(X'01a22a7b2ca1762886ab36dafb21a883',X'693aff28dcf85f439da9849c705a0a9b243881babb527df3861600f9975803f4',X'01a22a7b233d72ce873f2ee01874afab','t20','call',5,0,263,'2026-11-30T03:24:05.151Z');
INSERT INTO points VALUES(X'01a22a7b2dab7301b1d22202174dedde',X'c0c04a7c7d80811c7fc8dc31f86cf9b138f61c8d93142244ad48cb40564fd6f1',X'01a22a7b241b7130b11c0bd2aad3cb5c','cup-final','call',5,0,262,'2026-11-30T03:24:05.417Z');
INSERT INTO points VALUES(X'01a22a7b2eb674adaab75762ef02ea72',X'ad45ddee032cf69d7cbe957afe93d911f3f5ac38175e5c947399608280595839',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,0,262,'2026-11-30T03:24:05.684Z');
INSERT INTO points VALUES(X'01a22a7b2fc27307b1842a6200363f4b',X'd20a09d98ab9e00d3748a213b3f7932ae43c3d26007b72118a9636fa58e4b184',X'01a22a7b244077fab11ebb85ff5d792b','t20','call',5,0,263,'2026-11-30T03:24:05.952Z');
INSERT INTO points VALUES(X'01a22a7b30cc75d39b4968b6073d6c2e',X'f37e9356edcc4ea03794e1c58c1bd6f82a8c2a1703f8ef2f7580ec6ca24d5e86',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,0,262,'2026-11-30T03:24:06.218Z');
INSERT INTO points VALUES(X'01a22a7b31d7727c8442d7ce21ddde89',X'c7cc5e24da39615161b30096ae5beff14ee3ec17fc264693ea435eee5add57e9',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,1,262,'2026-11-30T03:24:06.485Z');
INSERT INTO points VALUES(X'01a22a7b32e3767db3224c7ba2b126a7',X'955678e239f6696c992a5fd8c3d8c2d6001ed17d36a394cb58555fb65d99f671',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,1,263,'2026-11-30T03:24:06.752Z');
INSERT INTO points VALUES(X'01a22a7b33ee7404aa9d41d27386fa0a',X'2a97cf3193c8df093a97c047376385612299289257881bcbafaa8ffee1cb8538',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,1,263,'2026-11-30T03:24:07.020Z');
INSERT INTO points VALUES(X'01a22a7b34f97309b11b5fb2eca4adf8',X'9910d4062921c3255e40e7879a58a4a3b01e8923ee6ee9c3d516be6996303ed5',X'01a22a7b244077fab11ebb85ff5d792b','cup-final','call',5,1,262,'2026-11-30T03:24:07.286Z');
CREATE TABLE reviews (
    id blob primary key check (length(id) = 16),
    entry_id blob not null unique references points (id),
    event_id text not null references events (id),
    user_id blob not null references users (id),
    status text not null check (status in ('pending', 'approved', 'rejected')),
    version integer not null check (version >= 1),
    reasons text not null,
    evidence text not null,
    created_at text not null,
    decided_by blob references users (id),
    decided_at text,
    note text,
    check ((status = 'pending') = (decided_at is null) and (status = 'pending') = (decided_by is null)),
    check (decided_by is null or decided_by <> user_id)
) strict;
INSERT INTO reviews VALUES(X'01a22a7b287372f499067ae6df916036',X'01a22a7b287372f499067ae5ed538f13','cup-final',X'01a22a7b2313719cb52d4f6ccecdfb58','approved',2,'["exact_minimum"]','{"exact_minimum":{"atMinimum":3,"of":3,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:04.081Z',X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:07.298Z','seen on video');
INSERT INTO reviews VALUES(X'01a22a7b297f744ca467aed3f53e4802',X'01a22a7b297f744ca467aed2724c7252','cup-final',X'01a22a7b2313719cb52d4f6ccecdfb58','rejected',2,'["exact_minimum"]','{"exact_minimum":{"atMinimum":4,"of":4,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:04.348Z',X'01a22a7b21b973cf81b86a0686f2a75a','2026-11-30T03:24:07.301Z',NULL);
INSERT INTO reviews VALUES(X'01a22a7b2a8a7223b922ce8bc5d542d2',X'01a22a7b2a8a7223b922ce8a3ad04651','cup-final',X'01a22a7b2313719cb52d4f6ccecdfb58','pending',1,'["exact_minimum"]','{"exact_minimum":{"atMinimum":5,"of":5,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:04.616Z',NULL,NULL,NULL);
INSERT INTO reviews VALUES(X'01a22a7b31d7727c8442d7cf824cc172',X'01a22a7b31d7727c8442d7ce21ddde89','cup-final',X'01a22a7b244077fab11ebb85ff5d792b','pending',1,'["exact_minimum"]','{"exact_minimum":{"atMinimum":3,"of":3,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:06.485Z',NULL,NULL,NULL);
INSERT INTO reviews VALUES(X'01a22a7b32e3767db3224c7cd3ba8716',X'01a22a7b32e3767db3224c7ba2b126a7','cup-final',X'01a22a7b244077fab11ebb85ff5d792b','pending',1,'["exact_minimum"]','{"exact_minimum":{"atMinimum":4,"of":4,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:06.752Z',NULL,NULL,NULL);
INSERT INTO reviews VALUES(X'01a22a7b33ee7404aa9d41d3b1fdd447',X'01a22a7b33ee7404aa9d41d27386fa0a','cup-final',X'01a22a7b244077fab11ebb85ff5d792b','pending',1,'["exact_minimum"]','{"exact_minimum":{"atMinimum":5,"of":5,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:07.020Z',NULL,NULL,NULL);
INSERT INTO reviews VALUES(X'01a22a7b34f97309b11b5fb3274e8cbc',X'01a22a7b34f97309b11b5fb2eca4adf8','cup-final',X'01a22a7b244077fab11ebb85ff5d792b','pending',1,'["exact_minimum"]','{"exact_minimum":{"atMinimum":6,"of":6,"minMs":50,"withinMs":10000}}','2026-11-30T03:24:07.286Z',NULL,NULL,NULL);
CREATE TABLE totals (
    scope text not null,
    user_id blob not null references users (id),
    points integer not null check (points >= 0),
    reached_at text not null,
    primary key (scope, user_id)
) strict, without rowid;
INSERT INTO totals VALUES('',X'01a22a7b2313719cb52d4f6ccecdfb58',20,'2026-11-30T03:24:04.081Z');
INSERT INTO totals VALUES('',X'01a22a7b244077fab11ebb85ff5d792b',15,'2026-11-30T03:24:06.218Z');
INSERT INTO totals VALUES('',X'01a22a7b233d72ce873f2ee01874afab',10,'2026-11-30T03:24:05.151Z');
INSERT INTO totals VALUES('',X'01a22a7b241b7130b11c0bd2aad3cb5c',5,'2026-11-30T03:24:05.417Z');
INSERT INTO totals VALUES('cup-final',X'01a22a7b2313719cb52d4f6ccecdfb58',15,'2026-11-30T03:24:04.081Z');
INSERT INTO totals VALUES('cup-final',X'01a22a7b244077fab11ebb85ff5d792b',10,'2026-11-30T03:24:06.218Z');
INSERT INTO totals VALUES('cup-final',X'01a22a7b233d72ce873f2ee01874afab',5,'2026-11-30T03:24:04.884Z');
INSERT INTO totals VALUES('cup-final',X'01a22a7b241b7130b11c0bd2aad3cb5c',5,'2026-11-30T03:24:05.417Z');
INSERT INTO totals VALUES('t20',X'01a22a7b2313719cb52d4f6ccecdfb58',5,'2026-11-30T03:24:03.546Z');
INSERT INTO totals VALUES('t20',X'01a22a7b233d72ce873f2ee01874afab',5,'2026-11-30T03:24:05.151Z');
INSERT INTO totals VALUES('t20',X'01a22a7b244077fab11ebb85ff5d792b',5,'2026-11-30T03:24:05.952Z');
CREATE TABLE standings (
    scope text not null,
    node integer not null,
    shard integer not null,
    players integer not null,
    primary key (scope, node, shard)
) strict, without rowid;
INSERT INTO standings VALUES('',5,0,0);
INSERT INTO standings VALUES('',5,3,0);
INSERT INTO standings VALUES('',5,4,1);
INSERT INTO standings VALUES('',10,0,0);
INSERT INTO standings VALUES('',10,3,1);
INSERT INTO standings VALUES('',15,0,0);
INSERT INTO standings VALUES('',15,3,1);
INSERT INTO standings VALUES('',20,0,1);
INSERT INTO standings VALUES('',72057594037927937,0,1);
INSERT INTO standings VALUES('cup-final',5,0,0);
INSERT INTO standings VALUES('cup-final',5,3,1);
INSERT INTO standings VALUES('cup-final',5,4,1);
INSERT INTO standings VALUES('cup-final',10,0,0);
INSERT INTO standings VALUES('cup-final',10,3,1);
INSERT INTO standings VALUES('cup-final',15,0,1);
INSERT INTO standings VALUES('t20',5,0,1);
INSERT INTO standings VALUES('t20',5,3,2);
CREATE TABLE boards (
    scope text primary key,
    version integer not null check (version >= 1)
) strict, without rowid;
INSERT INTO boards VALUES('',10);
INSERT INTO boards VALUES('cup-final',7);
INSERT INTO boards VALUES('t20',3);
CREATE INDEX events_by_status on events (status, starts_at, created_at);
CREATE INDEX event_scorers_by_user on event_scorers (user_id);
CREATE UNIQUE INDEX updates_by_op_id on updates (event_id, op_id) where op_id is not null;
CREATE TRIGGER updates_keep before update on updates
begin
    select raise(abort, 'updates is append-only');
end;
CREATE TRIGGER updates_stay before delete on updates
begin
    select raise(abort, 'updates is append-only');
end;
CREATE TRIGGER audit_keep before update on audit
begin
    select raise(abort, 'audit is append-only');
end;
CREATE TRIGGER audit_stay before delete on audit
begin
    select raise(abort, 'audit is append-only');
end;
CREATE UNIQUE INDEX challenges_one_live on challenges (email_key) where ending is null;
CREATE INDEX challenges_by_age on challenges (created_at);
CREATE INDEX code_failures_by_address on code_failures (email_key, at);
CREATE INDEX code_failures_by_age on code_failures (at);
CREATE UNIQUE INDEX sessions_one_live on sessions (user_id) where ending is null;
CREATE INDEX sessions_by_end on sessions (ended_at) where ending is not null;
CREATE INDEX sessions_by_expiry on sessions (expires_at) where ending is null;
CREATE INDEX messages_by_event on messages (event_id, id) where deleted_at is null;
CREATE INDEX tickets_by_end on tickets (expires_at);
CREATE INDEX tickets_by_address on tickets (event_id, address, redeemed_at) where redeemed_at is not null;
CREATE INDEX tickets_by_device on tickets (event_id, device, redeemed_at) where redeemed_at is not null;
CREATE INDEX points_by_player on points (user_id, at);
CREATE INDEX points_by_event on points (event_id, at);
CREATE TRIGGER points_keep before update on points
begin
    select raise(abort, 'points is append-only');
end;
CREATE TRIGGER points_stay before delete on points
begin
    select raise(abort, 'points is append-only');
end;
CREATE INDEX reviews_by_status on reviews (status, id);
CREATE INDEX reviews_by_player on reviews (user_id, id);
CREATE INDEX reviews_by_event on reviews (event_id, id);
CREATE INDEX totals_by_place on totals (scope, points desc, reached_at, user_id);
COMMIT;
