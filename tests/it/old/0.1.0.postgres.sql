--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: _sqlx_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);


--
-- Name: audit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid,
    action text NOT NULL,
    subject text NOT NULL,
    detail text
);


--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: boards; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.boards (
    scope text NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT boards_version_check CHECK ((version >= 1))
)
WITH (fillfactor='50');


--
-- Name: challenges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.challenges (
    id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    name text,
    hash bytea NOT NULL,
    tries integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ending text,
    CONSTRAINT challenges_ending_check CHECK ((ending = ANY (ARRAY['used'::text, 'superseded'::text]))),
    CONSTRAINT challenges_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT challenges_tries_check CHECK ((tries >= 0))
);


--
-- Name: code_failures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.code_failures (
    id bigint NOT NULL,
    email_key text NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: code_failures_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.code_failures ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.code_failures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: crowd_points; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crowd_points (
    event_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    run text NOT NULL,
    users bigint NOT NULL,
    guests bigint NOT NULL,
    reactions bigint NOT NULL,
    CONSTRAINT crowd_points_guests_check CHECK ((guests >= 0)),
    CONSTRAINT crowd_points_reactions_check CHECK ((reactions >= 0)),
    CONSTRAINT crowd_points_users_check CHECK ((users >= 0))
);


--
-- Name: event_scorers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_scorers (
    event_id text NOT NULL,
    user_id uuid NOT NULL,
    assigned_at timestamp with time zone NOT NULL
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    id text NOT NULL,
    sport text NOT NULL,
    title text NOT NULL,
    status text NOT NULL,
    starts_at timestamp with time zone,
    competitors text,
    actions text NOT NULL,
    messages boolean NOT NULL,
    epoch text NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    last_update_at timestamp with time zone,
    snapshot text,
    CONSTRAINT events_check CHECK ((((seq = 0) = (snapshot IS NULL)) AND ((seq = 0) = (last_update_at IS NULL)))),
    CONSTRAINT events_epoch_check CHECK (((epoch <> ''::text) AND (epoch !~~ '%:%'::text))),
    CONSTRAINT events_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
    CONSTRAINT events_seq_check CHECK ((seq >= 0)),
    CONSTRAINT events_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'live'::text, 'paused'::text, 'ended'::text])))
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id uuid NOT NULL,
    event_id text NOT NULL,
    author uuid NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    official boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: points; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.points (
    id uuid NOT NULL,
    ticket bytea NOT NULL,
    user_id uuid NOT NULL,
    event_id text NOT NULL,
    action text NOT NULL,
    points bigint NOT NULL,
    held boolean NOT NULL,
    took_ms bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT points_points_check CHECK ((points >= 0)),
    CONSTRAINT points_ticket_check CHECK ((length(ticket) = 32)),
    CONSTRAINT points_took_ms_check CHECK ((took_ms >= 0))
);


--
-- Name: reaction_totals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reaction_totals (
    event_id text NOT NULL,
    emoji text NOT NULL,
    run text NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT reaction_totals_count_check CHECK ((count > 0))
);


--
-- Name: reviews; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reviews (
    id uuid NOT NULL,
    entry_id uuid NOT NULL,
    event_id text NOT NULL,
    user_id uuid NOT NULL,
    status text NOT NULL,
    version bigint NOT NULL,
    reasons text NOT NULL,
    evidence text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    note text,
    CONSTRAINT reviews_check CHECK ((((status = 'pending'::text) = (decided_at IS NULL)) AND ((status = 'pending'::text) = (decided_by IS NULL)))),
    CONSTRAINT reviews_check1 CHECK (((decided_by IS NULL) OR (decided_by <> user_id))),
    CONSTRAINT reviews_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text]))),
    CONSTRAINT reviews_version_check CHECK ((version >= 1))
);


--
-- Name: roles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.roles (
    user_id uuid NOT NULL,
    role text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    CONSTRAINT roles_role_check CHECK ((role = ANY (ARRAY['scorer'::text, 'reviewer'::text, 'admin'::text])))
);


--
-- Name: service_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT service_tokens_hash_check CHECK ((length(hash) = 32))
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    device_id text NOT NULL,
    device_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ending text,
    replaced_by text,
    CONSTRAINT sessions_check CHECK (((ending IS NULL) = (ended_at IS NULL))),
    CONSTRAINT sessions_check1 CHECK (((replaced_by IS NOT NULL) = ((ending IS NOT NULL) AND (ending = 'replaced'::text)))),
    CONSTRAINT sessions_ending_check CHECK ((ending = ANY (ARRAY['replaced'::text, 'renewed'::text, 'logout'::text, 'expired'::text]))),
    CONSTRAINT sessions_hash_check CHECK ((length(hash) = 32))
);


--
-- Name: standings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.standings (
    scope text NOT NULL,
    node bigint NOT NULL,
    shard bigint NOT NULL,
    players bigint NOT NULL
)
WITH (fillfactor='50');


--
-- Name: tickets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tickets (
    hash bytea NOT NULL,
    user_id uuid NOT NULL,
    session bytea NOT NULL,
    event_id text NOT NULL,
    action text NOT NULL,
    device text,
    address text,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    redeemed_at timestamp with time zone,
    CONSTRAINT tickets_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT tickets_session_check CHECK ((length(session) = 32))
);


--
-- Name: totals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.totals (
    scope text NOT NULL,
    user_id uuid NOT NULL,
    points bigint NOT NULL,
    reached_at timestamp with time zone NOT NULL,
    CONSTRAINT totals_points_check CHECK ((points >= 0))
);


--
-- Name: updates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.updates (
    event_id text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    voids text,
    reason text,
    op_id text,
    author uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    data text NOT NULL,
    CONSTRAINT updates_check CHECK ((((kind = 'correction'::text) = (voids IS NOT NULL)) AND ((kind = 'correction'::text) = (reason IS NOT NULL)))),
    CONSTRAINT updates_kind_check CHECK ((kind = ANY (ARRAY['update'::text, 'correction'::text]))),
    CONSTRAINT updates_seq_check CHECK ((seq >= 1))
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone
);


