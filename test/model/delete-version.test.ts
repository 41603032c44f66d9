import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deleteVersion, Probes, promoteVersion, recordDeployment, registerVersion } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { lenientPorts, newVersion } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/** What has become of an older primary: its server is up or down, or a deployer would start it. */
const FATES = ['ready', 'not_ready', 'deployer'] as const;
type Fate = (typeof FATES)[number];
const MODEL = 'm';

/** Versions that were primary one after the other; the last one is, and the others have met their fates. */
async function world(older: readonly Fate[]): Promise<MemoryDatabase> {
  const db = new MemoryDatabase();
  for (const [i, fate] of [...older, 'ready' as const].entries()) {
    const version = i + 1;
    const url = fate === 'deployer' ? null : `http://127.0.0.1:${version}`;
    const artifact =
      fate === 'deployer' ? { uri: `file:///m/${version}`, digest: `sha256:${'0'.repeat(64)}` } : null;
    const made = await registerVersion(
      lenientPorts(db.uow),
      MODEL,
      newVersion({ servingUrl: url, artifact, rollout: false }),
      { actor: 'a', authority: 'admin' },
    );
    const deployment = { modelId: made.version.modelId, version, message: '' };
    const report = { ...deployment, url: url ?? 'http://127.0.0.1:9' };
    await recordDeployment(db.uow, MODEL, { ...report, state: 'ready' });
    const word = { reason: 'r', actor: 'a', probes: Probes.FORCED };
    await db.uow.run((stores) => promoteVersion(stores, MODEL, version, word));
    const state = fate === 'deployer' ? 'retired' : fate;
    if (state !== 'ready') await recordDeployment(db.uow, MODEL, { ...report, state });
    await db.refresh();
  }
  return db;
}

it('of the versions that a rollback could go back to, the last one that can serve stays, and the last one at all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 8 }),
      async (older, deletions) => {
        const db = await world(older);
        const left = new Set(older.map((_fate, i) => i + 1));
        const able = (): number[] => [...left].filter((version) => older[version - 1] !== 'not_ready');
        for (const n of deletions) {
          const version = 1 + (n % older.length);
          if (!left.has(version)) continue;
          const needed = able().length > 0 ? able() : [...left];
          const mayGo = !(needed.length === 1 && needed[0] === version);
          const gone = await db.uow
            .run((stores) => deleteVersion(stores, MODEL, version, 'a'))
            .then(
              () => true,
              (error: unknown) => {
                expect((error as DomainError).code).toBe('version_is_rollback_target');
                return false;
              },
            );
          expect(gone).toBe(mayGo);
          if (gone) left.delete(version);
        }
        expect(left.size).toBeGreaterThan(0);
        if (older.some((fate) => fate !== 'not_ready')) expect(able().length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 150 },
  );
});
