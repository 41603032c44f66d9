import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Model } from '../queries.ts';
import { ago } from '../words.ts';
import { Badge, useNow } from './basics.tsx';

/** An older api does not tell. */
const outageOf = (model: Model) => model.primaryOutage ?? null;

function words({ primaryOutage }: Model, now: number): string {
  if (!primaryOutage) return '';
  const { cause, scope, since, because, version } = primaryOutage;
  const what = { unreachable: 'answers nobody', failing: 'answers errors only', not_ready: 'is not ready' }[
    cause
  ];
  const where = scope === 'some' ? ' at some gateways' : '';
  return `Version ${version} ${what}${where}, since ${ago(since, now)}: ${because}`;
}

/** On a model's page: its primary serves, and answers nobody. */
export function PrimaryOut({ model }: { model: Model }) {
  const now = useNow();
  if (!outageOf(model)) return null;
  return (
    <p role="alert" className="card wait">
      <Badge state="failed">Primary out</Badge> {words(model, now)}
    </p>
  );
}

/** Beside what serves, in a list. */
export function OutBadge({ model }: { model: Model }) {
  const outage = outageOf(model);
  if (!outage) return null;
  return <Badge state="failed">{outage.scope === 'some' ? 'out at some gateways' : 'out'}</Badge>;
}

/** On the overview: models whose primary answers nobody. @param children below them */
export function PrimariesOut({ models, children }: { models: readonly Model[]; children: ReactNode }) {
  const now = useNow();
  const out = models.filter(outageOf);
  if (out.length === 0) return null;
  return (
    <section aria-labelledby="primaries-out" className="card wait" role="alert">
      <h2 id="primaries-out">Primaries that answer nobody</h2>
      <ul className="plain-list">
        {out.map((model) => (
          <li key={model.name}>
            <Badge state="failed">out</Badge>{' '}
            <Link href={`/models/${encodeURIComponent(model.name)}`}>{model.name}</Link>{' '}
            <span className="quiet">{words(model, now)}</span>
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}
