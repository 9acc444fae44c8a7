// Reads the sandbox with HubSpot's own client and prints what came back, one JSON object.
// The argument is a JSON object: baseUrl, and the tokens open, unknown, scopeless and limited.
import { Client } from '@hubspot/api-client';

const { baseUrl, tokens } = JSON.parse(process.argv[2]);

// no pacing and no retries: what is asked goes out once and at once
const clientOf = (accessToken) =>
  new Client({ accessToken, basePath: baseUrl, numberOfApiCallRetries: 0, limiterOptions: { maxConcurrent: 10 } });
const open = clientOf(tokens.open);
const deals = open.crm.deals;

const refusalOf = async (call) => {
  try {
    await call();
    return { code: 0 };
  } catch (refusal) {
    const body = typeof refusal.body === 'string' && refusal.body.startsWith('{') ? JSON.parse(refusal.body) : refusal.body;
    return { code: refusal.code, body: typeof body === 'object' ? body : String(body) };
  }
};

const wanted = ['dealname', 'amount', 'hs_projected_amount', 'closedate', 'no_such_property'];
const firstPage = await deals.basicApi.getPage(3, undefined, wanted);
const secondPage = await deals.basicApi.getPage(3, firstPage.paging.next.after, wanted);
const all = await deals.getAll(100, undefined, ['dealname', 'amount']);
const archived = await deals.getAll(100, undefined, undefined, undefined, undefined, true);
const one = await deals.basicApi.getById(firstPage.results[0].id, wanted);
const read = await deals.batchApi.read({
  inputs: [{ id: firstPage.results[1].id }, { id: firstPage.results[0].id }, { id: '1' }],
  properties: ['dealname'],
  propertiesWithHistory: [],
});
const won = await deals.searchApi.doSearch({
  filterGroups: [{ filters: [{ propertyName: 'dealstage', operator: 'EQ', value: 'closedwon' }] }],
  sorts: ['hs_object_id'],
  properties: ['dealstage'],
  limit: 200,
  after: '0',
});
const made = await deals.basicApi.create({ properties: { dealname: 'Made by the client', amount: '12.50', dealstage: 'contractsent' } });
const changed = await deals.basicApi.update(made.id, { properties: { amount: '' } });
await deals.basicApi.archive(made.id);

const limited = clientOf(tokens.limited);
await limited.crm.deals.basicApi.getPage(1);
await limited.crm.deals.searchApi.doSearch({ limit: 1 });

console.log(
  JSON.stringify({
    firstPage,
    secondPage,
    all: all.map(({ id, properties }) => ({ id, name: properties.dealname, amount: properties.amount })),
    archived: archived.map(({ id, archivedAt }) => ({ id, archivedAt })),
    one,
    read,
    won: { total: won.total, ids: won.results.map(({ id }) => id), stages: won.results.map(({ properties }) => properties.dealstage), next: won.paging?.next.after },
    made,
    changed,
    properties: (await open.crm.properties.coreApi.getAll('deals')).results.map(({ name, type, fieldType }) => ({ name, type, fieldType })),
    pipelines: (await open.crm.pipelines.pipelinesApi.getAll('deals')).results,
    owners: (await open.crm.owners.ownersApi.getPage(undefined, undefined, 5)).results.length,
    refusals: {
      unknownToken: await refusalOf(() => clientOf(tokens.unknown).crm.deals.basicApi.getPage()),
      missingScope: await refusalOf(() => clientOf(tokens.scopeless).crm.deals.basicApi.getPage()),
      missingDeal: await refusalOf(() => deals.basicApi.getById('1')),
      archivedDeal: await refusalOf(() => deals.basicApi.getById(made.id)),
      nonNumericId: await refusalOf(() => deals.basicApi.getById('abc')),
      limitOver100: await refusalOf(() => deals.basicApi.getPage(101)),
      batchOver100: await refusalOf(() =>
        deals.batchApi.read({ inputs: all.slice(0, 101).map(({ id }) => ({ id })), properties: [], propertiesWithHistory: [] })),
      unknownProperty: await refusalOf(() => deals.basicApi.create({ properties: { no_such_property: '1' } })),
      searchPast10000: await refusalOf(() => deals.searchApi.doSearch({ limit: 1, after: '10000' })),
      tenSecondlyLimit: await refusalOf(() => limited.crm.deals.basicApi.getPage(1)),
      searchLimit: await refusalOf(() => limited.crm.deals.searchApi.doSearch({ limit: 1 })),
    },
  }),
);
