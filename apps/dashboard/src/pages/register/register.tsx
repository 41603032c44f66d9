import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { UnderstudyError } from '#libs/client';
import { client, dataOf } from '../../api.ts';
import { Failure } from '../../parts/basics.tsx';
import { Crumbs } from '../../parts/crumbs.tsx';
import { versionHref } from '../../parts/version/version-href.ts';
import { useRequestKeys } from '../../request-keys.ts';
import { AboutFields, ModelField, ServerFields } from './register-fields.tsx';
import { bodyOf, EMPTY_FORM, type FieldErrors, placed, type RegisterForm } from './register-form.ts';

interface Registered {
  readonly model: string;
  readonly version: number;
  readonly rollout: { readonly id: string } | null;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

/** Registers a version by hand, of a model that there is or of a new one, and begins its rollout. */
export default function RegisterPage() {
  const search = useSearch();
  const [round, setRound] = useState(0);
  const model = new URLSearchParams(search).get('model') ?? '';
  return <Registering key={`${round} ${search}`} model={model} again={() => setRound(round + 1)} />;
}

/** One form, and what becomes of it. @param again begins with an empty one */
function Registering({ model, again }: { model: string; again: () => void }) {
  const [form, setForm] = useState<RegisterForm>({ ...EMPTY_FORM, model });
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const [done, setDone] = useState<Registered | null>(null);
  const queries = useQueryClient();
  const keys = useRequestKeys();
  const [, go] = useLocation();
  const set = (typed: Partial<RegisterForm>): void => setForm((before) => ({ ...before, ...typed }));
  const send = async (): Promise<void> => {
    const { body, errors: wrong } = bodyOf(form);
    setErrors(wrong);
    setFailure(null);
    if (Object.keys(wrong).length > 0) return;
    setSending(true);
    try {
      const params = { path: { model: form.model.trim() } };
      const made = dataOf(
        await keys.send({ params, body }, (headers) =>
          client.POST('/api/v1/models/{model}/versions', { params, headers, body: body as never }),
        ),
      ) as unknown as Registered;
      await queries.invalidateQueries();
      // What is warned of is read before the page goes.
      if (made.warnings.length > 0) setDone(made);
      else go(made.rollout ? `/rollouts/${made.rollout.id}` : versionHref(made.model, made.version));
    } catch (error) {
      const told = error instanceof UnderstudyError ? placed(error.problem, form) : null;
      setErrors(told?.errors ?? {});
      if (told?.isAll !== true) setFailure(error);
    }
    setSending(false);
  };
  return (
    <>
      <Crumbs {...(model !== '' && { model })}>register a version</Crumbs>
      <h1>Register a version</h1>
      {done ? (
        <Done made={done} again={again} />
      ) : (
        <form
          className="card register"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <ModelField form={form} errors={errors} set={set} />
          <ServerFields form={form} errors={errors} set={set} />
          <AboutFields form={form} errors={errors} set={set} />
          <label className="check">
            <input
              type="checkbox"
              checked={form.isReleased}
              onChange={({ target }) => set({ isReleased: target.checked })}
            />{' '}
            Release it now: its rollout begins by the model’s policy. The first version of a model serves when
            its checks pass.
          </label>
          <div aria-live="polite">
            {Object.keys(errors).length > 0 && (
              <p className="notice bad">Not registered: see what is marked above.</p>
            )}
            {failure !== null && <Failure error={failure} />}
          </div>
          <div className="buttons">
            <button type="submit" className="primary" disabled={isSending}>
              {form.isReleased ? 'Register and release' : 'Register'}
            </button>
            {isSending && <span className="quiet">Its servers are asked …</span>}
          </div>
        </form>
      )}
    </>
  );
}

interface DoneProps {
  readonly made: Registered;
  readonly again: () => void;
}

function Done({ made: { model, version, rollout, warnings }, again }: DoneProps) {
  // The link that led here leads to a form again, and the address stays what it is: wouter says so by this event alone.
  useEffect(() => {
    addEventListener('pushState', again);
    return () => removeEventListener('pushState', again);
  }, [again]);
  return (
    <div className="notice wait" role="status">
      <strong>
        {model} {version} is registered, with something to look at.
      </strong>
      <ul>
        {warnings.map(({ code, detail }) => (
          <li key={code + detail}>{detail}</li>
        ))}
      </ul>
      <p className="buttons">
        {rollout && (
          <Link className="button primary" href={`/rollouts/${rollout.id}`}>
            See its rollout
          </Link>
        )}
        <Link className="button" href={versionHref(model, version)}>
          See the version
        </Link>
        <button type="button" onClick={again}>
          Register another
        </button>
      </p>
    </div>
  );
}
