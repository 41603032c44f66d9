import type { DataSource } from 'typeorm';
import type { SessionStore } from '#libs/engine';
import { SessionEntity } from './session.entity.ts';
import { clearAway, NOW } from '../work/clear-away.ts';
import { query } from '../work/statement.ts';
import { toInstant } from '../work/convert.ts';

const ALIVE = 'SELECT id FROM session WHERE id = ANY($1::uuid[]) AND expires_at > clock_timestamp()';

export function sessionStore(dataSource: DataSource): SessionStore {
  const sessions = dataSource.getRepository(SessionEntity);
  return {
    async insert(session) {
      await sessions.insert({
        ...session,
        roles: [...session.roles],
        expiresAt: new Date(session.expiresAt),
      });
    },
    async use(hash) {
      const row = await sessions
        .createQueryBuilder('s')
        .where('s.hash = :hash AND s.expiresAt > clock_timestamp()', { hash })
        .getOne();
      return row && { ...row, expiresAt: toInstant(row.expiresAt) };
    },
    async alive(ids) {
      const rows = await query<{ id: string }>(dataSource.manager, 'sessions-alive', ALIVE, [ids]);
      return rows.map(({ id }) => id);
    },
    remove: async (hash) => (await sessions.delete({ hash })).affected === 1,
    async tidy() {
      await clearAway(dataSource, 'session', `expires_at < ${NOW}`);
    },
  };
}
