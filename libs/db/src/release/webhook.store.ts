import type { DataSource, EntityManager } from 'typeorm';
import { DomainError } from '#libs/kernel';
import type { DeliveryStore, SecretBox, WebhookSource, WebhookStore } from '#libs/engine';
import { CiTokenUseEntity, WebhookDeliveryEntity, WebhookSourceEntity } from './webhook.entity.ts';
import { clearAway, NOW } from '../work/clear-away.ts';
import { insertedOnce } from '../work/inserted-once.ts';

/** What a source's secrets are sealed for. */
export const sourcePurpose = (name: string): string => `source:${name}`;

export function webhookStore(dataSource: DataSource, box: SecretBox): WebhookStore {
  const sources = dataSource.getRepository(WebhookSourceEntity);
  const opened = (row: WebhookSourceEntity): WebhookSource => {
    const { manifest } = row.rules;
    const open = (sealed: string): string => box.open(sealed, sourcePurpose(row.name));
    const rules =
      manifest && 'url' in manifest && manifest.token !== undefined
        ? { ...row.rules, manifest: { ...manifest, token: open(manifest.token) } }
        : row.rules;
    return { ...row, rules, secret: row.secret === '' ? '' : open(row.secret) };
  };
  return {
    async source(name) {
      const row = await sources.findOneBy({ name });
      return row && opened(row);
    },
    async sources() {
      return (await sources.find({ order: { name: 'ASC' } })).map(opened);
    },
    async answered(source, identity) {
      const found = await dataSource.getRepository(WebhookDeliveryEntity).findOneBy({ source, identity });
      return found && { answer: found.answer };
    },
  };
}

export function deliveryStore(manager: EntityManager, box: SecretBox): DeliveryStore {
  return {
    async remember(source, identity, answer) {
      if (await insertedOnce(manager, WebhookDeliveryEntity, { source, identity, answer })) return;
      throw new DomainError(
        'conflict',
        'delivery_in_flight',
        'This delivery was carried out a moment ago; repeat it to get its answer.',
      );
    },
    async insertSource(source) {
      const seal = (plain: string): string => box.seal(plain, sourcePurpose(source.name));
      const { manifest } = source.rules;
      const rules =
        manifest && 'url' in manifest && manifest.token !== undefined
          ? { ...source.rules, manifest: { ...manifest, token: seal(manifest.token) } }
          : source.rules;
      const secret = source.secret === '' ? '' : seal(source.secret);
      return insertedOnce(manager, WebhookSourceEntity, {
        ...source,
        ...{ secret, rules, models: [...source.models] },
      });
    },
    removeSource: async (name) =>
      (await manager.getRepository(WebhookSourceEntity).delete({ name })).affected === 1,
    useOnce: async (issuer, jti, expiresAt) => {
      await clearAway(manager, 'ci_token_use', `expires_at < ${NOW}`);
      return insertedOnce(manager, CiTokenUseEntity, { issuer, jti, expiresAt: new Date(expiresAt) });
    },
  };
}
