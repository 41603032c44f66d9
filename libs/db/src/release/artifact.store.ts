import type { EntityManager } from 'typeorm';
import type { ArtifactUseStore } from '#libs/engine';
import { toLike } from '../registry/like-pattern.ts';

/** Long enough to register what was uploaded; later it is sent again. */
const KEPT = '7 days';

export function artifactUseStore(manager: EntityManager): ArtifactUseStore {
  return {
    async noteUpload(digest, caller) {
      await manager.query(
        `INSERT INTO artifact_upload (digest, caller, actor) VALUES ($1, $2, $3)
         ON CONFLICT (digest, caller) DO UPDATE SET at = now(), actor = excluded.actor`,
        [digest, caller.id, caller.actor],
      );
    },
    async namedOf(digests) {
      const rows = await manager.query<{ digest: string }[]>(
        'SELECT DISTINCT artifact_digest AS digest FROM version WHERE artifact_digest = ANY($1)',
        [digests],
      );
      return new Set(rows.map(({ digest }) => digest));
    },
    async uploadersOf(digest) {
      const rows = await manager.query<{ actor: string }[]>(
        `SELECT DISTINCT actor FROM artifact_upload WHERE digest = $1 AND actor IS NOT NULL ORDER BY actor`,
        [digest],
      );
      return rows.map(({ actor }) => actor);
    },
    async usesOf(digest, models, uploader) {
      const [row] = await manager.query<{ own: boolean | null; foreign: boolean | null; sent: boolean }[]>(
        `SELECT bool_or(m.name LIKE ANY($2)) AS own, bool_or(NOT (m.name LIKE ANY($2))) AS foreign,
           EXISTS (SELECT 1 FROM artifact_upload u
             WHERE u.digest = $1 AND u.caller = $3 AND u.at > now() - interval '${KEPT}') AS sent
         FROM version v JOIN model m ON m.id = v.model_id WHERE v.artifact_digest = $1`,
        [digest, models.map(toLike), uploader],
      );
      return {
        isTheirs: row?.own === true || row?.sent === true,
        isOthers: row?.foreign === true,
      };
    },
  };
}
