import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { parse } from 'yaml';
import type { Schemas } from '#libs/client';
import { orderedBy, writeYaml } from '#libs/yaml';
import schema from '../../../../../docs/policy.schema.json' with { type: 'json' };
import { policyTextQuery, replayBy } from '../../pages/policies/policy-requests.ts';
import { TEMPLATES } from '../../pages/policies/templates.ts';
import { useChecked } from '../../pages/policies/use-checked.ts';
import { Findings } from '../../pages/policies/findings.tsx';
import type { Rollout } from '../../queries.ts';
import { policyName, stepsOf, verdictWords } from '../../words.ts';
import { Badge, Failure } from '../basics.tsx';
import { foundIn } from '../policy-editor/found.ts';
import { readDocument } from '../policy-editor/yaml-places.ts';
import { Track } from '../track.tsx';
import { partingOf, replayWords } from './replay-words.ts';

const Editor = lazy(() => import('../policy-editor/policy-editor.tsx'));

interface Done {
  readonly text: string;
  readonly policy: unknown;
  readonly looks: Schemas['Replay']['looks'];
}

/** What another policy would have made of this rollout: both ways beside each other, and where they part. */
export default function Replay({ rollout }: { rollout: Rollout }) {
  const own = useMemo(() => writeYaml(orderedBy(schema as never, rollout.policy)), [rollout.policy]);
  const present = useQuery(policyTextQuery(rollout.model)).data?.text;
  const [text, setText] = useState(own);
  const [target, setTarget] = useState<{ offset: number; times: number } | null>(null);
  const checked = useChecked(text, '', '', '');
  const isChecked = checked.text === text;
  const found = useMemo(
    () => foundIn(readDocument(text), isChecked ? { errors: checked.errors, warnings: [] } : null),
    [text, checked, isChecked],
  );
  const [done, setDone] = useState<Done | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const policy: unknown = parse(text);
      setDone({ text, policy, looks: (await replayBy(rollout.id, policy)).looks });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  const sources = [
    { name: 'the one that it followed', text: own },
    ...(present === undefined ? [] : [{ name: `the present one of ${rollout.model}`, text: present }]),
    ...TEMPLATES,
  ];
  return (
    <section aria-labelledby="replay" className="replay">
      <h2 id="replay">What would another policy have done?</h2>
      <p className="quiet">
        Each look is decided again by what was recorded then. Nothing is changed, and what comes after the two
        part is not known.
      </p>
      <div className="tools">
        <label className="inline">
          Policy{' '}
          <select
            value={sources.find((one) => one.text === text)?.name ?? ''}
            onChange={({ target: { value } }) =>
              setText((before) => sources.find(({ name }) => name === value)?.text ?? before)
            }
          >
            <option value="">as it is written below</option>
            {sources.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="primary"
          disabled={isBusy || !isChecked || checked.plan === null}
          onClick={() => void run()}
        >
          {isBusy ? 'Deciding…' : 'Decide again'}
        </button>
      </div>
      <div aria-live="polite">
        {error !== null && <Failure error={error} />}
        {done && <Outcome rollout={rollout} done={done} isOfBefore={done.text !== text} />}
      </div>
      <Findings
        text={text}
        found={found}
        goTo={(offset) => setTarget((before) => ({ offset, times: (before?.times ?? 0) + 1 }))}
      />
      <Suspense fallback={<div className="policy-editor" role="status" aria-label="Loading" />}>
        <Editor text={text} changed={setText} found={found} goTo={target} />
      </Suspense>
      <p className="quiet keys">
        <kbd>Tab</kbd> indents; <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor.
      </p>
    </section>
  );
}

interface OutcomeProps {
  readonly rollout: Rollout;
  readonly done: Done;
  readonly isOfBefore: boolean;
}

function Outcome({ rollout, done: { policy, looks }, isOfBefore }: OutcomeProps) {
  const parting = partingOf(looks, rollout.policy, policy);
  const title = (document: unknown): string => policyName(document) ?? 'a policy without a name';
  return (
    <>
      {isOfBefore && <p className="quiet">Of what was written before:</p>}
      <p className={parting.kind === 'alike' ? 'notice good' : 'notice wait'}>
        {replayWords(looks, rollout.policy, policy)}
      </p>
      <div className="ways">
        <div className="card">
          <h3>As it was, by “{title(rollout.policy)}”</h3>
          <Track rollout={rollout} />
        </div>
        <div className="card">
          <h3>By “{title(policy)}”</h3>
          <Track rollout={asDecided(rollout, policy, parting)} />
          {parting.kind === 'decision' && (
            <ul className="plain-list">
              {parting.look?.verdicts.map(({ gate, segment, verdict, because }) => (
                <li key={`${gate} ${segment ?? ''}`}>
                  <Badge state={verdict}>{verdictWords[verdict]}</Badge> <strong>{gate}</strong> {because}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </>
  );
}

const STATES: Readonly<Record<string, Rollout['state']>> = {
  rollback: 'rolled_back',
  promote: 'succeeded',
  pause: 'paused',
};

/** Where a rollout would stand at the look at which the two part; where they do not, as it was. */
function asDecided(rollout: Rollout, policy: unknown, { kind, look }: ReturnType<typeof partingOf>): Rollout {
  const of = { ...rollout, policy };
  if (look === null || kind === 'alike') return of;
  const decided = kind === 'decision' ? look.replayed.kind : 'hold';
  const last = stepsOf(policy).length - 1;
  const index = Math.min(last, look.stepIndex + (decided === 'advance' ? 1 : 0));
  const step = { ...(rollout.step ?? EMPTY_STEP), index };
  const state = STATES[decided] ?? 'running';
  return {
    ...of,
    step,
    state,
    endedAt: state === 'rolled_back' || state === 'succeeded' ? rollout.endedAt : null,
  };
}

const EMPTY_STEP = { kind: '', weight: null, segments: null, startedAt: null, clockStoppedAt: null };
