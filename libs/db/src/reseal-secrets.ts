import type { DataSource } from 'typeorm';
import type { SecretBox, SubscriptionSecret } from '#libs/engine';
import { subscriptionPurpose } from './subscriptions/subscription.store.ts';
import { sourcePurpose } from './release/webhook.store.ts';
import { RECEIPT_KEY_PURPOSE } from './receipt-key.ts';

/** Seals every stored secret with the newest key, those from before they were sealed too. Returns how many it was for. */
export async function resealSecrets(dataSource: DataSource, box: SecretBox): Promise<number> {
  let sealed = 0;
  const again = (text: string, purpose: string): string => {
    if (text === '' || box.isCurrent(text)) return text;
    sealed++;
    return box.seal(box.open(text, purpose), purpose);
  };
  await dataSource.transaction(async (manager) => {
    const [key] = await manager.query<{ value: string }[]>(
      `SELECT value FROM setting WHERE name = 'receipt_key' FOR UPDATE`,
    );
    if (key)
      await manager.query(`UPDATE setting SET value = $1 WHERE name = 'receipt_key'`, [
        again(key.value, RECEIPT_KEY_PURPOSE),
      ]);
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
