import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { client, dataOf } from '../api.ts';
import type { Model } from '../queries.ts';
import { Confirm } from './basics.tsx';
import { ChooseModel } from './choose-model.tsx';

/** An older api does not tell of any. */
const environmentOf = (model: Model) => model.environment ?? null;

/** Where the model stands in a chain, what that means for a release, and a dialog to change it. */
export function Environment({ model }: { model: Model }) {
  const [isAsked, setAsked] = useState(false);
  const environment = environmentOf(model);
  return (
    <>
      {environment && (
        <p>
          Environment <strong>{environment.name}</strong>
          {environment.after === null ? (
            '.'
          ) : (
            <>
              , after{' '}
              <Link href={`/models/${encodeURIComponent(environment.after)}`}>{environment.after}</Link>: only
              artifacts that are proven there are released here.
            </>
          )}
        </p>
      )}
      <button type="button" className="plain" onClick={() => setAsked(true)}>
        {environment ? 'Change environment' : 'Set environment'}
      </button>
      {isAsked && <Asking model={model} close={() => setAsked(false)} />}
    </>
  );
}

/** Such as dev, staging and prod: lower-case letters, digits and dashes. */
const NAME = '[a-z0-9]([a-z0-9\\-]*[a-z0-9])?';

function Asking({ model, close }: { model: Model; close: () => void }) {
  const known = environmentOf(model);
  const [name, setName] = useState(known?.name ?? '');
  const [after, setAfter] = useState(known?.after ?? '');
  const queries = useQueryClient();
  const set = async (): Promise<void> => {
    const body = name === '' ? {} : { name, after: after === '' ? null : after };
    const params = { path: { model: model.name } };
    dataOf(await client.PUT('/api/v1/models/{model}/environment', { params, body }));
    await queries.invalidateQueries();
  };
  return (
    <Confirm
      title={`Environment of ${model.name}`}
      consequence="A model that comes after another one takes only artifacts that are proven there, by their digest. Rollouts that run are held to it at their next step."
      verb={name === '' && known ? 'Take it away' : 'Set'}
      needsReason={false}
      act={set}
      close={close}
    >
      <label>
        Name (such as dev, staging, prod; empty: none)
        <input
          value={name}
          maxLength={60}
          pattern={NAME}
          title="lower-case letters, digits and dashes, such as staging"
          required={known === null || after !== ''}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <ChooseModel
        label="After"
        placeholder="no model: the first of its chain"
        value={after}
        set={setAfter}
        atOnce
        mayBe={(one) => one.name !== model.name}
      />
    </Confirm>
  );
}
