import { Link } from 'wouter';
import { gatesOf } from '#libs/rollout-view';
import { useNow } from '../../parts/basics.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { retirementOf } from '../../parts/retirement.tsx';
import type { Model, Rollout } from '../../queries.ts';
import { ago, policyName, stepsOf } from '../../words.ts';

/** What somebody has to know of a model before they call it, or release to it. @param rollouts the newest first; left out: not loaded yet */
export function Facts({ model, rollouts }: { model: Model; rollouts: readonly Rollout[] | undefined }) {
  const now = useNow();
  const { name, primary, policy, callers } = model;
  const last = rollouts?.find(({ state, version }) => state === 'succeeded' && version === primary);
  const steps = stepsOf(policy);
  const gates = gatesOf(policy).map((gate) => gate.name ?? gate.metric);
  return (
    <div className="card facts">
      <div>
        <p className="eyebrow">Serves</p>
        <p>
          {primary !== null ? (
            <>
              <VersionLink model={name} version={primary}>
                Version {primary}
              </VersionLink>{' '}
              serves.
            </>
          ) : retirementOf(model) ? (
            'Nothing serves: the model is retired.'
          ) : (
            'Nothing serves yet: the first version that passes its checks will.'
          )}
        </p>
        {last && <p className="quiet">proven {ago(last.endedAt, now)}</p>}
      </div>
      <div>
        <p className="eyebrow">Called at the gateway</p>
        <p>
          <code>/models/{encodeURIComponent(name)}/…</code>
        </p>
        <p className="quiet">{unitWords(callers)}</p>
      </div>
      <div>
        <p className="eyebrow">
          Policy{' '}
          <Link href={`/policies?model=${encodeURIComponent(name)}`}>
            {policyName(policy) ?? 'without a name'}
          </Link>
        </p>
        <p>{steps.map(({ label }) => label).join(' → ') || 'the default one'}</p>
        <p className="quiet">{gates.length === 0 ? 'no gates' : `gates: ${gates.join(', ')}`}</p>
      </div>
    </div>
  );
}

/** By what a caller keeps its version, and what becomes of a request that a candidate fails. */
function unitWords({ unit, repeatable }: Model['callers']): string {
  const [[kind, where] = ['', '']] = Object.entries(unit ?? {});
  const places: Record<string, string> = {
    header: 'the header',
    cookie: 'the cookie',
    jsonPath: 'the place in the body',
  };
  const by = kind === '' ? 'Each request is drawn by itself' : `Units by ${places[kind] ?? kind} ${where}`;
  return `${by}; ${repeatable ? 'what a candidate fails, the primary answers.' : 'requests are not repeated.'}`;
}
