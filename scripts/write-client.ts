import 'reflect-metadata';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { loadConfig } from '#libs/config';
import { migrate } from '#libs/db';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { createLogger } from '#libs/observe';
import { createApi } from '../apps/api/src/create-api.ts';

/** Writes the types of the client from what the api says of itself. With `--check`: fails when they are others. */
const FILE = 'libs/client/src/api.ts';
const home = await mkdtemp(path.join(tmpdir(), 'understudy-client-'));
const postgres = await startEmbeddedPostgres(home);
try {
  await migrate(postgres.url);
  const config = loadConfig({ UNDERSTUDY_HOME: home });
  const app = await createApi(config, postgres.url, createLogger('api', 'silent'));
  const { body } = await app.inject({ method: 'GET', url: '/api/openapi.json' });
  await app.close();
  const document = JSON.parse(body) as { components: { schemas: Record<string, object> } };
  // Any JSON: a type that names itself in a circle is none in TypeScript.
  for (const name of Object.keys(document.components.schemas))
    if (/^__schema\d+$/.test(name)) document.components.schemas[name] = {};
  const types = astToString(await openapiTS(document as never, { alphabetize: true }));
  const text = `/** Made by \`npm run client\` from OpenAPI. */\n\n${types}`;
  const formatted = await format(text, { ...(await resolveConfig(FILE)), parser: 'typescript' });
  if (!process.argv.includes('--check')) await writeFile(FILE, formatted);
  else if ((await readFile(FILE, 'utf8')) !== formatted) {
    console.error(`${FILE} is not what the api says of itself; npm run client writes it`);
    process.exitCode = 1;
  } else console.log('the client is what the api says of itself');
} finally {
  await postgres.destroy();
}
