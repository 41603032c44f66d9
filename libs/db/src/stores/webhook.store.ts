import type { DataSource, EntityManager } from 'typeorm';
import { DomainError } from '#libs/kernel';
import type { DeliveryStore, WebhookSource, WebhookStore } from '#libs/engine';
import { WebhookDeliveryEntity, WebhookSourceEntity } from '../entities/index.ts';

export function webhookStore(dataSource: DataSource): WebhookStore {
  const sources = dataSource.getRepository(WebhookSourceEntity);
  return {
    source: async (name): Promise<WebhookSource | null> => sources.findOneBy({ name }),
    sources: async (): Promise<readonly WebhookSource[]> => sources.find({ order: { name: 'ASC' } }),
    async insertSource(source) {
      const made = await sources
        .createQueryBuilder()
        .insert()
        .values({ ...source, models: [...source.models] })
        .orIgnore()
        .returning('name')
        .execute();
      return (made.raw as unknown[]).length > 0;
    },
    removeSource: async (name) => (await sources.delete({ name })).affected === 1,
    async answered(source, identity) {
      const found = await dataSource.getRepository(WebhookDeliveryEntity).findOneBy({ source, identity });
      return found && { answer: found.answer };
    },
  };
}

export function deliveryStore(manager: EntityManager): DeliveryStore {
  return {
    async remember(source, identity, answer) {
      const deliveries = manager.getRepository(WebhookDeliveryEntity);
      const made = await deliveries
        .createQueryBuilder()
        .insert()
        .values({ source, identity, answer } as never)
        .orIgnore()
        .returning('source')
        .execute();
      if ((made.raw as unknown[]).length === 0) {
        throw new DomainError(
          'conflict',
          'delivery_in_flight',
          'This delivery was carried out a moment ago; repeat it to get its answer.',
        );
      }
    },
  };
}
