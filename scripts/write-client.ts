import 'reflect-metadata';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { loadConfig } from '#libs/config';
import { migrate } from '#libs/db';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { createLogger } from '#libs/observe';
import { createApi } from '../apps/api/src/create-api.ts';
import { type OpenApi, pythonModules } from './python/python-calls.ts';
import { withoutAsync } from './python/without-async.ts';

/**
 * Writes the types of the clients, in TypeScript and in Python, from what the api says of itself; and Python's modules for callers without an
 * event loop from those with one. With `--check`: fails when they are others.
 */
const TYPESCRIPT = 'libs/client/src/api.ts';
const PYTHON = 'clients/python/src/understudy';
/** Where the two differ in more than words. */
const BY_HAND = new Set(['__init__.py', 'waiting.py']);
const home = await mkdtemp(path.join(tmpdir(), 'understudy-client-'));
const postgres = await startEmbeddedPostgres(home);
try {
  await migrate(postgres.url);
  const config = loadConfig({ UNDERSTUDY_HOME: home });
  const app = await createApi(config, postgres.url, createLogger('api', 'silent'));
  const { body } = await app.inject({ method: 'GET', url: '/api/openapi.json' });
  await app.close();
  const { types, calls } = pythonModules(JSON.parse(body) as OpenApi);
  await keep(TYPESCRIPT, await typescriptOf(body));
  await keep(`${PYTHON}/_api/types.py`, types);
  await keep(`${PYTHON}/_api/calls.py`, calls);
  for (const file of await readdir(`${PYTHON}/_async`))
    if (file.endsWith('.py') && !BY_HAND.has(file))
      await keep(`${PYTHON}/_sync/${file}`, withoutAsync(await readFile(`${PYTHON}/_async/${file}`, 'utf8')));
  if (process.argv.includes('--check') && process.exitCode !== 1)
    console.log('the clients are what the api says of itself');
} finally {
  await postgres.destroy();
}

async function typescriptOf(body: string): Promise<string> {
  const document = JSON.parse(body) as { components: { schemas: Record<string, object> } };
  // Any JSON: a type that names itself in a circle is none in TypeScript.
  for (const name of Object.keys(document.components.schemas))
    if (/^__schema\d+$/.test(name)) document.components.schemas[name] = {};
  const types = astToString(await openapiTS(document as never, { alphabetize: true }));
  const text = `/** Made by \`npm run client\` from OpenAPI. */\n\n${types}`;
  return format(text, { ...(await resolveConfig(TYPESCRIPT)), parser: 'typescript' });
}

async function keep(file: string, text: string): Promise<void> {
  if (!process.argv.includes('--check')) return writeFile(file, text);
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
  console.error(`${file} is not what the api says of itself; npm run client writes it`);
  process.exitCode = 1;
}
