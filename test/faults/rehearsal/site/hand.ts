import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from './members.ts';
import type { Operator } from './operator.ts';
import type { Switch } from '../invariants/story.ts';

const PAUSE_MS = 300;
const LOOK_MS = 100;
const ASK_MS = 2_000;
/** One that is not in force by then never will be, as far as anybody here cares. */
const NEVER_MS = 120_000;

type Growing = { -readonly [K in keyof Switch]: Switch[K] };

/**
 * A person who promotes version 2 of a model, looks until both gateways serve by it, takes it back, looks again, and so on, whatever
 * the faults are.
 * @param isOver asked before each command
 * @param onSwitch is given each one as it begins; it grows until it is in force
 */
export async function promoteAndRollBack(
  operator: Operator,
  gateways: readonly Member[],
  model: string,
  isOver: () => boolean,
  onSwitch: (one: Switch) => void,
): Promise<void> {
  for (let [gone, version] = [1, 2]; !isOver();) {
    const one: Growing = {
      ...{ model, version, gone, asked: Date.now(), answered: Infinity, until: Infinity },
      inForce: {},
    };
    onSwitch(one);
    const reason = 'the rehearsal';
    const { status, earlier } =
      version === 2
        ? await operator.until('POST', `/models/${model}/promote`, { version, reason })
        : await operator.until('POST', `/models/${model}/rollback`, { version, from: gone, reason });
    if (status === 200) {
      one.answered = Date.now();
      one.earlier = earlier ?? [];
      await Promise.all(gateways.map((gateway) => untilInForce(gateway, one, isOver)));
      [gone, version] = [version, gone];
    }
    one.until = Date.now();
    await sleep(PAUSE_MS);
  }
}

async function untilInForce(gateway: Member, one: Growing, isOver: () => boolean): Promise<void> {
  while (Date.now() - one.answered < NEVER_MS && !isOver()) {
    const asked = Date.now();
    const served = await servedBy(gateway, one.model);
    if (served === one.version) {
      // It was in force when it was asked, or has become so since: the earlier time is the product's.
      one.inForce = { ...one.inForce, [gateway.name]: asked };
      return;
    }
    await sleep(LOOK_MS);
  }
}

/** @returns `null`: no answer */
async function servedBy(gateway: Member, model: string): Promise<number | null> {
  const response = await fetch(`${gateway.url}/models/${model}/infer`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"q":0}' },
    signal: AbortSignal.timeout(ASK_MS),
  }).catch(() => null);
  await response?.arrayBuffer().catch(() => undefined);
  const said = response?.headers.get('x-understudy-version');
  return said ? Number(said) : null;
}
