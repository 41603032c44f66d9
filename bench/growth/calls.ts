import { call, type Call } from '../registry/calls.ts';
import type { Size } from '../../test/support/statements/years-of-use.ts';

/** Who is asked about: any model, its versions, a rollout that has ended. */
export interface Known {
  readonly size: Size;
  readonly rollouts: readonly string[];
}

const get = (path: string): Call => ({ method: 'GET', path: `/api/v1${path}` });

/** The ten main calls, for the n-th time: [name, call]. */
export const MAIN_CALLS: readonly (readonly [name: string, next: (known: Known, n: number) => Call])[] = [
  ['list models', () => get('/models?pageSize=2')],
  ['show a model', (known, n) => get(`/models/${modelOf(known, n)}`)],
  ['list versions', (known, n) => get(`/models/${modelOf(known, n)}/versions?pageSize=20`)],
  ['show a version', (known, n) => get(`/models/${modelOf(known, n)}/versions/${versionOf(known, n)}`)],
  [
    'version by alias',
    (known, n) => call('GET', 'registered-models/alias', { name: modelOf(known, n), alias: 'champion' }),
  ],
  ['list rollouts', (known, n) => get(`/models/${modelOf(known, n)}/rollouts?pageSize=20`)],
  ['live rollouts', () => get('/rollouts?live=true')],
  ['events of a rollout', (known, n) => get(`/rollouts/${known.rollouts[n % known.rollouts.length]}/events`)],
  ['the record', () => get('/audit?pageSize=50')],
  [
    'register a version',
    (known, n) =>
      call('POST', 'model-versions/create', { name: modelOf(known, n), source: `s3://models/new/${n}` }),
  ],
];

const modelOf = ({ size }: Known, n: number): string => `model-${(n * 7) % size.models}`;
const versionOf = ({ size }: Known, n: number): number =>
  1 + ((n * 13) % Math.floor(size.versions / size.models));
