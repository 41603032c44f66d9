import type { DataSource } from 'typeorm';
import { EXPORT_KEY_PURPOSE, type SecretBox, type SubscriptionSecret } from '#libs/engine';
import { subscriptionPurpose } from './subscriptions/subscription.store.ts';
import { sourcePurpose } from './release/webhook.store.ts';
import { INSTALLATION_KEYS } from './installation-key.ts';

/** Keys that an installation makes once. */
const KEYS = { ...INSTALLATION_KEYS, export_key: EXPORT_KEY_PURPOSE };

/** Seals every stored secret with the newest key, those from before they were sealed too. Returns how many it was for. */
export async function resealSecrets(dataSource: DataSource, box: SecretBox): Promise<number> {
  let sealed = 0;
  const again = (text: string, purpose: string): string => {
    if (text === '' || box.isCurrent(text)) return text;
    sealed++;
    return box.seal(box.open(text, purpose), purpose);
  };
  await dataSource.transaction(async (manager) => {
    const keys = await manager.query<{ name: keyof typeof KEYS; value: string }[]>(
      'SELECT name, value FROM setting WHERE name = ANY ($1) ORDER BY name COLLATE "C" FOR UPDATE',
      [Object.keys(KEYS)],
    );
    for (const { name, value } of keys)
      await manager.query('UPDATE setting SET value = $2 WHERE name = $1', [name, again(value, KEYS[name])]);
    const sources = await manager.query<{ name: string; secret: string; token: string | null }[]>(
      `SELECT name, secret, rules #>> '{manifest,token}' AS token FROM webhook_source ORDER BY name FOR NO KEY UPDATE`,
    );
    for (const { name, secret, token } of sources) {
      const purpose = sourcePurpose(name);
      await manager.query('UPDATE webhook_source SET secret = $2 WHERE name = $1', [
        name,
        again(secret, purpose),
      ]);
      if (token !== null)
        await manager.query(
          `UPDATE webhook_source SET rules = jsonb_set(rules, '{manifest,token}', to_jsonb($2::text)) WHERE name = $1`,
          [name, again(token, purpose)],
        );
    }
    const subscriptions = await manager.query<{ id: string; url: string; secrets: SubscriptionSecret[] }[]>(
      'SELECT id, url, secrets FROM subscription ORDER BY id FOR NO KEY UPDATE',
    );
    for (const { id, url, secrets } of subscriptions) {
      const purpose = subscriptionPurpose(id);
      const fresh = secrets.map(({ secret, until }) => ({ secret: again(secret, purpose), until }));
      await manager.query('UPDATE subscription SET url = $2, secrets = $3 WHERE id = $1', [
        id,
        again(url, purpose),
        JSON.stringify(fresh),
      ]);
    }
  });
  return sealed;
}
