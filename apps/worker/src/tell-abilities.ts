import type { Config } from '#libs/config';
import { ABILITIES_EVERY_MS, type UnitOfWork } from '#libs/engine';
import { A_WORKER, type Ability } from '#libs/rollout';
import { repeat, type Repeating } from './loops/repeat.ts';

/** Says again and again what this worker can ask, so that releases whose gates nobody can judge are refused. */
export function tellAbilities(
  { judge, embeddings }: Pick<Config, 'judge' | 'embeddings'>,
  sources: readonly string[],
  uow: UnitOfWork,
  onError: (error: unknown) => void,
): Repeating {
  const names: readonly (Ability | typeof A_WORKER)[] = [
    A_WORKER,
    ...(judge === null ? [] : (['judge'] as const)),
    ...(embeddings === null ? [] : (['embedder'] as const)),
    ...sources.map((name): Ability => `source:${name}`),
  ];
  return repeat(ABILITIES_EVERY_MS, () => uow.run((stores) => stores.abilities.note(names)), onError);
}
