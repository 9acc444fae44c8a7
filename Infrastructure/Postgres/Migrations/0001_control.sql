-- The control schema: what the service knows about scans, who works on them, and how far they are.
-- The rows of a portal's deals live in a schema of their own, hubspot_deals_<portal>, made when its first scan is planned.

-- A process that takes part. Its session is the one connection it keeps open for notifications: PostgreSQL notices a killed
-- process's closed socket at once, long before a lease runs out.
create table hubspot_deals.nodes (
    id            text        primary key,
    roles         text        not null,
    host          text        not null,
    process_id    integer     not null,
    version       text        not null,
    backend_pid   integer     not null,
    backend_start timestamptz not null,
    started_at    timestamptz not null default now(),
    heartbeat_at  timestamptz not null default now()
);

create table hubspot_deals.scan_jobs (
    id             uuid        primary key,
    -- names the scan's partition, whatever characters its scan_id has
    number         bigint      not null generated always as identity unique,
    scan_id        text        not null unique check (scan_id ~ '^[A-Za-z0-9_-]{1,255}$'),
    portal_id      text        not null check (portal_id ~ '^[0-9]{1,20}$'),
    status         text        not null default 'pending'
                               check (status in ('pending', 'running', 'completed', 'failed', 'cancelled', 'paused')),
    -- filters and options as they were asked for; never a token
    config         jsonb       not null,
    -- HubSpot's access token, encrypted, bound to this row's id; erased when the scan completes
    token          bytea,
    -- the columns of its partition, set when it is planned: [{"property", "column", "kind"}]
    columns        jsonb,
    total_deals    bigint,
    requests       bigint      not null default 0,
    retries        bigint      not null default 0,
    deals_per_second double precision,
    error_message  text,
    -- runs that ended without storing a page since the last page stored
    failed_attempts integer    not null default 0,
    -- the worker that may write: a write carries the epoch it was given, and an epoch is given once
    lease_epoch    bigint      not null default 0,
    lease_node     text,
    lease_renewed_at timestamptz,
    lease_until    timestamptz,
    -- not before this; null: at once
    run_after      timestamptz,
    -- when the job engine was last told; null: not yet, or to be told again
    enqueued_at    timestamptz,
    created_at     timestamptz not null default now(),
    started_at     timestamptz not null default now(),
    completed_at   timestamptz,
    updated_at     timestamptz not null default now()
);

create index scan_jobs_open on hubspot_deals.scan_jobs (status) where status in ('pending', 'running');
create index scan_jobs_portal on hubspot_deals.scan_jobs (portal_id, created_at);
create index scan_jobs_created on hubspot_deals.scan_jobs (created_at);

-- A part of a scan that is read as one chain of pages, with its own checkpoint.
create table hubspot_deals.scan_segments (
    scan       uuid        not null references hubspot_deals.scan_jobs (id) on delete cascade,
    segment    integer     not null,
    -- list: the list endpoint; archived: the list endpoint's archived deals; search: the search endpoint, by ascending id
    source     text        not null check (source in ('list', 'archived', 'search')),
    -- where the next page begins, as HubSpot gave it (list, archived), or the last id read (search); null: at the beginning
    cursor     text,
    last_id    bigint,
    pages      bigint      not null default 0,
    deals      bigint      not null default 0,
    failed     bigint      not null default 0,
    done       boolean     not null default false,
    updated_at timestamptz not null default now(),
    primary key (scan, segment)
);

-- Whether another worker may take a running scan: its lease ran out, or its owner missed two heartbeats and a half (one a second)
-- and its session is gone, which is what a killed process looks like long before its lease runs out. A session that is merely being
-- renewed does not count: its owner still renews the lease. The clock is the database's, the same for all nodes.
create function hubspot_deals.lease_lapsed(job hubspot_deals.scan_jobs) returns boolean language sql stable as $$
    select job.lease_until is null
        or job.lease_until < clock_timestamp()
        or (job.lease_renewed_at < clock_timestamp() - interval '2.5 seconds'
            and not exists (
                select from hubspot_deals.nodes node
                  join pg_stat_activity session
                    on session.pid = node.backend_pid
                   and (session.backend_start = node.backend_start or session.backend_start is null)
                 where node.id = job.lease_node))
$$;

-- The last statement of every transaction that stores deals: moves the checkpoint, or refuses.
-- FOR SHARE holds off a new owner until this transaction has ended, and lets other segments of the same scan pass.
-- HD001 is the service's own error code: the lease is lost, nothing of this transaction may stay.
create function hubspot_deals.store_checkpoint(
    in_scan uuid, in_epoch bigint, in_segment integer,
    in_cursor text, in_last_id bigint, in_pages bigint, in_deals bigint, in_failed bigint, in_done boolean)
returns void language plpgsql as $$
begin
    perform from hubspot_deals.scan_jobs
      where id = in_scan and lease_epoch = in_epoch and lease_until > clock_timestamp()
        for share;
    if not found then
        raise exception 'the lease with epoch % of scan % is lost', in_epoch, in_scan using errcode = 'HD001';
    end if;

    update hubspot_deals.scan_segments
       set cursor = in_cursor,
           last_id = coalesce(in_last_id, last_id),
           pages = pages + in_pages,
           deals = deals + in_deals,
           failed = failed + in_failed,
           done = in_done,
           updated_at = clock_timestamp()
     where scan = in_scan and segment = in_segment and not done;
    if not found then
        raise exception 'segment % of scan % is done already', in_segment, in_scan using errcode = 'HD001';
    end if;
end $$;

-- The keys that protect tokens at rest.
create table hubspot_deals.data_protection_keys (
    friendly_name text        primary key,
    xml           text        not null,
    created_at    timestamptz not null default now()
);
