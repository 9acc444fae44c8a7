-- Which deal stands at every 1,000th place of a scan that has ended, so that a page deep in its results is found without counting all
-- the deals before it. Made when a scan completes, or when a deep page of it is first asked for; nothing is lost with a row of it.
create table hubspot_deals.deal_marks (
    scan  uuid     primary key references hubspot_deals.scan_jobs (id) on delete cascade,
    -- the scan's lease_epoch when they were made: a scan that goes on has a higher one, and other deals at its places
    epoch bigint   not null,
    -- ids[n]: the deal id at place 1,000 n, counted from 1 in the order of ids
    ids   bigint[] not null
);
