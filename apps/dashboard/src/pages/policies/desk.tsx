import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Failure } from '../../parts/basics.tsx';
import { foundIn } from '../../parts/policy-editor/found.ts';
import { readDocument } from '../../parts/policy-editor/yaml-places.ts';
import { Backtest } from './backtest.tsx';
import { Changes } from './changes.tsx';
import { Findings } from './findings.tsx';
import { Ladder } from './ladder.tsx';
import { ladderSteps } from './ladder-steps.ts';
import { type KeptPolicy, savePolicy } from './policy-requests.ts';
import { PlanOf, type Traffic } from './plan.tsx';
import { TEMPLATES } from './templates.ts';
import { useChecked } from './use-checked.ts';
import { useDraft } from './use-draft.ts';

const Editor = lazy(() => import('../../parts/policy-editor/policy-editor.tsx'));

interface Props {
  /** Empty: none, it is only tried. */
  readonly model: string;
  readonly kept: KeptPolicy | null;
}

/** A policy on the desk: its text, its steps, and what comes of it. */
export function PolicyDesk({ model, kept }: Props) {
  const draft = useDraft(model, kept?.text ?? TEMPLATES[1].text);
  const [traffic, setTraffic] = useState<Traffic>({ requestsPerSecond: '', callers: '' });
  const checked = useChecked(draft.text, model, traffic.requestsPerSecond, traffic.callers);
  const [target, setTarget] = useState<{ offset: number; times: number } | null>(null);
  const document = useMemo(() => readDocument(draft.text), [draft.text]);
  const isCurrent = checked.text === draft.text;
  const found = useMemo(
    () =>
      foundIn(
        document,
        isCurrent ? { errors: checked.errors, warnings: checked.plan?.warnings ?? [] } : null,
      ),
    [document, checked, isCurrent],
  );
  const goTo = (offset: number): void => setTarget((before) => ({ offset, times: (before?.times ?? 0) + 1 }));
  const plan = isCurrent ? checked.plan : null;
  return (
    <>
      <Ladder
        steps={ladderSteps(document)}
        plan={plan?.plan ?? null}
        text={draft.text}
        changed={draft.set}
        goTo={goTo}
      />
      <div className="desk">
        <div>
          <Tools draft={draft} present={kept?.text ?? null} />
          <Suspense fallback={<div className="policy-editor" role="status" aria-label="Loading" />}>
            <Editor text={draft.text} changed={draft.set} found={found} goTo={target} />
          </Suspense>
          <p className="quiet keys">
            <kbd>Ctrl</kbd> <kbd>Space</kbd> completes, the pointer over a word explains it. <kbd>Tab</kbd>{' '}
            indents; <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor.
          </p>
        </div>
        <div>
          <Save
            model={model}
            kept={kept}
            draft={draft}
            canSave={plan !== null && found.every(({ severity }) => severity !== 'error')}
          />
          <div aria-live="polite">
            {checked.failure !== null && isCurrent && <Failure error={checked.failure} />}
            <Findings text={draft.text} found={found} goTo={goTo} />
          </div>
          {kept !== null && (
            <Changes before={kept.text} after={draft.text} changes={plan?.model?.changes ?? null} />
          )}
          <PlanOf plan={plan} traffic={traffic} set={setTraffic} hasModel={model !== ''} />
          {model !== '' && <Backtest model={model} text={draft.text} isPolicy={plan !== null} />}
        </div>
      </div>
    </>
  );
}

/** Another text to begin with, and the way back. */
function Tools({ draft, present }: { draft: ReturnType<typeof useDraft>; present: string | null }) {
  return (
    <div className="tools">
      <label className="inline">
        Begin with{' '}
        <select
          value=""
          onChange={({ target: { value } }) => {
            const chosen = TEMPLATES.find(({ name }) => name === value);
            if (chosen) draft.replace(chosen.text);
          }}
        >
          <option value="">a template…</option>
          {TEMPLATES.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {draft.replaced !== null && (
        <button type="button" onClick={draft.putBack}>
          Back to what was there
        </button>
      )}
      {draft.isChanged && present !== null && (
        <button type="button" onClick={() => draft.replace(present)}>
          Back to the present one
        </button>
      )}
    </div>
  );
}

interface SaveProps extends Props {
  readonly draft: ReturnType<typeof useDraft>;
  readonly canSave: boolean;
}

/** Saves it for the model, and says what was saved, or what stands in its way. */
function Save({ model, kept, draft, canSave }: SaveProps) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState<{ readonly warnings: readonly string[] } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    setError(null);
    try {
      const warnings = await savePolicy(model, draft.text, kept?.etag ?? null);
      draft.saved();
      setSaved({ warnings });
      await queries.invalidateQueries({ queryKey: ['model', model] });
    } catch (failed) {
      setSaved(null);
      setError(failed);
      // What is there by now is what the difference is shown to.
      await queries.invalidateQueries({ queryKey: ['model', model, 'policy'] });
    }
    setSaving(false);
  };
  return (
    <div className="save">
      <button
        type="button"
        className="primary"
        disabled={model === '' || !canSave || !draft.isChanged || isSaving}
        onClick={() => void save()}
      >
        Save for {model === '' ? 'a model' : model}
      </button>{' '}
      <span className="quiet">
        {model === ''
          ? 'Choose a model to save it for.'
          : draft.isChanged
            ? 'Not saved yet; kept in this browser.'
            : 'As it is saved.'}
      </span>
      {draft.isOutdated && (
        <p className="notice wait" role="status">
          {model} has got another policy since you began. What changes is shown against that one; saving
          replaces it.
        </p>
      )}
      {error !== null && <Failure error={error} />}
      {saved !== null && !draft.isChanged && (
        <div className="notice good" role="status">
          Saved. Rollouts of {model} that start from now on follow it; one that runs keeps its own.
          {saved.warnings.map((warning) => (
            <p key={warning}>Warning: {warning}</p>
          ))}
        </div>
      )}
    </div>
  );
}
