import { z } from 'zod';
import { FolderMistake, MOST_FILES } from '#libs/folders';
import { callMlflow, type MlflowServer, openOfMlflow } from './mlflow-api.ts';
import type { FolderEntry, OpenedFile } from '../artifact-source.ts';
import type { MlflowPlace } from './mlflow-uri.ts';

/** A place of files, as MLflow's server lists it. */
export type FilePlace = Exclude<MlflowPlace, { kind: 'version' }>;

const page = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: z.coerce.number().min(0).nullish(),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});
type Listed = z.infer<typeof page>['files'][number];

const MOST_FOLDERS = 10_000;
const API = '/api/2.0/mlflow';
const rootOf = (place: FilePlace): string => (place.kind === 'logged-model' ? '' : place.path);
const under = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** A path within a URL: each name by itself. */
const inUrl = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** What lies directly in a folder, by names. */
async function listOne(server: MlflowServer, place: FilePlace, folder: string): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  for (let token = '', pages = 1, isMore = true; isMore; pages++) {
    const more: Record<string, string> = token === '' ? {} : { page_token: token };
    const asked = await callMlflow(server, ...listCall(place, folder, more));
    const { files, next_page_token: next = '' } = page.parse(asked);
    found.push(...files);
    isMore = next !== '';
    // A part of a list is another folder, and nobody would notice; and a list must end.
    if (isMore && (next === token || pages > MOST_FILES))
      throw new Error('the tracking server lists its files without an end');
    if (found.length > MOST_FILES + MOST_FOLDERS)
      throw new FolderMistake(`it has more than ${MOST_FILES} files, or more than ${MOST_FOLDERS} folders`);
    token = next;
  }
  return found.map((file) => ({ ...file, path: nameOf(file.path) }));
}

function listCall(
  place: FilePlace,
  folder: string,
  more: Record<string, string>,
): [string, { query: Record<string, string> }] {
  const path = folder === '' ? {} : { path: folder };
  switch (place.kind) {
    case 'run':
      return [`${API}/artifacts/list`, { query: { run_id: place.runId, ...path, ...more } }];
    case 'proxied':
      return ['/api/2.0/mlflow-artifacts/artifacts', { query: { ...path, ...more } }];
    case 'logged-model':
      return [
        `${API}/logged-models/${place.modelId}/artifacts/directories`,
        { query: { ...(folder === '' ? {} : { artifact_directory_path: folder }), ...more } },
      ];
  }
}

function open(server: MlflowServer, place: FilePlace, path: string): Promise<OpenedFile> {
  switch (place.kind) {
    case 'run':
      return openOfMlflow(server, '/get-artifact', { run_id: place.runId, path });
    case 'proxied':
      return openOfMlflow(server, `/api/2.0/mlflow-artifacts/artifacts/${inUrl(path)}`, {});
    case 'logged-model':
      return openOfMlflow(server, `/ajax-api/2.0/mlflow/logged-models/${place.modelId}/artifacts/files`, {
        artifact_file_path: path,
      });
  }
}

/** The files of a place, at any depth; none: there is no such folder. MLflow says nothing of when a file was changed. */
export async function listMlflow(server: MlflowServer, place: FilePlace): Promise<readonly FolderEntry[]> {
  const root = rootOf(place);
  const entries: FolderEntry[] = [];
  const folders = [''];
  let seen = 0;
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    if (++seen > MOST_FOLDERS) throw new FolderMistake(`it has more than ${MOST_FOLDERS} folders`);
    for (const one of await listOne(server, place, below === '' ? root : under(root, below))) {
      const at = under(below, one.path);
      if (one.is_dir) folders.push(at);
      else
        entries.push({
          path: at,
          size: one.file_size ?? null,
          stamp: null,
          open: () => open(server, place, under(root, at)),
        });
      if (entries.length > MOST_FILES) throw new FolderMistake(`it has more than ${MOST_FILES} files`);
    }
  }
  return entries;
}

/** The place as one file; `null`: it is none. */
export async function fileOfMlflow(
  server: MlflowServer,
  place: FilePlace,
): Promise<(() => Promise<OpenedFile>) | null> {
  const path = rootOf(place);
  if (path === '') return null;
  const above = await listOne(server, place, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  const file = above.find((one) => !one.is_dir && one.path === nameOf(path));
  if (!file) return null;
  return async () => {
    const opened = await open(server, place, path);
    return { ...opened, length: opened.length ?? file.file_size ?? null };
  };
}
