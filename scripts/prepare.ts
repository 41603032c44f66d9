import 'reflect-metadata';
import { loadProcessConfig, required } from '#libs/config';
import { migrate, openDataSource, resealSecrets, typeOrmUnitOfWork } from '#libs/db';
import { secretBox, secretKeys } from '#libs/secrets';
import { ensureSettingToken, type Scope } from '#libs/engine';

/**
 * Prepares a database for api, worker and gateway processes that are started one by one (as
 * docker-compose.yml does): brings the schema up to date, and sees to it that the admin's, the
 * gateways' and the Kubernetes router's tokens from the environment are the only ones of their kind. May be run any number of times.
 */
const config = loadProcessConfig();
const url = required(config.databaseUrl, 'DATABASE_URL', 'name the PostgreSQL to prepare.');
const run = await migrate(url);
console.log(run.length === 0 ? 'the schema is up to date' : `migrations run: ${run.join(', ')}`);

const dataSource = await openDataSource(url, 1);
// Without SECRETS_KEY each process would have a key of its own.
const resealed =
  config.secretsKeys === null
    ? 0
    : await resealSecrets(dataSource, secretBox(secretKeys(config.secretsKeys, config.home)));
if (resealed > 0) console.log(`secrets sealed with the newest key: ${resealed}`);
const uow = typeOrmUnitOfWork(dataSource);
const ensure = async (token: string | null, name: string, scopes: readonly Scope[]): Promise<void> => {
  if (token === null) return;
  const { added, revoked } = await uow.run((stores) => ensureSettingToken(stores, { name, scopes, token }));
  if (added) console.log(`token "${name}" added`);
  if (revoked > 0) console.log(`earlier tokens "${name}" revoked: ${revoked}`);
};
await ensure(config.adminToken, 'UNDERSTUDY_ADMIN_TOKEN', ['admin']);
await ensure(config.token, 'UNDERSTUDY_TOKEN', ['gateway']);
await ensure(config.kubernetes.routerToken, 'UNDERSTUDY_ROUTER_TOKEN', ['gateway', 'operate']);
await dataSource.destroy();
