import { z } from 'zod';
import { isStorableText, storableText } from '#libs/kernel';
import { callMlflow, type MlflowServer } from './mlflow-api.ts';

/** What a run of the tracking server says of the version that came of it. */
export interface RunFacts {
  readonly metrics: Readonly<Record<string, number>>;
  /** The run, its experiment, commit and repository, and its parameters (`param.<name>`). */
  readonly source: Readonly<Record<string, string>>;
  /** Name and digest of the data set that it was trained on. */
  readonly dataset: Readonly<Record<string, string>>;
  /** What of it is not kept, in words. */
  readonly unread: readonly string[];
}

/** As of a version that is registered in another way. */
const MOST_METRICS = 1_000;
const LARGEST_METRIC = 1e100;
const LONGEST_NAME = 250;
const MOST_PARAMETERS = 100;
const LONGEST_TEXT = 500;
/** With `param.` before it, a key of a source. */
const LONGEST_PARAMETER = 90;

const pair = z.object({ key: z.string(), value: z.unknown().optional() });
const pairs = z.array(pair).default([]);
const answer = z.object({
  run: z.object({
    info: z.object({ run_id: z.string(), experiment_id: z.string(), run_name: z.string().optional() }),
    data: z.object({ metrics: pairs, params: pairs, tags: pairs }).partial().default({}),
    inputs: z
      .object({
        dataset_inputs: z
          .array(
            z.object({ dataset: z.object({ name: z.string(), digest: z.string().optional() }), tags: pairs }),
          )
          .default([]),
      })
      .default({ dataset_inputs: [] }),
  }),
});
type Run = z.infer<typeof answer>['run'];

const model = z.object({ model: z.object({ info: z.object({ source_run_id: z.string().optional() }) }) });

/**
 * The run that a logged model came of: `log_model(…, registered_model_name=…)` of MLflow 3 names the model alone.
 * @param uri `models:/m-…`
 * @returns `null`: it is no logged model, or of no run
 */
async function runOfLoggedModel(server: MlflowServer, uri: string): Promise<string | null> {
  const [, id = null] = /^models:\/(m-[\w-]{1,100})$/.exec(uri) ?? [];
  if (id === null) return null;
  const said = await callMlflow(server, `/api/2.0/mlflow/logged-models/${id}`, {});
  const read = model.safeParse(said);
  return read.success ? (read.data.model.info.source_run_id ?? null) || null : null;
}

/** Asks the tracking server for a run. @throws MlflowRefusal when there is none, PlaceAway when it does not answer now */
export async function runOfMlflow(server: MlflowServer, runId: string): Promise<RunFacts> {
  const said = await callMlflow(server, '/api/2.0/mlflow/runs/get', { query: { run_id: runId } });
  const read = answer.safeParse(said);
  if (!read.success) throw new Error(`the tracking server does not describe the run ${runId} as MLflow does`);
  return factsOf(server, read.data.run);
}

function factsOf({ url }: MlflowServer, run: Run): RunFacts {
  const unread: string[] = [];
  const { run_id: id, experiment_id: experiment, run_name: name } = run.info;
  const tags = new Map((run.data.tags ?? []).map(({ key, value }) => [key, value]));
  const texts: Record<string, unknown> = {
    ...{ mlflowRun: id, mlflowRunName: name, mlflowExperiment: experiment },
    // Where people look at it; a run of CI has none of its own.
    runUrl: `${url}/#/experiments/${encodeURIComponent(experiment)}/runs/${encodeURIComponent(id)}`,
    commit: tags.get('mlflow.source.git.commit'),
    repository: tags.get('mlflow.source.git.repoURL'),
    script: tags.get('mlflow.source.name'),
    ...parametersOf(run, unread),
  };
  return { metrics: metricsOf(run, unread), source: kept(texts), dataset: datasetOf(run), unread };
}

const kept = (texts: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' && value !== '' ? [[key, storableText(value, LONGEST_TEXT)]] : [],
    ),
  );

/** The last value of each; MLflow writes what is no number as a text. */
function metricsOf({ data }: Run, unread: string[]): Record<string, number> {
  const all = data.metrics ?? [];
  const good = all.filter(
    (one): one is { key: string; value: number } =>
      typeof one.value === 'number' &&
      Math.abs(one.value) <= LARGEST_METRIC &&
      one.key !== '' &&
      one.key !== '__proto__' &&
      one.key.length <= LONGEST_NAME &&
      isStorableText(one.key),
  );
  const first = good.slice(0, MOST_METRICS);
  if (first.length < all.length) {
    const odd = all.find((one) => !good.includes(one as never));
    const because = odd
      ? `${storableText(odd.key, 100)} is ${storableText(String(odd.value), 50)}`
      : `there are more than ${MOST_METRICS}`;
    unread.push(`${all.length - first.length} of ${all.length} metrics of the run are not kept: ${because}`);
  }
  return Object.fromEntries(first.map(({ key, value }) => [key, value]));
}

function parametersOf({ data }: Run, unread: string[]): Record<string, unknown> {
  const all = data.params ?? [];
  const good = all.filter(({ key }) => key.length <= LONGEST_PARAMETER && isStorableText(key));
  const first = good.slice(0, MOST_PARAMETERS);
  if (first.length < all.length)
    unread.push(`${all.length - first.length} of ${all.length} parameters of the run are not kept`);
  return Object.fromEntries(first.map(({ key, value }) => [`param.${key}`, value]));
}

/** Of several the one that the run calls its training data, else the first. */
function datasetOf({ inputs }: Run): Record<string, string> {
  const all = inputs.dataset_inputs;
  const isTraining = ({ tags }: (typeof all)[number]): boolean =>
    tags.some(({ key, value }) => key === 'mlflow.data.context' && /^train/i.test(String(value)));
  const found = all.find(isTraining) ?? all[0];
  return found ? kept({ name: found.dataset.name, digest: found.dataset.digest }) : {};
}

export interface AskedRun {
  /** As the client names it; `null`: it is the logged model's. */
  readonly id: string | null;
  /** Where the version's files are. */
  readonly uri: string;
}

/** What the run says that a version came of; `null`: nothing names it. @throws as `runOfMlflow` */
export async function askedRun(server: MlflowServer, { id, uri }: AskedRun): Promise<RunFacts | null> {
  const found = id ?? (await runOfLoggedModel(server, uri));
  return found === null ? null : runOfMlflow(server, found);
}
