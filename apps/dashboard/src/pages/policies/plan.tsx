import type { Plan } from './policy-requests.ts';
import { rangeWords } from './time-words.ts';
import { number } from '#libs/rollout-view';

export interface Traffic {
  readonly requestsPerSecond: string;
  readonly callers: string;
}

interface Props {
  readonly plan: Plan | null;
  readonly traffic: Traffic;
  readonly set: (traffic: Traffic) => void;
  readonly hasModel: boolean;
}

/** What it will do, step by step, and how long that takes at a model's traffic, or at another one. */
export function PlanOf({ plan, traffic, set, hasModel }: Props) {
  const seen = plan?.model;
  const hint = (value: number | null | undefined): string =>
    value === null || value === undefined
      ? hasModel
        ? 'not seen yet'
        : 'say it'
      : `${number(value)} (seen)`;
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">What it will do</h2>
      <div className="traffic-asked">
        <label>
          Requests a second
          <input
            inputMode="decimal"
            value={traffic.requestsPerSecond}
            placeholder={hint(seen?.requestsPerSecond)}
            onChange={({ target }) => set({ ...traffic, requestsPerSecond: target.value })}
          />
        </label>
        <label>
          Distinct callers in a step
          <input
            inputMode="numeric"
            value={traffic.callers}
            placeholder={hint(seen?.callers)}
            onChange={({ target }) => set({ ...traffic, callers: target.value })}
          />
        </label>
      </div>
      {plan === null ? (
        <p className="quiet">As soon as it is a policy.</p>
      ) : (
        <>
          <p>
            In all: <strong>{rangeWords(plan.plan.leastMs, plan.plan.mostMs)}</strong>
            {traffic.requestsPerSecond === '' && (seen?.requestsPerSecond ?? null) === null && (
              <span className="quiet">, and longer where requests come slowly</span>
            )}
          </p>
          <Steps plan={plan.plan} />
        </>
      )}
    </section>
  );
}

/** The steps, and then what holds for all of them. */
function Steps({ plan: { steps, text } }: { plan: Plan['plan'] }) {
  return (
    <>
      <ol className="plan">
        {steps.map(({ title, what, gates, leastMs, mostMs }, i) => (
          <li key={i}>
            <strong>{title}</strong> <span className="quiet">· {rangeWords(leastMs, mostMs)}</span>
            <p>{what}</p>
            {gates.length > 0 && <p className="quiet">Judged by {gates.join(', ')}.</p>}
          </li>
        ))}
      </ol>
      <ul className="plan">
        {text.slice(steps.length + 1).map((line) => (
          <li key={line}>{line.replace(/^\d+\. /, '')}</li>
        ))}
      </ul>
    </>
  );
}
