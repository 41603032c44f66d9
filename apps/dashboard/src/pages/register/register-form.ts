/** What somebody types who registers a version. Lists have one entry a line. */
export interface RegisterForm {
  readonly model: string;
  /** Make the model, where there is none of this name. */
  readonly isNewModel: boolean;
  readonly servingUrls: string;
  readonly healthPath: string;
  readonly description: string;
  readonly uri: string;
  readonly digest: string;
  /** `accuracy = 0.97` */
  readonly metrics: string;
  /** `team = search` */
  readonly tags: string;
  readonly repository: string;
  readonly commit: string;
  /** Markdown. */
  readonly card: string;
  /** Begin its rollout. */
  readonly isReleased: boolean;
}
export type Field = keyof RegisterForm;
export type FieldErrors = Readonly<Partial<Record<Field, readonly string[]>>>;

export const EMPTY_FORM: RegisterForm = {
  ...{ model: '', isNewModel: false, servingUrls: '', healthPath: '', description: '', uri: '', digest: '' },
  ...{ metrics: '', tags: '', repository: '', commit: '', card: '', isReleased: true },
};

/** The lines that say something, and which ones they are, from 1. */
const linesOf = (text: string): readonly { readonly text: string; readonly line: number }[] =>
  text
    .split(/\r?\n/)
    .map((one, i) => ({ text: one.trim(), line: i + 1 }))
    .filter((one) => one.text !== '');

/** `name = value`, a line each; the first `=` parts them. */
function pairsOf(text: string): { readonly pairs: readonly (readonly [string, string])[]; wrong: string[] } {
  const wrong: string[] = [];
  const pairs = linesOf(text).flatMap(({ text: line, line: at }) => {
    const [name = '', ...rest] = line.split('=');
    if (rest.length > 0 && name.trim() !== '') return [[name.trim(), rest.join('=').trim()] as const];
    wrong.push(`Line ${at}: write a name, = and a value.`);
    return [];
  });
  const names = pairs.map(([name]) => name);
  for (const name of new Set(names.filter((one, i) => names.indexOf(one) < i)))
    wrong.push(`“${name}” stands there twice.`);
  return { pairs, wrong };
}

/**
 * The body of the registration, and what cannot be sent as it is typed, by field: everything else is for the api to say.
 * @returns `errors` is empty where the body says all that was typed
 */
export function bodyOf(form: RegisterForm): { readonly body: object; readonly errors: FieldErrors } {
  const [metrics, tags] = [pairsOf(form.metrics), pairsOf(form.tags)];
  for (const [name, value] of metrics.pairs)
    if (value === '' || !Number.isFinite(Number(value)))
      metrics.wrong.push(`“${name}”: “${value}” is no number.`);
  const errors = {
    ...(metrics.wrong.length > 0 && { metrics: metrics.wrong }),
    ...(tags.wrong.length > 0 && { tags: tags.wrong }),
  };
  const typed = (field: 'uri' | 'digest' | 'repository' | 'commit') =>
    form[field].trim() === '' ? {} : { [field]: form[field].trim() };
  const artifact = { ...typed('uri'), ...typed('digest') };
  const urls = linesOf(form.servingUrls).map(({ text }) => text);
  const body = {
    ...(urls.length > 0 && { servingUrls: urls }),
    ...(form.healthPath.trim() !== '' && { healthPath: form.healthPath.trim() }),
    ...(Object.keys(artifact).length > 0 && { artifact }),
    description: form.description.trim(),
    metrics: Object.fromEntries(metrics.pairs.map(([name, value]) => [name, Number(value)])),
    tags: Object.fromEntries(tags.pairs),
    source: { ...typed('repository'), ...typed('commit') },
    ...{ card: form.card, createModel: form.isNewModel, rollout: form.isReleased },
  };
  return { body, errors };
}

const PLACES: readonly (readonly [RegExp, Field])[] = [
  [/^\/servingUrls?(\/|$)/, 'servingUrls'],
  [/^\/healthPath$/, 'healthPath'],
  [/^\/description$/, 'description'],
  [/^\/artifact\/digest$/, 'digest'],
  [/^\/artifact(\/uri)?$/, 'uri'],
  [/^\/metrics(\/|$)/, 'metrics'],
  [/^\/tags(\/|$)/, 'tags'],
  [/^\/source\/commit$/, 'commit'],
  [/^\/source(\/|$)/, 'repository'],
  [/^\/card$/, 'card'],
  [/^\/(model|name)$/, 'model'],
];
/** Refusals without a place in the body. */
const CODES: Readonly<Record<string, Field>> = { model_not_found: 'model', model_retired: 'model' };

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** A refusal's texts by the fields that they are about, and whether all of them have one. */
export function placed(
  refusal: Refusal,
  form: RegisterForm,
): { readonly errors: FieldErrors; readonly isAll: boolean } {
  const byCode = CODES[refusal.code];
  if (byCode !== undefined) return { errors: { [byCode]: [refusal.detail] }, isAll: true };
  const errors: Partial<Record<Field, string[]>> = {};
  let isAll = refusal.errors.length > 0;
  for (const { pointer, detail } of refusal.errors) {
    const field = PLACES.find(([place]) => place.test(pointer))?.[1];
    if (field === undefined) isAll = false;
    else (errors[field] ??= []).push(`${namePart(pointer, field, form)}${detail}`);
  }
  return { errors, isAll };
}

/** Which line, or which name, of a field with several. */
function namePart(pointer: string, field: Field, form: RegisterForm): string {
  const [, , part] = pointer.split('/').map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (part === undefined) return '';
  if (field === 'metrics' || field === 'tags') return `“${part}”: `;
  const lines = linesOf(form.servingUrls);
  const line = field === 'servingUrls' && lines.length > 1 ? lines[Number(part)]?.line : undefined;
  return line === undefined ? '' : `Line ${line}: `;
}
