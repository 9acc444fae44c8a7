-- Hangfire's tables, in a schema of their own. Hangfire makes and alters them by itself; see JobStorageSetup.
create schema if not exists hubspot_deals_hangfire;
