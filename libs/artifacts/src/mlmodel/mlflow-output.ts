import type { OutputSpec } from '#libs/traffic';
import { jsonTypeOf, shapeOf } from './mlflow-signature.ts';
import type { MlModel } from './read-mlmodel.ts';

/**
 * Nothing in a folder says how large a model's numbers are, so two agree by their difference as a share of the primary's number;
 * near 0 by `tolerance`, beyond the rounding of 32-bit numbers.
 */
const OF_NUMBERS = { tolerance: 1e-6, relativeTolerance: 1e-3 };

type Facts = Readonly<Record<string, unknown>>;
const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of classes that flavors give: `xgboost.sklearn.XGBClassifier`, `CatBoostRegressor`. */
type Task = 'classifier' | 'regressor' | null;

function taskOf({ flavors }: MlModel): Task {
  const said = [...flavors.values()].flatMap(({ model_class, model_type, task }) =>
    [model_class, model_type, task].filter((one) => typeof one === 'string'),
  );
  if (said.some((name) => /classifi/i.test(name))) return 'classifier';
  return said.some((name) => /regress(or|ion)/i.test(name)) ? 'regressor' : null;
}

/**
 * By which method `/invocations` answers, as scikit-learn's flavor says it; `null`: `predict`. MLflow infers the signature's outputs by `predict` all the same, so
 * they say nothing of the answers of another one.
 */
export function otherMethod({ flavors }: MlModel): string | null {
  const said = [...flavors.values()].map(({ predict_fn }) => predict_fn);
  const found = said.find((one) => typeof one === 'string' && one !== 'predict');
  return typeof found === 'string' ? found : null;
}

const ROWS = '$.predictions[*]';

/**
 * How the answers of `mlflow models serve` are read, by the outputs of the signature and what the flavors say of the task.
 * @returns `null` where they do not say it
 */
export function outputOfMlflow(model: MlModel): OutputSpec | null {
  const method = otherMethod(model);
  if (method !== null) return method === 'predict_proba' ? { kind: 'probabilities', path: ROWS } : null;
  const outputs = model.signature?.outputs;
  if (!Array.isArray(outputs) || !outputs.every(isFacts)) return null;
  const [first] = outputs;
  if (first === undefined) return null;
  if (first['type'] !== 'tensor') return ofColumns(outputs, model);
  return outputs.length === 1 ? ofTensor(first, model) : null;
}

function ofColumns(columns: readonly Facts[], model: MlModel): OutputSpec | null {
  const typed = columns.map(({ name, type }) => ({ path: columnAt(name), type: jsonTypeOf(type), name }));
  const [only, second] = typed;
  if (only && second === undefined) return ofValue(only.path, only.type, model);
  // What the transformers flavor answers of a text classifier.
  const label = typed.find(({ name }) => name === 'label');
  const score = typed.find(({ name, type }) => name === 'score' && type === 'number');
  if (!label?.path || !score?.path || typed.length !== 2) return null;
  return { kind: 'label', path: label.path, confidence: score.path };
}

/**
 * Where a column stands in a row; one without a name is the row. `null`: its name cannot be in a path. The columns of a data frame that was given no
 * names are numbers in the signature, and texts in answers: `{"0": 1.5}`. (A list and a series without a name have the same signature, and answers
 * that differ; a list is what it is read as.)
 */
function columnAt(name: unknown): string | null {
  if (typeof name === 'number') return `${ROWS}['${name}']`;
  if (typeof name !== 'string' || name === '') return ROWS;
  if (/^[A-Za-z_]\w*$/.test(name)) return `${ROWS}.${name}`;
  return /['\\\]]/.test(name) || name.length > 200 ? null : `${ROWS}['${name}']`;
}

function ofValue(path: string | null, type: string | null, model: MlModel): OutputSpec | null {
  if (path === null || type === null) return null;
  const task = taskOf(model);
  const isLabel =
    type === 'string' ||
    type === 'boolean' ||
    (type === 'integer' ? task !== 'regressor' : task === 'classifier');
  return isLabel ? { kind: 'label', path } : { kind: 'score', path, ...OF_NUMBERS };
}

function ofTensor({ name, 'tensor-spec': spec }: Facts, model: MlModel): OutputSpec | null {
  if (!isFacts(spec)) return null;
  const isNamed = typeof name === 'string' && name !== '';
  if (isNamed && !/^[A-Za-z_]\w*$/.test(name)) return null;
  const list = isNamed ? `$.predictions.${name}` : '$.predictions';
  const type = jsonTypeOf(spec['dtype']);
  const [, ...row] = shapeOf(spec['shape']);
  if (!Array.isArray(spec['shape']) || spec['shape'].length === 0) return null;
  if (row.length === 0) return ofValue(`${list}[*]`, type, model);
  if (row.length === 1 && row[0] === 1) return ofValue(`${list}[*][0]`, type, model);
  if (type !== 'number') return null;
  return { kind: 'tensor', path: list, ...OF_NUMBERS };
}
