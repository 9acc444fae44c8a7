-- What each portal allows, and how much of it is given out: HubSpot counts per account, so all nodes draw on one row.

create table hubspot_deals.portals (
    portal_id       text        primary key check (portal_id ~ '^[0-9]{1,20}$'),
    -- as HubSpot's account details name it, US/Eastern for example; the daily limit starts anew at its midnight
    time_zone       text,
    -- the daily limit, and what an answer said was left of it; null: none has said so, as with OAuth tokens
    daily_allowed   integer,
    daily_remaining integer,
    daily_read_at   timestamptz,
    -- the day was used up: nobody asks before this, so that a hundred scans find it out by one request
    daily_spent_until timestamptz
);

create table hubspot_deals.portal_limits (
    portal_id   text    not null,
    -- burst: requests in ten seconds; search: requests to the search endpoints in a second
    class       text    not null check (class in ('burst', 'search')),
    allowed     integer not null,
    interval_ms integer not null,
    -- allowed and interval come from HubSpot's headers; until then from the configuration
    said        boolean not null default false,
    -- when the next permit is due
    next_at     timestamptz not null default '-infinity',
    -- after a refusal less than everything is used, for a while: others draw on the limit as well
    share       double precision not null default 1,
    refusals    integer not null default 0,
    refused_at  timestamptz,
    primary key (portal_id, class)
) with (fillfactor = 50);

-- How much of a limit is used at present: all of it, fifty seconds after the last cut of four fifths.
create function hubspot_deals.present_share(l hubspot_deals.portal_limits) returns double precision language sql stable as $$
    select case when l.refused_at is null then 1.0
           else least(1.0, l.share + 0.02 * extract(epoch from clock_timestamp() - l.refused_at)) end
$$;

-- The time between two permits. A little less than allowed is given out, because what is sent at even distances does not arrive so.
create function hubspot_deals.permit_spacing(l hubspot_deals.portal_limits) returns interval language sql stable as $$
    select l.interval_ms / ((l.allowed - least(3, l.allowed * 0.025)) * hubspot_deals.present_share(l)) * interval '1 millisecond'
$$;

-- Gives out permits: the first is due in first_ms (which may be past), the others spacing_ms apart.
-- What was heard from HubSpot since the last time comes along: allowed and interval of its headers, and what is left of the day.
-- A crash of the database may forget the last moment's permits, which is why no commit waits for the disk here.
create function hubspot_deals.lease_permits(
    in_portal text, in_class text, in_count integer, in_allowed integer, in_interval_ms integer, in_said boolean,
    in_daily_allowed integer, in_daily_remaining integer,
    out first_ms double precision, out spacing_ms double precision, out day_is_spent boolean) language plpgsql as $$
declare
    l hubspot_deals.portal_limits;
    now_at timestamptz := clock_timestamp();
    spacing interval;
    due timestamptz;
begin
    perform set_config('synchronous_commit', 'off', true);
    if in_daily_allowed is not null then
        insert into hubspot_deals.portals as p (portal_id, daily_allowed, daily_remaining, daily_read_at)
        values (in_portal, in_daily_allowed, in_daily_remaining, now_at)
        on conflict (portal_id) do update
           set daily_allowed = in_daily_allowed, daily_remaining = in_daily_remaining, daily_read_at = now_at;
    end if;

    select exists (select from hubspot_deals.portals where portal_id = in_portal and daily_spent_until > now_at) into day_is_spent;
    if day_is_spent then
        return;
    end if;

    select * into l from hubspot_deals.portal_limits where portal_id = in_portal and class = in_class for update;
    if not found then
        insert into hubspot_deals.portal_limits (portal_id, class, allowed, interval_ms)
        values (in_portal, in_class, in_allowed, in_interval_ms) on conflict do nothing;
        select * into l from hubspot_deals.portal_limits where portal_id = in_portal and class = in_class for update;
    end if;

    -- The configuration counts until HubSpot has spoken; then only HubSpot does.
    if in_said or not l.said then
        l.allowed := in_allowed;
        l.interval_ms := in_interval_ms;
        l.said := in_said;
    end if;

    spacing := hubspot_deals.permit_spacing(l);
    now_at := clock_timestamp();
    -- A limit of some size bears two at once.
    due := greatest(l.next_at, now_at - case when l.allowed >= 50 then spacing else interval '0' end);
    update hubspot_deals.portal_limits
       set allowed = l.allowed, interval_ms = l.interval_ms, said = l.said, next_at = due + in_count * spacing
     where portal_id = in_portal and class = in_class;
    first_ms := extract(epoch from due - now_at) * 1000;
    spacing_ms := extract(epoch from spacing) * 1000;
end $$;

-- HubSpot has refused a request: hold all nodes back, longer each time in a row, and use less for a while.
create function hubspot_deals.hold_permits(in_portal text, in_class text, in_retry_after_ms double precision) returns void language plpgsql as $$
declare
    l hubspot_deals.portal_limits;
    pause_ms double precision;
begin
    perform set_config('synchronous_commit', 'off', true);
    select * into l from hubspot_deals.portal_limits where portal_id = in_portal and class = in_class for update;
    if not found then
        return;
    end if;

    -- Requests that were under way together are refused together: that is one refusal.
    if l.refused_at is null or l.refused_at < clock_timestamp() - interval '1 second' then
        l.share := greatest(0.1, hubspot_deals.present_share(l) * 0.8);
        l.refusals := case when l.refused_at > clock_timestamp() - interval '30 seconds' then least(l.refusals + 1, 10) else 1 end;
        l.refused_at := clock_timestamp();
    end if;

    pause_ms := coalesce(in_retry_after_ms, least(greatest(l.interval_ms, 10000), greatest(l.interval_ms / 10.0, 1000) * 2 ^ (l.refusals - 1)));
    update hubspot_deals.portal_limits
       set share = l.share, refusals = l.refusals, refused_at = l.refused_at,
           next_at = greatest(l.next_at, clock_timestamp() + pause_ms * interval '1 millisecond')
     where portal_id = in_portal and class = in_class;
end $$;

-- When a day's limit that is used up begins anew: at midnight where the portal is. Where that is not known, or midnight was just now
-- and has changed nothing, it is looked again in a quarter of an hour.
create function hubspot_deals.day_begins_anew(in_portal text) returns timestamptz language plpgsql stable as $$
declare
    zone text := (select time_zone from hubspot_deals.portals where portal_id = in_portal);
    midnight timestamptz;
begin
    midnight := date_trunc('day', clock_timestamp() at time zone zone) at time zone zone;
    if midnight is null or clock_timestamp() - midnight < interval '1 hour' then
        return clock_timestamp() + interval '15 minutes';
    end if;

    return (date_trunc('day', clock_timestamp() at time zone zone) + interval '1 day') at time zone zone;
exception when invalid_parameter_value then
    return clock_timestamp() + interval '15 minutes';
end $$;

-- A scan that is paused until its portal's day begins anew has a time to go on at.
create index scan_jobs_paused on hubspot_deals.scan_jobs (run_after) where status = 'paused' and run_after is not null;
