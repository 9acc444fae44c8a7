// Reads all contacts with HubSpot's own client. The argument is a JSON object: baseUrl, accessToken. Prints what it saw, by id.
import { Client } from '@hubspot/api-client';

const { baseUrl, accessToken } = JSON.parse(process.argv[2]);
const client = new Client({ accessToken, basePath: baseUrl });
const contacts = await client.crm.contacts.getAll(100, undefined, ['email', 'firstname', 'lastname', 'company']);
console.log(JSON.stringify(contacts
  .map(({ id, properties: { email, firstname, lastname, company } }) => [id, email, firstname ?? '', lastname ?? '', company ?? ''])
  .sort(([one], [other]) => Number(one) - Number(other))));
