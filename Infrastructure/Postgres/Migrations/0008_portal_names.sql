-- What people call what a portal's deals hold by id: its stages, pipelines and owners. Kept for those who look at deals later: by then the
-- access token that could ask for them is erased.

alter table hubspot_deals.portals
    -- {"currency": text, "pipelines": [{"id", "label", "stages": [{"id", "label"}]}], "owners": {id: name}}
    add column names             jsonb,
    -- HubSpot need not be asked for them before
    add column names_fresh_until timestamptz;
