// Connects to the sandbox by OAuth with HubSpot's own client, writes contacts, tickets and associations, and prints what came
// back, one JSON object. The argument is a JSON object: baseUrl, the app's clientId and clientSecret, redirectUri, code and dealIds.
import { Client } from '@hubspot/api-client';

const { baseUrl, clientId, clientSecret, redirectUri, code, dealIds } = JSON.parse(process.argv[2]);

// no pacing and no retries: what is asked goes out once and at once
const clientOf = (accessToken) =>
  new Client({ accessToken, basePath: baseUrl, numberOfApiCallRetries: 0, limiterOptions: { maxConcurrent: 10 } });

const refusalOf = async (call) => {
  try {
    await call();
    return { code: 0 };
  } catch (refusal) {
    const body = typeof refusal.body === 'string' && refusal.body.startsWith('{') ? JSON.parse(refusal.body) : refusal.body;
    return { code: refusal.code, body: typeof body === 'object' ? body : String(body) };
  }
};

const oauth = clientOf(undefined).oauth;
const exchange = () => oauth.tokensApi.create('authorization_code', code, redirectUri, clientId, clientSecret);
const granted = await exchange();
const reusedCode = await refusalOf(exchange);
const refreshed = await oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, granted.refreshToken);
const accessToken = await oauth.accessTokensApi.get(refreshed.accessToken);
const refreshToken = await oauth.refreshTokensApi.get(refreshed.refreshToken);

const { crm } = clientOf(refreshed.accessToken);
const contacts = crm.contacts;
const made = await contacts.basicApi.create({
  properties: { email: 'Zoë.O’Neill@example.com', firstname: 'Zoë', lastname: "O'Neill" },
  associations: [{ to: { id: dealIds[0] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 4 }] }],
});
const changed = await contacts.basicApi.update(made.id, { properties: { jobtitle: 'Countess' } });
const byEmail = await contacts.basicApi.getById(
  made.properties.email, ['jobtitle', 'email'], undefined, ['deals'], undefined, 'email');
const batch = await contacts.batchApi.create({
  inputs: [1, 2, 3].map((number) => ({ properties: { email: `c${number}@example.com`, firstname: `N${number}` }, associations: [] })),
});
const read = await contacts.batchApi.read({
  inputs: [{ id: 'C2@example.com' }, { id: 'none@example.com' }], idProperty: 'email', properties: ['firstname'], propertiesWithHistory: [] });
const upserted = await contacts.batchApi.upsert({
  inputs: [
    { id: 'c1@example.com', idProperty: 'email', properties: { city: 'Ulm' } },
    { id: 'c4@example.com', idProperty: 'email', properties: { city: 'Bonn' } },
  ],
});
const updated = await contacts.batchApi.update({ inputs: [{ id: batch.results[2].id, properties: { city: 'Kiel' } }] });
const found = await contacts.searchApi.doSearch({
  filterGroups: [{ filters: [{ propertyName: 'email', operator: 'IN', values: [1, 2, 3, 4].map((number) => `c${number}@example.com`) }] }],
  sorts: ['-email'],
  properties: ['email'],
  limit: 2,
  after: '0',
});
const all = await contacts.getAll(2, undefined, ['email']);

const ticket = await crm.tickets.basicApi.create({
  properties: { subject: 'Help', hs_pipeline: '0', hs_pipeline_stage: '1', hs_ticket_priority: 'HIGH' },
  associations: [{ to: { id: made.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 16 }] }],
});

const v4 = crm.associations.v4;
const pair = (from, to) => ({ _from: { id: from }, from: { id: from }, to: { id: to } });
const byDefault = await v4.basicApi.createDefault('deals', dealIds[1], 'tickets', ticket.id);
const inBatch = await v4.batchApi.createDefault('contacts', 'deals', { inputs: [pair(made.id, dealIds[1]), pair(made.id, '1')] });
const labelled = await v4.batchApi.create('contacts', 'companies', {
  inputs: [{ ...pair(made.id, '77'), types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
});
const associated = await v4.batchApi.getPage('contacts', 'deals', { inputs: [{ id: made.id }, { id: batch.results[0].id }] });
const list = await v4.basicApi.getPage('contacts', made.id, 'deals');
await v4.batchApi.archive('contacts', 'deals', { inputs: [{ _from: { id: made.id }, from: { id: made.id }, to: [{ id: dealIds[0] }] }] });
await v4.basicApi.archive('deals', dealIds[1], 'tickets', ticket.id);

await contacts.batchApi.archive({ inputs: [{ id: batch.results[2].id }] });
await oauth.refreshTokensApi.archive(refreshed.refreshToken);

console.log(
  JSON.stringify({
    granted, refreshed, accessToken, refreshToken, made, changed, byEmail, batch, read, upserted, updated, found, ticket, byDefault, inBatch,
    labelled, associated, list,
    all: all.map(({ id }) => id),
    properties: (await crm.properties.coreApi.getAll('contacts')).results.map(({ name }) => name),
    pipelines: (await crm.pipelines.pipelinesApi.getAll('tickets')).results,
    refusals: {
      reusedCode,
      withdrawnRefreshToken: await refusalOf(() =>
        oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, refreshed.refreshToken)),
      takenEmail: await refusalOf(() => contacts.basicApi.create({ properties: { email: 'C1@EXAMPLE.com' }, associations: [] })),
      takenEmailInBatch: await refusalOf(() =>
        contacts.batchApi.create({ inputs: [{ properties: { email: 'c5@example.com' }, associations: [] }, { properties: { email: 'c1@example.com' }, associations: [] }] })),
      invalidEmail: await refusalOf(() => contacts.basicApi.create({ properties: { email: 'None' }, associations: [] })),
      ticketWithoutStage: await refusalOf(() => crm.tickets.basicApi.create({ properties: { subject: 'x' }, associations: [] })),
      duplicateIds: await refusalOf(() =>
        contacts.batchApi.update({ inputs: [{ id: made.id, properties: { city: 'a' } }, { id: made.id, properties: { city: 'b' } }] })),
      missingAssociation: await refusalOf(() => v4.basicApi.createDefault('contacts', made.id, 'deals', '1')),
      missingScope: await refusalOf(() => crm.owners.ownersApi.getPage()),
    },
  }),
);
