import { DomainError } from '#libs/kernel';
import { type Policy, unconfiguredGates } from '#libs/rollout';
import { A_WORKER } from './ability-store.ts';
import type { Stores } from './ports.ts';

/** How often workers say what they can ask, and for how long one's word counts. */
export const ABILITIES_EVERY_MS = 10_000;
const FRESH_MS = 60_000;

/**
 * Refuses a policy with a gate that no worker can judge as it is set up: its rollout would only ever wait. Where no worker has spoken in the last
 * minute nothing is known, and nothing refused: the gate then says itself what it lacks.
 * @throws DomainError `gate_unconfigured`, which names the gates and the settings
 */
export async function assertConfigured(
  { abilities }: Pick<Stores, 'abilities'>,
  policy: Policy,
): Promise<void> {
  // Most policies need nothing of the kind: they ask nobody.
  if (unconfiguredGates(policy, new Set()).length === 0) return;
  const has = await abilities.seen(FRESH_MS);
  if (!has.has(A_WORKER)) return;
  const lacking = unconfiguredGates(policy, has);
  if (lacking.length === 0) return;
  const named = lacking.map(({ gate, settings }) => `"${gate}" needs ${settings}`).join('; ');
  throw new DomainError(
    'invalid',
    'gate_unconfigured',
    `No worker can judge all gates of the policy: ${named}. Set them at the worker and start it again, or leave the gate out.`,
    lacking.map(({ at, settings }) => ({ pointer: `/policy/gates/${at}`, detail: `needs ${settings}` })),
  );
}
