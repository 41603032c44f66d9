import { useInfiniteQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { modelNamed, modelPages } from '../../overview-queries.ts';
import { Field } from '../../parts/field.tsx';
import type { Field as Name, FieldErrors, RegisterForm } from './register-form.ts';

interface FieldsProps {
  readonly form: RegisterForm;
  readonly errors: FieldErrors;
  readonly set: (typed: Partial<RegisterForm>) => void;
}

/** A model that there is, found by a part of its name; one that there is not is made only where somebody says so. */
export function ModelField({ form: { model, isNewModel }, errors, set }: FieldsProps) {
  const list = useId();
  const asked = model.trim();
  const found = useInfiniteQuery(modelPages(asked));
  const named = useInfiniteQuery({ ...modelNamed(asked), enabled: asked !== '' });
  const models = (found.data?.pages[0]?.items ?? []) as readonly { readonly name: string }[];
  const isMissing = asked !== '' && named.data?.pages[0]?.items.length === 0;
  return (
    <>
      <Field label="Model" errors={errors.model}>
        {(told) => (
          <input
            list={list}
            required
            maxLength={256}
            placeholder="a part of its name, or a new name"
            autoComplete="off"
            spellCheck={false}
            value={model}
            onChange={({ target }) => set({ model: target.value, isNewModel: false })}
            {...told}
          />
        )}
      </Field>
      <datalist id={list}>
        {models.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {isMissing && (
        <label className="check">
          <input
            type="checkbox"
            checked={isNewModel}
            onChange={({ target }) => set({ isNewModel: target.checked })}
          />{' '}
          There is no “{asked}” yet: make this model
        </label>
      )}
    </>
  );
}

export function ServerFields({ form, errors, set }: FieldsProps) {
  const text = textField(form, errors, set);
  return (
    <>
      <Field
        label="Where its servers answer"
        hint="One URL a line, such as http://10.0.0.7:8080. Empty: the deployer starts a server from the artifact below."
        errors={errors.servingUrls}
      >
        {(told) => (
          <textarea
            rows={2}
            className="code"
            spellCheck={false}
            value={form.servingUrls}
            onChange={({ target }) => set({ servingUrls: target.value })}
            {...told}
          />
        )}
      </Field>
      {text(
        'healthPath',
        'Ready at',
        'A path such as /healthz, or none. Empty: the usual paths of model servers.',
      )}
    </>
  );
}

/** What is said of it; none of it has to be. */
export function AboutFields({ form, errors, set }: FieldsProps) {
  const text = textField(form, errors, set);
  const area = (name: 'metrics' | 'tags' | 'card', label: string, hint: string, placeholder: string) => (
    <Field label={label} hint={hint} errors={errors[name]}>
      {(told) => (
        <textarea
          rows={3}
          className="code"
          spellCheck={false}
          placeholder={placeholder}
          value={form[name]}
          onChange={({ target }) => set({ [name]: target.value })}
          {...told}
        />
      )}
    </Field>
  );
  const isWrong = (['uri', 'digest', 'metrics', 'tags', 'repository', 'commit', 'card'] as const).some(
    (name) => errors[name] !== undefined,
  );
  return (
    <>
      {text('description', 'What is new in it')}
      <details {...(isWrong && { open: true })}>
        <summary>Artifact, metrics, tags, source, model card</summary>
        <div className="form">
          {text(
            'uri',
            'Artifact',
            'Where it is: s3://, https://, file://, runs:/, models:/. Of an uploaded one: empty.',
          )}
          {text('digest', 'Digest of the artifact', 'sha256: and 64 hexadecimal digits')}
          {area(
            'metrics',
            'Metrics',
            'One a line. Checks may compare them with the primary’s.',
            'accuracy = 0.97',
          )}
          {area('tags', 'Tags', 'One a line.', 'team = search')}
          {text('repository', 'Repository', 'Where its code is, such as https://git.example.com/team/model')}
          {text('commit', 'Commit')}
          {area('card', 'Model card', 'Markdown: what the model is for, and what not.', '')}
        </div>
      </details>
    </>
  );
}

type OneLine = Extract<Name, 'healthPath' | 'description' | 'uri' | 'digest' | 'repository' | 'commit'>;

const textField = (form: RegisterForm, errors: FieldErrors, set: FieldsProps['set']) =>
  function oneLine(name: OneLine, label: string, hint?: string) {
    return (
      <Field label={label} errors={errors[name]} {...(hint !== undefined && { hint })}>
        {(told) => (
          <input
            spellCheck={name === 'description'}
            autoComplete="off"
            value={form[name]}
            onChange={({ target }) => set({ [name]: target.value })}
            {...told}
          />
        )}
      </Field>
    );
  };
