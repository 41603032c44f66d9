import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

export const HELM_VERSION = 'v4.3.2';

/** Where .ci/run builds it, in the user's cache so that it outlives checkouts; HELM names another one. */
const CACHE = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
const BINARY = process.env['HELM'] ?? path.join(CACHE, 'understudy', `helm-${HELM_VERSION}`, 'helm');
export const CHART = 'deploy/helm/understudy';

export const hasHelm = existsSync(BINARY);

/** An object of Kubernetes, as it is in YAML. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;

/** @param values files of values, in their order. @param set `a.b=c` as `--set-json` takes them */
export interface Rendering {
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly release?: string;
}

function helm(args: readonly string[]): { readonly status: number; readonly output: string } {
  const done = spawnSync(BINARY, args, { encoding: 'utf8' });
  if (done.error) throw done.error;
  return { status: done.status ?? 1, output: done.stdout + (done.status === 0 ? '' : done.stderr) };
}

const options = ({ values = [], set = [] }: Rendering): string[] => [
  ...values.flatMap((file) => ['--values', file]),
  ...set.flatMap((one) => ['--set-json', one]),
];

/** `helm template`: the text of its objects, or of its refusal. */
export function template(rendering: Rendering): { readonly status: number; readonly output: string } {
  const { release = 'understudy' } = rendering;
  return helm(['template', release, CHART, '--namespace', 'ml', ...options(rendering)]);
}

export const lint = (rendering: Rendering) => helm(['lint', '--strict', CHART, ...options(rendering)]);

/** The objects of a rendering. @throws Error with Helm's words where it refuses */
export function objectsOf(rendering: Rendering): readonly Manifest[] {
  const { status, output } = template(rendering);
  if (status !== 0) throw new Error(output);
  return parseAllDocuments(output).flatMap((document) => {
    const [mistake] = document.errors;
    if (mistake) throw mistake;
    const value: unknown = document.toJS();
    return value === null ? [] : [value];
  });
}
