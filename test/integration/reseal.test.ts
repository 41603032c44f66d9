import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { openDataSource, installationKey, resealSecrets, typeOrmUnitOfWork, webhookStore } from '#libs/db';
import { subscribe } from '#libs/engine';
import { exportKey, publicKeyText } from '#libs/event-exports';
import { secretBox } from '#libs/secrets';
import { type FreshDatabase, freshDatabase } from '../support/databases/database.ts';

let database: FreshDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await openDataSource(database.url);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('a new key seals everything again; the old one is needed for nothing afterwards', async () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const before = secretBox([old]);
  const rules = { manifest: { url: 'https://files.example', token: 'token-for-manifests' } };
  const source = {
    name: 's',
    kind: 'github',
    secret: 'hook-secret',
    models: ['*'],
    repository: null,
    rules,
  } as const;
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const url = 'https://hooks.example/secret-path';
  await typeOrmUnitOfWork(dataSource, before).run(async (stores) => {
    await stores.events.holdInstallation();
    await stores.deliveries.insertSource(source);
    const events = ['rollout.*'];
    await subscribe(stores, { name: 'x', url, secret, events, models: null, format: 'slack' }, 'admin');
  });
  // From before secrets were sealed.
  await dataSource.query(
    `INSERT INTO webhook_source (name, kind, secret, models) VALUES ('old', 'standard', 'in the open', '{a}')`,
  );
  const key = await installationKey(dataSource, before, 'receipt_key');
  const shareKey = await installationKey(dataSource, before, 'share_key');
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const signer = publicKeyText(await exportKey(owner, before));

  expect(await resealSecrets(dataSource, secretBox([fresh, old]))).toBe(8);
  expect(await resealSecrets(dataSource, secretBox([fresh, old]))).toBe(0);

  const after = secretBox([fresh]);
  const sources = await webhookStore(dataSource, after).sources();
  expect(sources).toMatchObject([{ name: 'old', secret: 'in the open' }, source]);
  const [subscription] = await typeOrmUnitOfWork(dataSource, after).read((stores) =>
    stores.subscriptions.list(),
  );
  expect(subscription).toMatchObject({ url, secrets: [{ secret, until: null }] });
  expect(await installationKey(dataSource, after, 'receipt_key')).toBe(key);
  expect(await installationKey(dataSource, after, 'share_key')).toBe(shareKey);
  expect(publicKeyText(await exportKey(owner, after))).toBe(signer);
  await owner.end();
  // Where the key of before is gone, links end, and nothing else is lost by it.
  const none = secretBox([randomBytes(32)]);
  const made = await installationKey(dataSource, none, 'share_key');
  expect(made).not.toBe(shareKey);
  expect(await installationKey(dataSource, none, 'share_key')).toBe(made);
  await expect(installationKey(dataSource, none, 'receipt_key')).rejects.toMatchObject({
    code: 'secret_unreadable',
  });
  await expect(webhookStore(dataSource, before).sources()).rejects.toMatchObject({
    code: 'secret_unreadable',
  });
});
