import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { here, token } from '../api.ts';
import { problemOf, UnderstudyError } from '#libs/client';
import { Failure, Load } from '../parts/basics.tsx';
import { modelsQuery } from '../queries.ts';

interface Plan {
  readonly plan: { readonly text: readonly string[] };
  /** An api from before says none. */
  readonly warnings?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Checks a policy as it is written, YAML or JSON. */
async function validated(
  text: string,
  traffic: { readonly requestsPerSecond: string; readonly callers: string },
): Promise<Plan> {
  const given = token.get();
  const query = new URLSearchParams(Object.entries(traffic).filter(([, value]) => value !== ''));
  const response = await fetch(`${here}/api/v1/policies/validate?${query}`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/yaml',
      ...(given === null ? {} : { authorization: `Bearer ${given}` }),
    },
  });
  if (!response.ok) throw new UnderstudyError(await problemOf(response));
  return (await response.json()) as Plan;
}

export function Policies() {
  const models = useQuery(modelsQuery);
  const queries = useQueryClient();
  const [model, setModel] = useState('');
  const [text, setText] = useState('');
  const [rate, setRate] = useState('');
  const [callers, setCallers] = useState('');
  const [checked, setChecked] = useState<{ text: string; plan: Plan | null; error: unknown }>({
    text: '',
    plan: null,
    error: null,
  });
  const [saved, setSaved] = useState<string | null>(null);

  useEffect(() => {
    const found = models.data?.find(({ name }) => name === model);
    if (found) setText(JSON.stringify(found.policy, null, 2));
    setSaved(null);
    // The text is the person's from here on.
  }, [model]);
  useEffect(() => {
    if (text.trim() === '') return;
    const timer = setTimeout(() => {
      validated(text, { requestsPerSecond: rate, callers }).then(
        (plan) => setChecked({ text, plan, error: null }),
        (error: unknown) => setChecked({ text, plan: null, error }),
      );
    }, 300);
    return () => clearTimeout(timer);
  }, [text, rate, callers]);

  const save = async (): Promise<void> => {
    const given = token.get();
    const response = await fetch(`${here}/api/v1/models/${encodeURIComponent(model)}/policy`, {
      method: 'PUT',
      body: text,
      headers: {
        'content-type': 'application/yaml',
        ...(given === null ? {} : { authorization: `Bearer ${given}` }),
      },
    });
    if (!response.ok) setChecked({ text, plan: null, error: new UnderstudyError(await problemOf(response)) });
    else {
      setSaved(model);
      await queries.invalidateQueries({ queryKey: ['models'] });
    }
  };
  const isChecked = checked.text === text && checked.plan !== null;
  return (
    <>
      <h1>Policies</h1>
      <Load query={models} lines={2}>
        {(all) => (
          <label>
            Model{' '}
            <select value={model} onChange={(event) => setModel(event.target.value)}>
              <option value="">choose one</option>
              {all.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </Load>
      <div className="columns">
        <div>
          <label htmlFor="policy">Policy, in YAML or JSON</label>
          <textarea
            id="policy"
            className="code"
            rows={24}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div>
          <label>
            Requests a second{' '}
            <input
              inputMode="decimal"
              value={rate}
              onChange={(event) => setRate(event.target.value)}
              placeholder="for how long it takes"
            />
          </label>
          <label>
            Callers (distinct units in a step){' '}
            <input
              inputMode="numeric"
              value={callers}
              onChange={(event) => setCallers(event.target.value)}
              placeholder="for whether they can prove it"
            />
          </label>
          <h2>What it will do</h2>
          <div aria-live="polite">
            {text.trim() === '' && <p className="quiet">Choose a model, or write a policy.</p>}
            {checked.error !== null && <Failure error={checked.error} />}
            {checked.plan?.warnings?.map(({ pointer, detail }) => (
              <p key={pointer} className="notice wait">
                {pointer}: {detail}
              </p>
            ))}
            {checked.plan && (
              <ol className="plan">
                {checked.plan.plan.text.map((line) => (
                  <li key={line}>{line.replace(/^\d+\. /, '')}</li>
                ))}
              </ol>
            )}
          </div>
          <button
            type="button"
            className="primary"
            disabled={model === '' || !isChecked}
            onClick={() => void save()}
          >
            Save for {model === '' ? 'a model' : model}
          </button>
          {saved !== null && (
            <p className="notice good" role="status">
              Saved. Rollouts of {saved} that start from now on follow it; one that runs keeps its own.
            </p>
          )}
        </div>
      </div>
    </>
  );
}
