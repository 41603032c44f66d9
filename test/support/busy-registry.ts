import { deleteModel, editVersion, editModel, renameModel, type UnitOfWork } from '#libs/engine';
import type { Job } from './busy-models.ts';
import { register } from './builders.ts';

const ADMIN = { actor: 'test', authority: 'admin' } as const;
const BASES = ['base-a', 'base-b', 'base-c'];
const CONSUMERS = ['eats-a', 'eats-b'];

/** Models that feed each other and serve nobody, and what people and pipelines do to them at once. */
export async function busyRegistry(uowOf: (n: number) => UnitOfWork) {
  const other = (name: string): string => `${name}-renamed`;
  const bare = { rollout: false } as const;
  for (const base of BASES) await register(uowOf(0), base, bare);
  /** Half of them name what they consume the other way round. */
  const consume = (n: number): Promise<unknown> => {
    const upstreams = BASES.map((model, i) => ({
      model: (n + i) % 3 === 0 ? other(model) : model,
      version: 1,
    }));
    const all = n % 2 === 0 ? upstreams : upstreams.reverse();
    return register(uowOf(n), CONSUMERS[n % 2] ?? 'eats-a', { ...bare, upstreams: all });
  };
  for (let n = 0; n < 20; n++) await consume(n).catch(() => undefined);
  const rename =
    (base: string): Job =>
    async (n) => {
      const [from, to] = n % 2 === 0 ? [base, other(base)] : [other(base), base];
      await uowOf(n).run((stores) => renameModel(stores, from, to, ADMIN));
    };
  return {
    'renames of one': rename('base-a'),
    'renames of another': rename('base-b'),
    'renames of a third': rename('base-c'),
    registrations: consume,
    'more registrations': (n) => consume(n + 1),
    'edits of versions': (n) =>
      uowOf(n).run((stores) =>
        editVersion(stores, CONSUMERS[n % 2] ?? '', 1 + (n % 5), { description: String(n) }, 'test'),
      ),
    'edits of models': (n) =>
      uowOf(n).run((stores) => editModel(stores, CONSUMERS[n % 2] ?? '', { description: String(n) }, ADMIN)),
    deletions: (n) => uowOf(n).run((stores) => deleteModel(stores, CONSUMERS[n % 2] ?? '', ADMIN)),
    'one name for two': async (n) => {
      await register(uowOf(n), `new-${n % 4}`, { ...bare, upstreams: [{ model: 'base-a', version: 1 }] });
    },
    'a new name that is wanted': async (n) => {
      await uowOf(n + 1).run((stores) => renameModel(stores, 'base-a', `new-${n % 4}`, ADMIN));
      await uowOf(n + 1).run((stores) => renameModel(stores, `new-${n % 4}`, 'base-a', ADMIN));
    },
  } satisfies Record<string, Job>;
}
