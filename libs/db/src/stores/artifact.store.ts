import type { EntityManager } from 'typeorm';
import type { ArtifactUseStore } from '#libs/engine';
import { clearAway } from '../clear-away.ts';
import { toLike } from './like-pattern.ts';

/** Long enough to register what was uploaded; later it is sent again. */
const KEPT = '7 days';
/** What was sent so long ago and is registered now was its sender's work all the same. */
const REMEMBERED = '2 years';

export function artifactUseStore(manager: EntityManager): ArtifactUseStore {
  return {
    async noteUpload(digest, caller) {
      await clearAway(manager, 'artifact_upload', `at < now() - interval '${REMEMBERED}'`);
      await manager.query(
        `INSERT INTO artifact_upload (digest, caller, actor) VALUES ($1, $2, $3)
         ON CONFLICT (digest, caller) DO UPDATE SET at = now(), actor = excluded.actor`,
        [digest, caller.id, caller.actor],
      );
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
