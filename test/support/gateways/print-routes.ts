import 'reflect-metadata';
import { loadProcessConfig, required } from '#libs/config';
import { createLogger } from '#libs/observe';
import { createApi } from '../../../apps/api/src/create-api.ts';

/** Prints what the api serves, as Fastify lists it; the tests compare it with OpenAPI. */
const config = loadProcessConfig();
const url = required(config.databaseUrl, 'DATABASE_URL', 'the api needs one');
const app = await createApi(config, url, createLogger('api', 'silent'));
process.stdout.write(app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }));
await app.close();
