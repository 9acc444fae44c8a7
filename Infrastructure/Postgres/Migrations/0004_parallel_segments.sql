-- A scan is read by several chains of pages at once: each segment has a range of ids, and a long one is split while it is read.

alter table hubspot_deals.scan_segments
    -- the first id it may hold; null: from the beginning
    add column from_id  bigint,
    -- the first id that is another segment's; null: to the end
    add column until_id bigint,
    -- one chain from the beginning to the end, never to be split: HubSpot's cursors did not do what splitting takes
    add column whole    boolean not null default false;

-- The last statement of every transaction that stores deals: moves the checkpoints of the segments that they came from, or refuses.
-- FOR SHARE holds off a new owner until this transaction has ended.
-- HD001 is the service's own error code: the lease is lost, nothing of this transaction may stay.
create function hubspot_deals.store_checkpoints(
    in_scan uuid, in_epoch bigint, in_segments integer[], in_cursors text[], in_last_ids bigint[],
    in_pages bigint[], in_deals bigint[], in_failed bigint[], in_done boolean[])
returns void language plpgsql as $$
declare
    moved integer;
begin
    perform from hubspot_deals.scan_jobs
      where id = in_scan and lease_epoch = in_epoch and lease_until > clock_timestamp()
        for share;
    if not found then
        raise exception 'the lease with epoch % of scan % is lost', in_epoch, in_scan using errcode = 'HD001';
    end if;

    update hubspot_deals.scan_segments s
       set cursor = new.cursor,
           last_id = coalesce(new.last_id, s.last_id),
           pages = s.pages + new.pages,
           deals = s.deals + new.deals,
           failed = s.failed + new.failed,
           done = new.done,
           updated_at = clock_timestamp()
      from unnest(in_segments, in_cursors, in_last_ids, in_pages, in_deals, in_failed, in_done)
           as new (segment, cursor, last_id, pages, deals, failed, done)
     where s.scan = in_scan and s.segment = new.segment and not s.done;
    get diagnostics moved = row_count;
    if moved <> cardinality(in_segments) then
        raise exception 'of segments % of scan % some are done already', in_segments, in_scan using errcode = 'HD001';
    end if;
end $$;

-- store_checkpoint, which moves one, stays for nodes of the build before that still run while a service is updated node by node.
