-- What a scan's deals were found to be at its end, beside what HubSpot says there is.
create table hubspot_deals.scan_verifications (
    scan          uuid        primary key references hubspot_deals.scan_jobs (id) on delete cascade,
    -- exact: the same deals; complete: what differs came to be while the scan ran; incomplete: deals are missing, and nothing tells why;
    -- unverified: HubSpot could not be asked
    verdict       text        not null check (verdict in ('exact', 'complete', 'incomplete', 'unverified')),
    reason        text,
    -- HubSpot's count of live deals that pass the filter
    hubspot_deals bigint,
    stored_deals  bigint      not null,
    archived_deals bigint     not null,
    failed_deals  bigint      not null,
    -- [{"id", "side": "hubspot" | "stored", "reason"}]: deals that only HubSpot has, and deals that only the scan has
    differences   json        not null,
    -- SHA-256 over the stored deals, without what differs from scan to scan
    checksum      text        not null,
    verified_at   timestamptz not null default clock_timestamp()
);
