import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { parse } from 'yaml';
import { Badge, Failure } from '../../parts/basics.tsx';
import { ago } from '#libs/rollout-view';
import { partingOf, replayWords } from '../../parts/replay/replay-words.ts';
import { type Rollout, rolloutsOfQuery } from '../../queries.ts';
import { replayBy } from './policy-requests.ts';

/** So many of a model's last rollouts are tried. */
const LAST = 5;

interface Tried {
  readonly rollout: Rollout;
  readonly words: string;
  readonly isSame: boolean;
}

/** What this policy would have made of the model's last rollouts, as far as their records go. */
export function Backtest({ model, text, isPolicy }: { model: string; text: string; isPolicy: boolean }) {
  const rollouts = useQuery(rolloutsOfQuery(model)).data;
  const [tried, setTried] = useState<{ readonly text: string; readonly of: readonly Tried[] } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isTrying, setTrying] = useState(false);
  const last = rollouts?.slice(0, LAST) ?? [];
  if (last.length === 0) return null;
  const run = async (): Promise<void> => {
    setTrying(true);
    setError(null);
    try {
      const policy: unknown = parse(text);
      const of: Tried[] = [];
      // One after the other: each decides all of a rollout's looks again.
      for (const rollout of last) {
        const { looks } = await replayBy(rollout.id, policy);
        const isSame = partingOf(looks, rollout.policy, policy).kind === 'alike';
        of.push({ rollout, words: replayWords(looks, rollout.policy, policy), isSame });
      }
      setTried({ text, of });
    } catch (failed) {
      setError(failed);
    }
    setTrying(false);
  };
  return (
    <section aria-labelledby="backtest">
      <h2 id="backtest">On the last rollouts of {model}</h2>
      <p className="quiet">
        Decides again what was recorded. Where this policy would have gone another way, what came after it is
        not known.
      </p>
      <button type="button" disabled={!isPolicy || isTrying} onClick={() => void run()}>
        {isTrying ? 'Trying…' : `Try it on the last ${last.length === 1 ? 'one' : last.length}`}
      </button>
      {error !== null && <Failure error={error} />}
      <div aria-live="polite">
        {tried && tried.text !== text && <p className="quiet">Of what was written before:</p>}
        <ul className="plain-list tried">
          {tried?.of.map(({ rollout, words, isSame }) => (
            <li key={rollout.id}>
              <Link href={`/rollouts/${rollout.id}`}>
                {rollout.from ?? '–'} → {rollout.version}
              </Link>{' '}
              <Badge state={rollout.state} />{' '}
              <span className="quiet">{ago(rollout.createdAt, Date.now())}</span>
              <p className={isSame ? 'quiet' : undefined}>{words}</p>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
