-- A filtered scan that is read through HubSpot's search ends with a look at what the search's index may not have known when the scan began.

-- When the scan was planned, by the database's clock: what changed before it, the scan must have; null: not planned yet, or by a build
-- that knew no closing look.
alter table hubspot_deals.scan_jobs add column planned_at timestamptz;

-- closing: the search endpoint, by ascending id, of what was changed shortly before the scan was planned and since
alter table hubspot_deals.scan_segments
    drop constraint scan_segments_source_check,
    add constraint scan_segments_source_check check (source in ('list', 'archived', 'search', 'closing'));
