import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** Inserts a row unless there is one with its key. @returns whether it was inserted */
export async function insertedOnce<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  row: object,
): Promise<boolean> {
  const made = await manager
    .getRepository(entity)
    .createQueryBuilder()
    .insert()
    .values(row as never)
    .orIgnore()
    .returning('*')
    .execute();
  return (made.raw as unknown[]).length > 0;
}
