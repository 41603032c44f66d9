import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from './operator.ts';
import type { Committed } from './story.ts';

const PAUSE_MS = 1_500;

/**
 * A person who promotes version 2 of a model and takes it back again, and again, whatever the faults are.
 * @param isOver asked before each command
 * @returns what was answered with 200, and so is to be in force
 */
export async function promoteAndRollBack(
  operator: Operator,
  model: string,
  isOver: () => boolean,
): Promise<readonly Committed[]> {
  const committed: { -readonly [K in keyof Committed]: Committed[K] }[] = [];
  let [now, other] = [1, 2];
  while (!isOver()) {
    const asked = Date.now();
    const last = committed.at(-1);
    if (last) last.until = asked;
    const reason = 'the rehearsal';
    const { status } =
      other === 2
        ? await operator.until('POST', `/models/${model}/promote`, { version: 2, reason })
        : await operator.until('POST', `/models/${model}/rollback`, { version: 1, from: 2, reason });
    if (status === 200) {
      committed.push({ model, gone: now, at: Date.now(), until: Infinity, by: 'a person' });
      [now, other] = [other, now];
    }
    await sleep(PAUSE_MS);
  }
  return committed;
}