--
-- Data for Name: _sqlx_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public._sqlx_migrations VALUES (1, 'live events', '2026-11-30 03:24:36.868882+00', true, '\x5ac2b8ae11b20f07a8647fbc2acecab15c0fb582134ace3e01ef039bf851078a92ab3a5fdceabee430a5324cb0de48ce', 35838860);
INSERT INTO public._sqlx_migrations VALUES (2, 'accounts', '2026-11-30 03:24:36.905451+00', true, '\x60fa44753ecab1f7b5e19670a1e71e97bdb59613de23144fb45b718840e0a4c3d5cc15180500cf72ad3f6b0285427b34', 20978346);
INSERT INTO public._sqlx_migrations VALUES (3, 'crowd', '2026-11-30 03:24:36.926817+00', true, '\xccf8ad850de8fd8984c22b6345f46357eb3371f880f87c8fe82f9229feb1cf3a062cb93a3a778f1d988c4fb021aec481', 13629651);
INSERT INTO public._sqlx_migrations VALUES (4, 'points', '2026-11-30 03:24:36.940741+00', true, '\x656f3167f99acc315cca90d3a582ea72fb91a5e284bcfa9a87daf5419fd5a7d08f1680593057f57197dade65ec2261f8', 37085025);


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-30 03:24:36.997+00', NULL, 'token:create', '01a22a7b-a905-7487-8908-e96bc4b6adb4', '{"role":"admin","events":[],"user":"01a22a7b-a909-7586-b9aa-0e5b267b1896"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (2, '2026-11-30 03:24:37.024+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:create', 'cup-final', '{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (3, '2026-11-30 03:24:37.027+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:create', 't20', '{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (4, '2026-11-30 03:24:37.029+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:create', 'old', '{"eventId":"old","sport":"chess","title":"Club championship","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (5, '2026-11-30 03:24:37.031+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:create', 'later', '{"eventId":"later","sport":"rowing","title":"Autumn regatta","status":"scheduled","startsAt":null,"competitors":null,"actions":[],"messages":true}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (6, '2026-11-30 03:24:37.033+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:update', 'cup-final', '{"before":{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"cup-final","sport":"football","title":"Harbour Lane v Meadow Bank","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (7, '2026-11-30 03:24:37.036+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:update', 't20', '{"before":{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"t20","sport":"cricket","title":"Northfield v Riverside","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (8, '2026-11-30 03:24:37.039+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:update', 'old', '{"before":{"eventId":"old","sport":"chess","title":"Club championship","status":"scheduled","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"old","sport":"chess","title":"Club championship","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (9, '2026-11-30 03:24:37.118+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:assign', 'cup-final', '{"user":"01a22a7b-a97c-76ba-bd47-52cd5e8b3532"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (10, '2026-11-30 03:24:37.122+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'role:grant', '01a22a7b-a983-708d-9872-839e47c08a13', '{"role":"reviewer"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (11, '2026-11-30 03:24:37.126+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'role:grant', '01a22a7b-a987-72c5-8d8e-388c36287ac4', '{"role":"admin"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (12, '2026-11-30 03:24:37.13+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'role:revoke', '01a22a7b-a983-708d-9872-839e47c08a13', '{"role":"reviewer"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (13, '2026-11-30 03:24:37.133+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'role:grant', '01a22a7b-a983-708d-9872-839e47c08a13', '{"role":"reviewer"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (14, '2026-11-30 03:24:37.136+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'role:grant', '01a22a7b-a909-7586-b9aa-0e5b267b1896', '{"role":"reviewer"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (15, '2026-11-30 03:24:37.214+00', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'account:verify', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '{"session":"01a22a7b-a9e1-7047-b4a7-f56f4e05bdca","device":"phone 0","replaced":false}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (16, '2026-11-30 03:24:37.353+00', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 'account:verify', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', '{"session":"01a22a7b-aa6b-75d6-af19-72003a5d8ed2","device":"phone 1","replaced":false}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (17, '2026-11-30 03:24:37.611+00', '01a22a7b-ab6b-7146-a045-c14f019fe746', 'account:verify', '01a22a7b-ab6b-7146-a045-c14f019fe746', '{"session":"01a22a7b-ab6d-7580-be03-04c939ba3b77","device":"phone 2","replaced":false}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (18, '2026-11-30 03:24:37.736+00', '01a22a7b-abe9-7728-a058-6a09841160fb', 'account:verify', '01a22a7b-abe9-7728-a058-6a09841160fb', '{"session":"01a22a7b-abea-732f-9934-d78ac0e948ee","device":"phone 3","replaced":false}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (19, '2026-11-30 03:24:42.137+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'review:decide', '01a22a7b-b042-736b-aa1f-68daca2bdba6', '{"decision":"approve","note":"seen on video","player":"01a22a7b-a9df-72c8-9b96-96a8e9607e6c","event":"cup-final","points":5,"reasons":["exact_minimum"]}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (20, '2026-11-30 03:24:42.146+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'review:decide', '01a22a7b-b154-73e7-8aa0-d89a33f37a94', '{"decision":"reject","note":null,"player":"01a22a7b-a9df-72c8-9b96-96a8e9607e6c","event":"cup-final","points":5,"reasons":["exact_minimum"]}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (21, '2026-11-30 03:24:54.67+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'message:delete', 'cup-final', '{"message":"01a22a7b-bd29-7744-a76d-4fef28ef87b0"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (22, '2026-11-30 03:24:54.808+00', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'session:login', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '{"session":"01a22a7b-ee9a-725a-bc8c-8bb4a7bc121f","device":"a new phone","replaced":true}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (23, '2026-11-30 03:24:54.901+00', '01a22a7b-eef5-70e5-b341-0b2eac571d84', 'account:verify', '01a22a7b-eef5-70e5-b341-0b2eac571d84', '{"session":"01a22a7b-eef6-7083-a536-0fb2e4c9b669","device":"tablet","replaced":false}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (24, '2026-11-30 03:24:54.908+00', '01a22a7b-eef5-70e5-b341-0b2eac571d84', 'session:logout', '01a22a7b-eef5-70e5-b341-0b2eac571d84', '{"session":"01a22a7b-eef6-7083-a536-0fb2e4c9b669"}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (25, '2026-11-30 03:24:56.046+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'event:update', 'old', '{"before":{"eventId":"old","sport":"chess","title":"Club championship","status":"live","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true},"after":{"eventId":"old","sport":"chess","title":"Club championship","status":"ended","startsAt":1796002878000,"competitors":["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}],"actions":[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}],"messages":true}}');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (26, '2026-11-30 03:24:56.068+00', NULL, 'token:create', '01a22a7b-f384-7767-aad3-73d7b6448454', '{"role":"scorer","events":["t20"],"user":"01a22a7b-f387-75da-875a-6e9614314809"}');


--
-- Data for Name: boards; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.boards VALUES ('t20', 3);
INSERT INTO public.boards VALUES ('', 10);
INSERT INTO public.boards VALUES ('cup-final', 7);


--
-- Data for Name: challenges; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.challenges VALUES ('01a22a7b-a9aa-75ac-82fb-2b22ff7f1447', 'player0@club.example', 'player0@club.example', 'Imran Sethi', '\x905898e6081546f8fc06ee048362745531f5f28701b8116959f1f787e010fb41', 0, '2026-11-30 03:24:37.162+00', '2026-11-30 03:34:37.162+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-a9ef-70e5-92e0-0db258c6b1a3', 'player1@club.example', 'player1@club.example', 'Louisa Brandt', '\xed447a0dc190a4a8c07179c550e3542f03553e6d4055226574e597fca427712a', 0, '2026-11-30 03:24:37.231+00', '2026-11-30 03:34:37.231+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-aa74-7524-bce0-818f95dc503b', 'player2@club.example', 'player2@club.example', 'Tom Okoro', '\xcb5f786881e8461c43025c9ebfb9fe710f1f04c10766d31066798bc623befebc', 0, '2026-11-30 03:24:37.364+00', '2026-11-30 03:34:37.364+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-ab82-7540-b9cb-fd82307093b2', 'player3@club.example', 'player3@club.example', 'Maya Lindqvist', '\x30939202d68685ad5ca34d8b7a227747d92419ca4255dbf6c0eed71faa8d647a', 0, '2026-11-30 03:24:37.634+00', '2026-11-30 03:34:37.634+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-ee15-71d0-b89c-de1bb85aa013', 'player0@club.example', 'player0@club.example', 'Imran Sethi', '\x05b5bf3213bd73f5656f3c14076ac9a3cd3e8dae462b0fa6c1c0228ac3c5ca98', 0, '2026-11-30 03:24:54.677+00', '2026-11-30 03:34:54.677+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-ee9f-729d-8168-0c10279a7ba0', 'leaver@club.example', 'leaver@club.example', 'Leaver', '\x3ec35d27ddb81f9ae65bbdc9514039ecc908398fb320b20be6cd8087b98a7463', 0, '2026-11-30 03:24:54.815+00', '2026-11-30 03:34:54.815+00', 'used');
INSERT INTO public.challenges VALUES ('01a22a7b-ef02-710e-92d0-2dc7ccb71251', 'typo@club.example', 'typo@club.example', 'Typo', '\xa534da8c6a3add4164d849f7c3280d37726f54683a725b307f54504362f3f916', 2, '2026-11-30 03:24:54.914+00', '2026-11-30 03:34:54.914+00', 'superseded');
INSERT INTO public.challenges VALUES ('01a22a7b-f362-75fe-9619-5ae4ca6e6071', 'typo@club.example', 'typo@club.example', 'Typo', '\x4151810846a916a3bcb8b030c7c9e8033b89905aa5fd0b5842b50ade8a1cd2be', 0, '2026-11-30 03:24:56.034+00', '2026-11-30 03:34:56.034+00', NULL);
INSERT INTO public.challenges VALUES ('01a22a7b-f367-70f3-8cc0-807ab9f9c00f', 'nobody@club.example', 'nobody@club.example', NULL, '\x19deb42a10af84507c213db54b138a48f1fb487be2d6b742fcc44fca30fcd380', 0, '2026-11-30 03:24:56.039+00', '2026-11-30 03:34:56.039+00', NULL);


--
-- Data for Name: code_failures; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.code_failures OVERRIDING SYSTEM VALUE VALUES (1, 'typo@club.example', '2026-11-30 03:24:54.921+00');
INSERT INTO public.code_failures OVERRIDING SYSTEM VALUE VALUES (2, 'typo@club.example', '2026-11-30 03:24:54.928+00');


--
-- Data for Name: crowd_points; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.crowd_points VALUES ('cup-final', '2026-11-30 03:24:40+00', 'np2vjdz7h4b3', 4, 0, 0);
INSERT INTO public.crowd_points VALUES ('t20', '2026-11-30 03:24:40+00', 'np2vjdz7h4b3', 4, 0, 0);
INSERT INTO public.crowd_points VALUES ('cup-final', '2026-11-30 03:24:50+00', 'np2vjdz7h4b3', 4, 0, 7);
INSERT INTO public.crowd_points VALUES ('t20', '2026-11-30 03:24:50+00', 'np2vjdz7h4b3', 4, 0, 0);
INSERT INTO public.crowd_points VALUES ('cup-final', '2026-11-30 03:25:00+00', 'np2vjdz7h4b3', 4, 1, 0);
INSERT INTO public.crowd_points VALUES ('t20', '2026-11-30 03:25:00+00', 'np2vjdz7h4b3', 4, 0, 0);


--
-- Data for Name: event_scorers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_scorers VALUES ('cup-final', '01a22a7b-a97c-76ba-bd47-52cd5e8b3532', '2026-11-30 03:24:37.115+00');
INSERT INTO public.event_scorers VALUES ('t20', '01a22a7b-f387-75da-875a-6e9614314809', '2026-11-30 03:24:56.068+00');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES ('later', 'rowing', 'Autumn regatta', 'scheduled', NULL, NULL, '[]', true, '8zqzp42r9yes', 0, '2026-11-30 03:24:37.03+00', '2026-11-30 03:24:37.03+00', NULL, NULL);
INSERT INTO public.events VALUES ('cup-final', 'football', 'Harbour Lane v Meadow Bank', 'live', '2026-11-30 01:41:18+00', '["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]', '[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]', true, 'pyrdz6jt8vn3', 4, '2026-11-30 03:24:37.021+00', '2026-11-30 03:24:37.032+00', '2026-11-30 03:24:37.066+00', '{"home":{"goals":1},"away":{"goals":0},"text":"café ⚽"}');
INSERT INTO public.events VALUES ('t20', 'cricket', 'Northfield v Riverside', 'live', '2026-11-30 01:41:18+00', '["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]', '[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]', true, 'yuncbbqbgz4p', 12, '2026-11-30 03:24:37.026+00', '2026-11-30 03:24:37.035+00', '2026-11-30 03:24:37.108+00', '{"runs":12,"over":"0.0"}');
INSERT INTO public.events VALUES ('old', 'chess', 'Club championship', 'ended', '2026-11-30 01:41:18+00', '["Harbour Lane",{"name":"Meadow Bank","short":"MEA"}]', '[{"name":"call","points":5,"minMs":50,"cooldownMs":0,"dailyCap":500}]', true, 'wm729dc4k9jc', 1, '2026-11-30 03:24:37.028+00', '2026-11-30 03:24:56.045+00', '2026-11-30 03:24:37.109+00', '{"moves":"e4 e5"}');


--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages VALUES ('01a22a7b-bd2c-7773-85a1-48e7311d9557', 'cup-final', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'admin-1', 'Kick-off at three', true, '2026-11-30 03:24:42.156+00', NULL);
INSERT INTO public.messages VALUES ('01a22a7b-bd29-7744-a76d-4ff06366f0bd', 'cup-final', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 'Louisa Brandt', 'Louisa Brandt says hello 👋', false, '2026-11-30 03:24:42.153+00', NULL);
INSERT INTO public.messages VALUES ('01a22a7b-bd2a-761c-a4c8-4d80066027b0', 'cup-final', '01a22a7b-ab6b-7146-a045-c14f019fe746', 'Tom Okoro', 'Tom Okoro says hello 👋', false, '2026-11-30 03:24:42.154+00', NULL);
INSERT INTO public.messages VALUES ('01a22a7b-bd2a-761c-a4c8-4d811e22f07c', 'cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 'Maya Lindqvist', 'Maya Lindqvist says hello 👋', false, '2026-11-30 03:24:42.154+00', NULL);
INSERT INTO public.messages VALUES ('01a22a7b-bd29-7744-a76d-4fef28ef87b0', 'cup-final', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'Imran Sethi', 'Imran Sethi says hello 👋', false, '2026-11-30 03:24:42.153+00', '2026-11-30 03:24:54.67+00');


--
-- Data for Name: points; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.points VALUES ('01a22a7b-ad05-73f9-9b3f-75b2a8df2268', '\xfeb4dd365aadaa4839ee4ca7ae1180d593275158eda559812c30970407b0f6ee', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'cup-final', 'call', 5, false, 264, '2026-11-30 03:24:38.012+00');
INSERT INTO public.points VALUES ('01a22a7b-ae1c-7220-9a70-4b6821f3b767', '\xb2234f3410c98c961338c0b8d4d609e55d1960bfecc873ca28bfc057450fb2e6', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 't20', 'call', 5, false, 264, '2026-11-30 03:24:38.29+00');
INSERT INTO public.points VALUES ('01a22a7b-af2e-72d4-9606-bd902fecad4a', '\xbbba2d7a8eb31e3cb07675b9b5761eae48cd69ac7f794270976d6a381ec8e8c9', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'cup-final', 'call', 5, false, 263, '2026-11-30 03:24:38.568+00');
INSERT INTO public.points VALUES ('01a22a7b-b042-736b-aa1f-68d9645e56e2', '\x7c43ffb33babfb81a492362b5f144f6f8cadefd5bde7358feb2b2cea3674951a', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'cup-final', 'call', 5, true, 264, '2026-11-30 03:24:38.841+00');
INSERT INTO public.points VALUES ('01a22a7b-b153-73ca-84c9-6dfc850af098', '\xca4337e7dc64104a99987bbb20e7435099e5a77d5ddbce39834dc816358bfa6e', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'cup-final', 'call', 5, true, 265, '2026-11-30 03:24:39.119+00');
INSERT INTO public.points VALUES ('01a22a7b-b265-724f-9df1-f9a9af8ae91b', '\x9f70e6b586abcd75b3eae558d68189e15f721b8cd8ca456bc1b56f2bbcd3daae', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'cup-final', 'call', 5, true, 264, '2026-11-30 03:24:39.391+00');
INSERT INTO public.points VALUES ('01a22a7b-b376-73d6-9a09-764b211b88d2', '\xa85a7c7f2890dd3ca05142033d96cb07744da282d36643bceefc0c514cbbe371', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 'cup-final', 'call', 5, false, 265, '2026-11-30 03:24:39.665+00');
INSERT INTO public.points VALUES ('01a22a7b-b486-75ef-9869-38320c350dfc', '\xaae682c64a3c06f3416cb0afd8f57de585f8fcb926506ac6b8ee18effc883585', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 't20', 'call', 5, false, 264, '2026-11-30 03:24:39.937+00');
INSERT INTO public.points VALUES ('01a22a7b-b595-765a-a9d8-a3157cd9c893', '\x67be8e35cfacbc8b214c7abacef1a99a9f074dab6196d56e1bece729142eddfa', '01a22a7b-ab6b-7146-a045-c14f019fe746', 'cup-final', 'call', 5, false, 263, '2026-11-30 03:24:40.209+00');
INSERT INTO public.points VALUES ('01a22a7b-b6a8-7765-af70-dfba71dcbfff', '\xdb5d46d9095a80f7296ea01d932d708833eba4ea817be0252d96e6afba27dc6d', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, false, 262, '2026-11-30 03:24:40.479+00');
INSERT INTO public.points VALUES ('01a22a7b-b7b7-71fb-8510-479a61f09d67', '\x348c7baba08950071aa70aac988ec09f0065e45f41e54ffd7a6031ce59139425', '01a22a7b-abe9-7728-a058-6a09841160fb', 't20', 'call', 5, false, 263, '2026-11-30 03:24:40.755+00');
INSERT INTO public.points VALUES ('01a22a7b-b8cb-7472-85d0-39f58961a707', '\xec97bc004c2b67789a7bdd4b8fd8d2d72148db7d91efed2ae57e90953f1603ce', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, false, 264, '2026-11-30 03:24:41.027+00');
INSERT INTO public.points VALUES ('01a22a7b-b9db-70ef-ba45-0e9bc946861f', '\x40d8f81561a86264add895a619a342973f2dafe08741c9eb62577b3c3e17fdf1', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, true, 263, '2026-11-30 03:24:41.303+00');
INSERT INTO public.points VALUES ('01a22a7b-baeb-7359-8423-cf6983fc8afc', '\x2f6ee44bc2009750d2a89ff55ed6d9531061bd2f252e921c94d7852bc3981e2e', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, true, 264, '2026-11-30 03:24:41.574+00');
INSERT INTO public.points VALUES ('01a22a7b-bbfa-74c9-b7b2-2e78d6dba0de', '\x7f21b470a98b9b3a976088a01b3ced164ea0b32dc8be66f87e5f4fd829284e03', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, true, 263, '2026-11-30 03:24:41.845+00');
INSERT INTO public.points VALUES ('01a22a7b-bd0a-7382-8e49-6a66bc1ce624', '\xb0f926735090c749142b2c13b6355001f76ec889c10c2a8e14c2528420769980', '01a22a7b-abe9-7728-a058-6a09841160fb', 'cup-final', 'call', 5, true, 264, '2026-11-30 03:24:42.117+00');


--
-- Data for Name: reaction_totals; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reaction_totals VALUES ('cup-final', '👏', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', '🔥', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', '❤', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', '❤️', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', ':)', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', 'x_x', 'np2vjdz7h4b3', 1);
INSERT INTO public.reaction_totals VALUES ('cup-final', 'LOL', 'np2vjdz7h4b3', 1);


--
-- Data for Name: reviews; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reviews VALUES ('01a22a7b-b266-73a5-8ff9-4d596710d811', '01a22a7b-b265-724f-9df1-f9a9af8ae91b', 'cup-final', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'pending', 1, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":5,"of":5,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:39.391+00', NULL, NULL, NULL);
INSERT INTO public.reviews VALUES ('01a22a7b-b9dc-71bb-94cc-1169421a158b', '01a22a7b-b9db-70ef-ba45-0e9bc946861f', 'cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 'pending', 1, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":3,"of":3,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:41.303+00', NULL, NULL, NULL);
INSERT INTO public.reviews VALUES ('01a22a7b-baeb-7359-8423-cf6ab426aae7', '01a22a7b-baeb-7359-8423-cf6983fc8afc', 'cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 'pending', 1, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":4,"of":4,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:41.574+00', NULL, NULL, NULL);
INSERT INTO public.reviews VALUES ('01a22a7b-bbfa-74c9-b7b2-2e797ba12390', '01a22a7b-bbfa-74c9-b7b2-2e78d6dba0de', 'cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 'pending', 1, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":5,"of":5,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:41.845+00', NULL, NULL, NULL);
INSERT INTO public.reviews VALUES ('01a22a7b-bd0b-7255-86bc-941d5c17ecb6', '01a22a7b-bd0a-7382-8e49-6a66bc1ce624', 'cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 'pending', 1, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":6,"of":6,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:42.117+00', NULL, NULL, NULL);
INSERT INTO public.reviews VALUES ('01a22a7b-b042-736b-aa1f-68daca2bdba6', '01a22a7b-b042-736b-aa1f-68d9645e56e2', 'cup-final', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'approved', 2, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":3,"of":3,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:38.841+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:42.137+00', 'seen on video');
INSERT INTO public.reviews VALUES ('01a22a7b-b154-73e7-8aa0-d89a33f37a94', '01a22a7b-b153-73ca-84c9-6dfc850af098', 'cup-final', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'rejected', 2, '["exact_minimum"]', '{"exact_minimum":{"atMinimum":4,"of":4,"minMs":50,"withinMs":10000}}', '2026-11-30 03:24:39.119+00', '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:42.146+00', NULL);


--
-- Data for Name: roles; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.roles VALUES ('01a22a7b-a909-7586-b9aa-0e5b267b1896', 'admin', '2026-11-30 03:24:36.997+00');
INSERT INTO public.roles VALUES ('01a22a7b-a97c-76ba-bd47-52cd5e8b3532', 'scorer', '2026-11-30 03:24:37.115+00');
INSERT INTO public.roles VALUES ('01a22a7b-a987-72c5-8d8e-388c36287ac4', 'admin', '2026-11-30 03:24:37.126+00');
INSERT INTO public.roles VALUES ('01a22a7b-a983-708d-9872-839e47c08a13', 'reviewer', '2026-11-30 03:24:37.133+00');
INSERT INTO public.roles VALUES ('01a22a7b-a909-7586-b9aa-0e5b267b1896', 'reviewer', '2026-11-30 03:24:37.136+00');
INSERT INTO public.roles VALUES ('01a22a7b-f387-75da-875a-6e9614314809', 'scorer', '2026-11-30 03:24:56.068+00');


--
-- Data for Name: service_tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.service_tokens VALUES ('01a22a7b-a905-7487-8908-e96bc4b6adb4', '01a22a7b-a909-7586-b9aa-0e5b267b1896', 'admin-1', '\xe8afcf59b356e97e89a667c2064db98637eccf4eae4443dfebe9d620cf00ac6c', '2026-11-30 03:24:36.997+00', NULL, NULL);
INSERT INTO public.service_tokens VALUES ('01a22a7b-f384-7767-aad3-73d7b6448454', '01a22a7b-f387-75da-875a-6e9614314809', 'score feed', '\x019286370993b8b3506f7a6e55e861431bcae08f702d453bf340a4d24a618126', '2026-11-30 03:24:56.068+00', NULL, NULL);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a22a7b-aa6b-75d6-af19-72003a5d8ed2', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', '\x49d620334b7e7ba2d88a74a71e8fdad3a5993914c18fdc52e50350e5e24a61a7', 'phone 1', 'phone 1', '2026-11-30 03:24:37.353+00', '2026-11-30 03:24:37.353+00', '2026-12-30 03:24:37.353+00', NULL, NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22a7b-ab6d-7580-be03-04c939ba3b77', '01a22a7b-ab6b-7146-a045-c14f019fe746', '\x12e97ccd572e62b83feddaf8092ec9e6b9f1c3c99b9c389edefe8d0ad4d41ce0', 'phone 2', 'phone 2', '2026-11-30 03:24:37.611+00', '2026-11-30 03:24:37.611+00', '2026-12-30 03:24:37.611+00', NULL, NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22a7b-abea-732f-9934-d78ac0e948ee', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'phone 3', 'phone 3', '2026-11-30 03:24:37.736+00', '2026-11-30 03:24:37.736+00', '2026-12-30 03:24:37.736+00', NULL, NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22a7b-a9e1-7047-b4a7-f56f4e05bdca', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'phone 0', 'phone 0', '2026-11-30 03:24:37.214+00', '2026-11-30 03:24:37.214+00', '2026-12-30 03:24:37.214+00', '2026-11-30 03:24:54.808+00', 'replaced', 'a new phone');
INSERT INTO public.sessions VALUES ('01a22a7b-ee9a-725a-bc8c-8bb4a7bc121f', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x73afda2cfe7be15fa08929989f5c50a5269ade685e40565779ea339c39d0c586', 'a new phone', 'a new phone', '2026-11-30 03:24:54.808+00', '2026-11-30 03:24:54.808+00', '2026-12-30 03:24:54.808+00', NULL, NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22a7b-eef6-7083-a536-0fb2e4c9b669', '01a22a7b-eef5-70e5-b341-0b2eac571d84', '\xacb9ae2ff49cf882317cdb504c7474f0b80098a5c24d608a1e7fda64d69198ea', 'tablet', 'tablet', '2026-11-30 03:24:54.901+00', '2026-11-30 03:24:54.901+00', '2026-12-30 03:24:54.901+00', '2026-11-30 03:24:54.908+00', 'logout', NULL);


--
-- Data for Name: standings; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.standings VALUES ('', 5, 4, 0);
INSERT INTO public.standings VALUES ('t20', 5, 4, 1);
INSERT INTO public.standings VALUES ('', 10, 4, 0);
INSERT INTO public.standings VALUES ('cup-final', 5, 4, 0);
INSERT INTO public.standings VALUES ('cup-final', 5, 2, 1);
INSERT INTO public.standings VALUES ('', 5, 2, 0);
INSERT INTO public.standings VALUES ('', 10, 2, 1);
INSERT INTO public.standings VALUES ('t20', 5, 2, 1);
INSERT INTO public.standings VALUES ('', 5, 6, 1);
INSERT INTO public.standings VALUES ('cup-final', 5, 6, 1);
INSERT INTO public.standings VALUES ('', 5, 3, 0);
INSERT INTO public.standings VALUES ('t20', 5, 3, 1);
INSERT INTO public.standings VALUES ('', 10, 3, 0);
INSERT INTO public.standings VALUES ('', 15, 3, 1);
INSERT INTO public.standings VALUES ('cup-final', 5, 3, 0);
INSERT INTO public.standings VALUES ('cup-final', 10, 3, 1);
INSERT INTO public.standings VALUES ('', 15, 4, 0);
INSERT INTO public.standings VALUES ('', 20, 4, 1);
INSERT INTO public.standings VALUES ('', 72057594037927937, 4, 1);
INSERT INTO public.standings VALUES ('cup-final', 10, 4, 0);
INSERT INTO public.standings VALUES ('cup-final', 15, 4, 1);


--
-- Data for Name: tickets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tickets VALUES ('\xfeb4dd365aadaa4839ee4ca7ae1180d593275158eda559812c30970407b0f6ee', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'cup-final', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:37.748+00', '2026-11-30 03:26:37.748+00', '2026-11-30 03:24:38.012+00');
INSERT INTO public.tickets VALUES ('\xb2234f3410c98c961338c0b8d4d609e55d1960bfecc873ca28bfc057450fb2e6', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 't20', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:38.026+00', '2026-11-30 03:26:38.026+00', '2026-11-30 03:24:38.29+00');
INSERT INTO public.tickets VALUES ('\xbbba2d7a8eb31e3cb07675b9b5761eae48cd69ac7f794270976d6a381ec8e8c9', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'cup-final', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:38.305+00', '2026-11-30 03:26:38.305+00', '2026-11-30 03:24:38.568+00');
INSERT INTO public.tickets VALUES ('\x7c43ffb33babfb81a492362b5f144f6f8cadefd5bde7358feb2b2cea3674951a', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'cup-final', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:38.577+00', '2026-11-30 03:26:38.577+00', '2026-11-30 03:24:38.841+00');
INSERT INTO public.tickets VALUES ('\xca4337e7dc64104a99987bbb20e7435099e5a77d5ddbce39834dc816358bfa6e', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'cup-final', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:38.854+00', '2026-11-30 03:26:38.854+00', '2026-11-30 03:24:39.119+00');
INSERT INTO public.tickets VALUES ('\x9f70e6b586abcd75b3eae558d68189e15f721b8cd8ca456bc1b56f2bbcd3daae', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 'cup-final', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:39.127+00', '2026-11-30 03:26:39.127+00', '2026-11-30 03:24:39.391+00');
INSERT INTO public.tickets VALUES ('\xa85a7c7f2890dd3ca05142033d96cb07744da282d36643bceefc0c514cbbe371', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', '\x49d620334b7e7ba2d88a74a71e8fdad3a5993914c18fdc52e50350e5e24a61a7', 'cup-final', 'call', 'phone 1', '127.0.0.1', '2026-11-30 03:24:39.4+00', '2026-11-30 03:26:39.4+00', '2026-11-30 03:24:39.665+00');
INSERT INTO public.tickets VALUES ('\xaae682c64a3c06f3416cb0afd8f57de585f8fcb926506ac6b8ee18effc883585', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', '\x49d620334b7e7ba2d88a74a71e8fdad3a5993914c18fdc52e50350e5e24a61a7', 't20', 'call', 'phone 1', '127.0.0.1', '2026-11-30 03:24:39.673+00', '2026-11-30 03:26:39.673+00', '2026-11-30 03:24:39.937+00');
INSERT INTO public.tickets VALUES ('\x67be8e35cfacbc8b214c7abacef1a99a9f074dab6196d56e1bece729142eddfa', '01a22a7b-ab6b-7146-a045-c14f019fe746', '\x12e97ccd572e62b83feddaf8092ec9e6b9f1c3c99b9c389edefe8d0ad4d41ce0', 'cup-final', 'call', 'phone 2', '127.0.0.1', '2026-11-30 03:24:39.946+00', '2026-11-30 03:26:39.946+00', '2026-11-30 03:24:40.209+00');
INSERT INTO public.tickets VALUES ('\xdb5d46d9095a80f7296ea01d932d708833eba4ea817be0252d96e6afba27dc6d', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:40.217+00', '2026-11-30 03:26:40.217+00', '2026-11-30 03:24:40.479+00');
INSERT INTO public.tickets VALUES ('\x348c7baba08950071aa70aac988ec09f0065e45f41e54ffd7a6031ce59139425', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 't20', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:40.492+00', '2026-11-30 03:26:40.492+00', '2026-11-30 03:24:40.755+00');
INSERT INTO public.tickets VALUES ('\xec97bc004c2b67789a7bdd4b8fd8d2d72148db7d91efed2ae57e90953f1603ce', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:40.763+00', '2026-11-30 03:26:40.763+00', '2026-11-30 03:24:41.027+00');
INSERT INTO public.tickets VALUES ('\x40d8f81561a86264add895a619a342973f2dafe08741c9eb62577b3c3e17fdf1', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:41.04+00', '2026-11-30 03:26:41.04+00', '2026-11-30 03:24:41.303+00');
INSERT INTO public.tickets VALUES ('\x2f6ee44bc2009750d2a89ff55ed6d9531061bd2f252e921c94d7852bc3981e2e', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:41.31+00', '2026-11-30 03:26:41.31+00', '2026-11-30 03:24:41.574+00');
INSERT INTO public.tickets VALUES ('\x7f21b470a98b9b3a976088a01b3ced164ea0b32dc8be66f87e5f4fd829284e03', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:41.582+00', '2026-11-30 03:26:41.582+00', '2026-11-30 03:24:41.845+00');
INSERT INTO public.tickets VALUES ('\xb0f926735090c749142b2c13b6355001f76ec889c10c2a8e14c2528420769980', '01a22a7b-abe9-7728-a058-6a09841160fb', '\xfa6f81a3f9e698380f0da73a60aef98a4f3515787a8d2f62c38d25ee8ea3f98e', 'cup-final', 'call', 'phone 3', '127.0.0.1', '2026-11-30 03:24:41.853+00', '2026-11-30 03:26:41.853+00', '2026-11-30 03:24:42.117+00');
INSERT INTO public.tickets VALUES ('\x0af7f12fd107b82fcb7e8d0f427b0287befd2c6945042bef14e77e6643b96ea0', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', '\x618f9a51db062cdaf6130f711f9b1507c29b9110dba621866f1cf39eb67e66c8', 't20', 'call', 'phone 0', '127.0.0.1', '2026-11-30 03:24:42.125+00', '2026-11-30 03:26:42.125+00', NULL);


--
-- Data for Name: totals; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.totals VALUES ('t20', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 5, '2026-11-30 03:24:38.29+00');
INSERT INTO public.totals VALUES ('cup-final', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 5, '2026-11-30 03:24:39.665+00');
INSERT INTO public.totals VALUES ('', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 10, '2026-11-30 03:24:39.937+00');
INSERT INTO public.totals VALUES ('t20', '01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 5, '2026-11-30 03:24:39.937+00');
INSERT INTO public.totals VALUES ('', '01a22a7b-ab6b-7146-a045-c14f019fe746', 5, '2026-11-30 03:24:40.209+00');
INSERT INTO public.totals VALUES ('cup-final', '01a22a7b-ab6b-7146-a045-c14f019fe746', 5, '2026-11-30 03:24:40.209+00');
INSERT INTO public.totals VALUES ('t20', '01a22a7b-abe9-7728-a058-6a09841160fb', 5, '2026-11-30 03:24:40.755+00');
INSERT INTO public.totals VALUES ('', '01a22a7b-abe9-7728-a058-6a09841160fb', 15, '2026-11-30 03:24:41.027+00');
INSERT INTO public.totals VALUES ('cup-final', '01a22a7b-abe9-7728-a058-6a09841160fb', 10, '2026-11-30 03:24:41.027+00');
INSERT INTO public.totals VALUES ('', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 20, '2026-11-30 03:24:38.841+00');
INSERT INTO public.totals VALUES ('cup-final', '01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 15, '2026-11-30 03:24:38.841+00');


--
-- Data for Name: updates; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.updates VALUES ('cup-final', 1, 'update', NULL, NULL, 'kick-off', '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.041+00', '{"home":{"goals":0},"away":{"goals":0}}');
INSERT INTO public.updates VALUES ('cup-final', 2, 'update', NULL, NULL, 'bf7fbaf6-aa2e-4204-b9ea-71f8a0bd25cb', '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.057+00', '{"home":{"goals":1},"text":"café ⚽"}');
INSERT INTO public.updates VALUES ('cup-final', 3, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.061+00', '{"away":{"goals":1}}');
INSERT INTO public.updates VALUES ('cup-final', 4, 'correction', '[3]', 'offside', NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.066+00', '{"away":{"goals":0}}');
INSERT INTO public.updates VALUES ('t20', 1, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.07+00', '{"runs":1,"over":"0.1"}');
INSERT INTO public.updates VALUES ('t20', 2, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.079+00', '{"runs":2,"over":"0.2"}');
INSERT INTO public.updates VALUES ('t20', 3, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.082+00', '{"runs":3,"over":"0.3"}');
INSERT INTO public.updates VALUES ('t20', 4, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.086+00', '{"runs":4,"over":"0.4"}');
INSERT INTO public.updates VALUES ('t20', 5, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.089+00', '{"runs":5,"over":"0.5"}');
INSERT INTO public.updates VALUES ('t20', 6, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.092+00', '{"runs":6,"over":"0.0"}');
INSERT INTO public.updates VALUES ('t20', 7, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.094+00', '{"runs":7,"over":"0.1"}');
INSERT INTO public.updates VALUES ('t20', 8, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.097+00', '{"runs":8,"over":"0.2"}');
INSERT INTO public.updates VALUES ('t20', 9, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.101+00', '{"runs":9,"over":"0.3"}');
INSERT INTO public.updates VALUES ('t20', 10, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.103+00', '{"runs":10,"over":"0.4"}');
INSERT INTO public.updates VALUES ('t20', 11, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.105+00', '{"runs":11,"over":"0.5"}');
INSERT INTO public.updates VALUES ('t20', 12, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.108+00', '{"runs":12,"over":"0.0"}');
INSERT INTO public.updates VALUES ('old', 1, 'update', NULL, NULL, NULL, '01a22a7b-a909-7586-b9aa-0e5b267b1896', '2026-11-30 03:24:37.109+00', '{"moves":"e4 e5"}');


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES ('01a22a7b-a909-7586-b9aa-0e5b267b1896', 'admin-1@example.com', 'admin-1@example.com', 'admin-1', '2026-11-30 03:24:36.997+00', NULL);
INSERT INTO public.users VALUES ('01a22a7b-a97c-76ba-bd47-52cd5e8b3532', 'ravi@club.example', 'ravi@club.example', 'ravi', '2026-11-30 03:24:37.115+00', NULL);
INSERT INTO public.users VALUES ('01a22a7b-a983-708d-9872-839e47c08a13', 'oscar@club.example', 'oscar@club.example', 'oscar', '2026-11-30 03:24:37.122+00', NULL);
INSERT INTO public.users VALUES ('01a22a7b-a987-72c5-8d8e-388c36287ac4', 'joan.hill@club.example', 'joan.hill@club.example', 'joan.hill', '2026-11-30 03:24:37.126+00', NULL);
INSERT INTO public.users VALUES ('01a22a7b-a9df-72c8-9b96-96a8e9607e6c', 'player0@club.example', 'player0@club.example', 'Imran Sethi', '2026-11-30 03:24:37.214+00', '2026-11-30 03:24:37.214+00');
INSERT INTO public.users VALUES ('01a22a7b-aa69-7119-ae3c-bc44e62a44d2', 'player1@club.example', 'player1@club.example', 'Louisa Brandt', '2026-11-30 03:24:37.353+00', '2026-11-30 03:24:37.353+00');
INSERT INTO public.users VALUES ('01a22a7b-ab6b-7146-a045-c14f019fe746', 'player2@club.example', 'player2@club.example', 'Tom Okoro', '2026-11-30 03:24:37.611+00', '2026-11-30 03:24:37.611+00');
INSERT INTO public.users VALUES ('01a22a7b-abe9-7728-a058-6a09841160fb', 'player3@club.example', 'player3@club.example', 'Maya Lindqvist', '2026-11-30 03:24:37.736+00', '2026-11-30 03:24:37.736+00');
INSERT INTO public.users VALUES ('01a22a7b-eef5-70e5-b341-0b2eac571d84', 'leaver@club.example', 'leaver@club.example', 'Leaver', '2026-11-30 03:24:54.901+00', '2026-11-30 03:24:54.901+00');
INSERT INTO public.users VALUES ('01a22a7b-f387-75da-875a-6e9614314809', 'feed@club.example', 'feed@club.example', 'feed', '2026-11-30 03:24:56.068+00', NULL);


--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_id_seq', 26, true);


--
-- Name: code_failures_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.code_failures_id_seq', 2, true);


--
-- Name: _sqlx_migrations _sqlx_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);


--
-- Name: boards boards_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.boards
    ADD CONSTRAINT boards_pkey PRIMARY KEY (scope);


--
-- Name: challenges challenges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.challenges
    ADD CONSTRAINT challenges_pkey PRIMARY KEY (id);


--
-- Name: code_failures code_failures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.code_failures
    ADD CONSTRAINT code_failures_pkey PRIMARY KEY (id);


--
-- Name: crowd_points crowd_points_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crowd_points
    ADD CONSTRAINT crowd_points_pkey PRIMARY KEY (event_id, at, run);


--
-- Name: event_scorers event_scorers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_scorers
    ADD CONSTRAINT event_scorers_pkey PRIMARY KEY (event_id, user_id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);


--
-- Name: points points_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_pkey PRIMARY KEY (id);


--
-- Name: points points_ticket_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_ticket_key UNIQUE (ticket);


--
-- Name: reaction_totals reaction_totals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reaction_totals
    ADD CONSTRAINT reaction_totals_pkey PRIMARY KEY (event_id, emoji, run);


--
-- Name: reviews reviews_entry_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_entry_id_key UNIQUE (entry_id);


--
-- Name: reviews reviews_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (id);


--
-- Name: roles roles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (user_id, role);


--
-- Name: service_tokens service_tokens_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_tokens
    ADD CONSTRAINT service_tokens_hash_key UNIQUE (hash);


--
-- Name: service_tokens service_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_tokens
    ADD CONSTRAINT service_tokens_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_hash_key UNIQUE (hash);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: standings standings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standings
    ADD CONSTRAINT standings_pkey PRIMARY KEY (scope, node, shard);


--
-- Name: tickets tickets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (hash);


--
-- Name: totals totals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.totals
    ADD CONSTRAINT totals_pkey PRIMARY KEY (scope, user_id);


--
-- Name: updates updates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.updates
    ADD CONSTRAINT updates_pkey PRIMARY KEY (event_id, seq);


--
-- Name: users users_email_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key_key UNIQUE (email_key);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: challenges_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX challenges_by_age ON public.challenges USING btree (created_at);


--
-- Name: challenges_one_live; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX challenges_one_live ON public.challenges USING btree (email_key) WHERE (ending IS NULL);


--
-- Name: code_failures_by_address; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX code_failures_by_address ON public.code_failures USING btree (email_key, at);


--
-- Name: code_failures_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX code_failures_by_age ON public.code_failures USING btree (at);


--
-- Name: event_scorers_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_scorers_by_user ON public.event_scorers USING btree (user_id);


--
-- Name: events_by_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_status ON public.events USING btree (status, starts_at, created_at);


--
-- Name: messages_by_event; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_by_event ON public.messages USING btree (event_id, id) WHERE (deleted_at IS NULL);


--
-- Name: points_by_event; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX points_by_event ON public.points USING btree (event_id, at);


--
-- Name: points_by_player; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX points_by_player ON public.points USING btree (user_id, at);


--
-- Name: reviews_by_event; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reviews_by_event ON public.reviews USING btree (event_id, id);


--
-- Name: reviews_by_player; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reviews_by_player ON public.reviews USING btree (user_id, id);


--
-- Name: reviews_by_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reviews_by_status ON public.reviews USING btree (status, id);


--
-- Name: sessions_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_end ON public.sessions USING btree (ended_at) WHERE (ending IS NOT NULL);


--
-- Name: sessions_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at) WHERE (ending IS NULL);


--
-- Name: sessions_one_live; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX sessions_one_live ON public.sessions USING btree (user_id) WHERE (ending IS NULL);


--
-- Name: tickets_by_address; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_by_address ON public.tickets USING btree (event_id, address, redeemed_at) WHERE (redeemed_at IS NOT NULL);


--
-- Name: tickets_by_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_by_device ON public.tickets USING btree (event_id, device, redeemed_at) WHERE (redeemed_at IS NOT NULL);


--
-- Name: tickets_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_by_end ON public.tickets USING btree (expires_at);


--
-- Name: totals_by_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX totals_by_place ON public.totals USING btree (scope, points DESC, reached_at, user_id);


--
-- Name: updates_by_op_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX updates_by_op_id ON public.updates USING btree (event_id, op_id) WHERE (op_id IS NOT NULL);


--
-- Name: audit audit_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: points points_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER points_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.points FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: updates updates_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER updates_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.updates FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: audit audit_actor_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_actor_fkey FOREIGN KEY (actor) REFERENCES public.users(id);


--
-- Name: crowd_points crowd_points_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crowd_points
    ADD CONSTRAINT crowd_points_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: event_scorers event_scorers_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_scorers
    ADD CONSTRAINT event_scorers_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: event_scorers event_scorers_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_scorers
    ADD CONSTRAINT event_scorers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: messages messages_author_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_author_fkey FOREIGN KEY (author) REFERENCES public.users(id);


--
-- Name: messages messages_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: points points_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: points points_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: reaction_totals reaction_totals_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reaction_totals
    ADD CONSTRAINT reaction_totals_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: reviews reviews_decided_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id);


--
-- Name: reviews reviews_entry_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.points(id);


--
-- Name: reviews reviews_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: reviews reviews_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: roles roles_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: service_tokens service_tokens_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_tokens
    ADD CONSTRAINT service_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: tickets tickets_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: tickets tickets_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: totals totals_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.totals
    ADD CONSTRAINT totals_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: updates updates_author_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.updates
    ADD CONSTRAINT updates_author_fkey FOREIGN KEY (author) REFERENCES public.users(id);


--
-- Name: updates updates_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.updates
    ADD CONSTRAINT updates_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- PostgreSQL database dump complete
--


