-- What has happened to each scan, in order: its log, and what those who watch it are told.

alter table hubspot_deals.scan_jobs
    -- the number of its last event
    add column last_event   bigint not null default 0,
    -- why a request was last repeated, for the log
    add column last_trouble text;
-- A scan's first event comes with its row.
alter table hubspot_deals.scan_jobs alter column last_event set default 1;

create table hubspot_deals.scan_events (
    scan   uuid        not null references hubspot_deals.scan_jobs (id) on delete cascade,
    number bigint      not null,
    at     timestamptz not null default clock_timestamp(),
    -- state: a new state, or another worker; planned: HubSpot's count is known; retries: requests were repeated;
    -- split: more chains of pages; verified: what the verification came to
    kind   text        not null check (kind in ('state', 'planned', 'retries', 'split', 'verified')),
    data   json        not null,
    primary key (scan, number)
);

-- Numbers are given under the lock of the scan's row, which is held until the transaction ends: who has seen a number has seen, or can
-- see, all before it. So nothing is missed by asking for what comes after the last one.
create function hubspot_deals.log_event(in_scan uuid, in_kind text, in_data json) returns void language sql as $$
    with numbered as (
        update hubspot_deals.scan_jobs set last_event = last_event + 1 where id = in_scan returning last_event)
    insert into hubspot_deals.scan_events (scan, number, kind, data) select in_scan, last_event, in_kind, in_data from numbered
$$;

-- Of the scan's row, so that no statement that changes a state can forget to say so, whichever build of the service it is from.
create function hubspot_deals.note_change() returns trigger language plpgsql as $$
begin
    if new.status is distinct from old.status or new.status = 'running' and new.lease_epoch <> old.lease_epoch then
        new.last_event := new.last_event + 1;
        insert into hubspot_deals.scan_events (scan, number, kind, data)
        values (new.id, new.last_event, 'state', json_build_object('status', new.status, 'reason', new.error_message, 'node', new.lease_node));
    end if;
    if old.planned_at is null and new.planned_at is not null then
        new.last_event := new.last_event + 1;
        insert into hubspot_deals.scan_events (scan, number, kind, data)
        values (new.id, new.last_event, 'planned', json_build_object('totalDeals', coalesce(new.total_deals, 0)));
    end if;
    if new.retries > old.retries then
        new.last_event := new.last_event + 1;
        insert into hubspot_deals.scan_events (scan, number, kind, data)
        values (new.id, new.last_event, 'retries', json_build_object('count', new.retries - old.retries, 'reason', new.last_trouble));
    end if;
    return new;
end $$;

-- The condition spares the renewal of each running scan's lease, once a second, the call.
create trigger scan_changed before update on hubspot_deals.scan_jobs for each row
    when (new.status is distinct from old.status or new.lease_epoch <> old.lease_epoch or new.retries > old.retries
          or old.planned_at is null and new.planned_at is not null)
    execute function hubspot_deals.note_change();

create function hubspot_deals.note_start() returns trigger language plpgsql as $$
begin
    insert into hubspot_deals.scan_events (scan, number, kind, data)
    values (new.id, new.last_event, 'state', json_build_object('status', new.status, 'reason', null, 'node', null));
    return null;
end $$;

create trigger scan_started after insert on hubspot_deals.scan_jobs for each row execute function hubspot_deals.note_start();

-- Whoever watches looks at once, and need not ask every moment.
create function hubspot_deals.announce_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('hubspot_deals_events', new.scan::text);
    return null;
end $$;

create trigger scan_event_announced after insert on hubspot_deals.scan_events for each row execute function hubspot_deals.announce_event();

create function hubspot_deals.announce_removal() returns trigger language plpgsql as $$
begin
    perform pg_notify('hubspot_deals_events', old.id::text);
    return null;
end $$;

create trigger scan_removed after delete on hubspot_deals.scan_jobs for each row execute function hubspot_deals.announce_removal();
