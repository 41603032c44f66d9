import { z } from 'zod';
import type { ArtifactSource, FoundFile, FoundFolder } from '../artifact-source.ts';
import { callMlflow, MlflowRefusal, type MlflowServer } from './mlflow-api.ts';
import { type FilePlace, fileOfMlflow, listMlflow } from './mlflow-files.ts';
import { type MlflowPlace, mlflowPlace } from './mlflow-uri.ts';

const API = '/api/2.0/mlflow';
/** A version may be registered from a version, and so on. */
const MOST_STEPS = 10;

const version = z.object({ version: z.string(), source: z.string().default('') });
const oneVersion = z.object({ model_version: version });
const versions = z.object({ model_versions: z.array(version).default([]) });
const run = z.object({ run: z.object({ info: z.object({ experiment_id: z.string() }) }) });
const models = z.object({
  models: z
    .array(z.object({ info: z.object({ model_id: z.string(), source_run_id: z.string().optional() }) }))
    .default([]),
});

/** `runs:/…`, `models:/…` and `mlflow-artifacts:/…` of a tracking server. */
export function mlflowSource(server: MlflowServer): ArtifactSource {
  const { host } = new URL(server.url);
  const placeOf = (uri: string): MlflowPlace => {
    const place = mlflowPlace(uri, host);
    if (place) return place;
    throw new Error('it is no place of the tracking server that MLFLOW_TRACKING_URI names');
  };
  return {
    protocols: ['runs:', 'models:', 'mlflow-artifacts:'],
    find: async (uri) => {
      const place = placeOf(uri);
      if (place.kind === 'version')
        throw new Error('what it names may move; it is read by what it stood for');
      return findAt(server, place);
    },
    pin: async (uri) => {
      let pinned = uri;
      for (let step = 0; step < MOST_STEPS; step++) {
        const place = mlflowPlace(pinned, host);
        // Its files lie elsewhere: that is for another kind of place to read.
        if (place === null) return pinned === uri ? placeOf(uri) && uri : pinned;
        if (place.kind === 'run') return (await loggedModelOf(server, place)) ?? pinned;
        if (place.kind !== 'version') return pinned;
        const { source } = await versionAt(server, place);
        if (source === '')
          throw new Error(`the tracking server does not say where the files of ${pinned} are`);
        pinned = source;
      }
      throw new Error(`it leads from version to version more than ${MOST_STEPS} times`);
    },
  };
}

async function findAt(server: MlflowServer, place: FilePlace): Promise<FoundFile | FoundFolder> {
  const files = await listMlflow(server, place);
  if (files.length > 0)
    return {
      kind: 'folder',
      files,
      assertUnchanged: async () => {
        const now = await listMlflow(server, place);
        const text = (entries: typeof files) =>
          entries
            .map(({ path, size }) => JSON.stringify([path, size]))
            .sort()
            .join();
        if (text(now) !== text(files))
          throw new Error('its files change while they are read; register it when they are written');
      },
    };
  const open = await fileOfMlflow(server, place);
  if (open) return { kind: 'file', open };
  throw new Error('the tracking server has no file there');
}

/** The logged model that a run has in the place of an artifact, as MLflow 3 logs models; `null`: the run has artifacts there, or nothing. */
async function loggedModelOf(
  server: MlflowServer,
  { runId, path }: { runId: string; path: string },
): Promise<string | null> {
  if (path === '' || path.includes('/')) return null;
  const listed = await callMlflow(server, `${API}/artifacts/list`, { query: { run_id: runId, path } }).catch(
    ignoreMissing,
  );
  if (z.object({ files: z.array(z.unknown()).default([]) }).parse(listed ?? {}).files.length > 0) return null;
  const { info } = run.parse(await callMlflow(server, `${API}/runs/get`, { query: { run_id: runId } })).run;
  const found = models.parse(
    (await callMlflow(server, `${API}/logged-models/search`, {
      body: {
        experiment_ids: [info.experiment_id],
        filter: `name = '${path.replaceAll("'", "\\'")}' AND source_run_id = '${runId}'`,
      },
      // MLflow 2 knows no logged models.
    }).catch(ignoreUnknown)) ?? {},
  );
  const model = found.models.find((one) => one.info.source_run_id === runId);
  return model ? `models:/${model.info.model_id}` : null;
}

/** A version of the server's registry as it is now. @throws MlflowRefusal when there is none */
async function versionAt(
  server: MlflowServer,
  { name, by, value }: Extract<MlflowPlace, { kind: 'version' }>,
): Promise<z.infer<typeof version>> {
  const named = decodeURIComponent(name);
  if (by === 'version' || by === 'alias') {
    const path = by === 'alias' ? '/registered-models/alias' : '/model-versions/get';
    return oneVersion.parse(await callMlflow(server, API + path, { query: { name: named, [by]: value } }))
      .model_version;
  }
  const body = { name: named, ...(by === 'stage' ? { stages: [value] } : {}) };
  const { model_versions: all } = versions.parse(
    await callMlflow(server, `${API}/registered-models/get-latest-versions`, { body }),
  );
  const [newest] = [...all].sort((a, b) => Number(b.version) - Number(a.version));
  if (newest) return newest;
  throw new MlflowRefusal(`the tracking server's registry has no version ${value} of ${named}`, 404);
}

function ignoreUnknown(error: unknown): null {
  if (error instanceof MlflowRefusal && error.status === 404) return null;
  throw error;
}

function ignoreMissing(error: unknown): null {
  if (error instanceof MlflowRefusal && error.status < 500) return null;
  throw error;
}
