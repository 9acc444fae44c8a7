-- Connections that browser sessions have made to HubSpot by OAuth, for the contacts gateway.

create table hubspot_deals.gateway_sessions (
    -- SHA-256 of the cookie: whoever reads the table can't be the browser
    id            bytea       primary key,
    created_at    timestamptz not null default now(),
    used_at       timestamptz not null default now(),
    -- null: not connected
    hub_id        bigint,
    app_id        bigint,
    scopes        text[],
    -- encrypted
    access_token  bytea,
    refresh_token bytea,
    expires_at    timestamptz,
    -- raised with every new access token, so that of many callers who found the same one expired only the first gets another
    version       integer     not null default 0
);

create index gateway_sessions_used on hubspot_deals.gateway_sessions (used_at);

-- What HubSpot sends back with a user: each is good once, for the session that asked, for ten minutes.
create table hubspot_deals.gateway_states (
    -- SHA-256 of the state
    id         bytea       primary key,
    session    bytea       not null references hubspot_deals.gateway_sessions (id) on delete cascade,
    expires_at timestamptz not null default now() + interval '10 minutes'
);
