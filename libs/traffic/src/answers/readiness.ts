/**
 * What a model server says of itself, by the answers at its readiness paths.
 * `alive`: it answers, and knows none of the paths, so nothing is known of its readiness. `partly`: of several servers of
 * one version half or more take callers, and not all.
 */
export interface Readiness {
  readonly state: 'ready' | 'alive' | 'partly' | 'not_ready' | 'unreachable';
  /** In words, for people: the path and what it answered. */
  readonly because: string;
  /** `ready`: the path that said so, where all servers said it at the same one. It is kept with the version, and asked from then on. */
  readonly readyPath?: string;
}

/** May callers be sent to a server that says this? */
export const takesCallers = ({ state }: Readiness): boolean => state === 'ready' || state === 'alive';

/** May callers stay, or go back to where they have been? Gateways leave out the replicas that are not ready. */
export const keepsCallers = (said: Readiness): boolean => takesCallers(said) || said.state === 'partly';

/** A version's `healthPath` that says: no path of this server tells anything, any answer below 500 will do. */
export const NO_HEALTH_PATH = 'none';

/** A path that is asked, and what its answers mean. */
export interface ReadyPath {
  readonly path: string;
  /**
   * `liveness`: a server that knows it speaks Open Inference, but has not said that it is ready. `own`: the version names it. `told`: this
   * version's server said there that it was ready, so that one that does not know the path is another server.
   */
  readonly kind: 'readiness' | 'liveness' | 'own' | 'told';
}

/** What a server answered at one path. */
export interface PathAnswer {
  readonly status: number;
  /** The beginning of the body as JSON; `undefined`: none, or not read. */
  readonly body?: unknown;
}

const OPEN_INFERENCE_READY = '/v2/health/ready';

/**
 * Well-known readiness paths, asked one after the other until a server knows one: Open Inference (Triton, KServe,
 * MLServer), BentoML, vLLM, TGI and llama.cpp, MLflow, TorchServe and SageMaker, OpenAI-compatible servers.
 */
const KNOWN: readonly ReadyPath[] = [
  { path: OPEN_INFERENCE_READY, kind: 'readiness' },
  { path: '/v2/health/live', kind: 'liveness' },
  { path: '/readyz', kind: 'readiness' },
  { path: '/health', kind: 'readiness' },
  { path: '/ping', kind: 'readiness' },
  { path: '/v1/models', kind: 'readiness' },
];

/**
 * The paths to ask a server at.
 * @param healthPath of the version: asked alone; `null`: it has none; `none`: its answers tell nothing
 * @param usual the operator's (DEPLOYER_READY_PATH), asked before the well-known ones
 * @param told where its server has said that it is ready (`Readiness.readyPath`): asked alone, where it has no `healthPath`
 */
export function readyPathsOf(
  healthPath: string | null,
  usual: string,
  told: string | null = null,
): readonly ReadyPath[] {
  if (healthPath === NO_HEALTH_PATH) return [{ path: '/', kind: 'own' }];
  if (healthPath !== null) return [{ path: healthPath, kind: 'own' }];
  if (told !== null) return [{ path: told, kind: 'told' }];
  if (KNOWN.some(({ path }) => path === usual))
    return [...KNOWN].sort((a, b) => rank(a, usual) - rank(b, usual));
  return [{ path: usual, kind: 'readiness' }, ...KNOWN];
}
const rank = ({ path }: ReadyPath, first: string): number => (path === first ? 0 : 1);

/** Statuses by which a server says that it does not know a path, or not by GET. */
const UNKNOWN_PATH: readonly number[] = [404, 405, 501];

/**
 * What one answer says; `null`: the server does not know this path, so the next one is asked. Ready means 200
 * (Open Inference: "200 indicates true, 4xx false"); a redirect, 204, 401 or 429 is no 200, and redirects are not
 * followed. A `healthPath` of the version's own, and a path at which it has told before, may answer with any 2xx, and must be known.
 */
export function readAnswer({ path, kind }: ReadyPath, { status, body }: PathAnswer): Readiness | null {
  const isUnknown = UNKNOWN_PATH.includes(status);
  if (kind === 'told' && isUnknown) return lost(path, `it answers ${status}`);
  if (kind !== 'own' && isUnknown) return null;
  if (kind === 'liveness')
    return notReady(
      `it speaks Open Inference (${path} answers ${status}), but does not say that it is ready`,
    );
  const is2xx = kind !== 'readiness' && !path.endsWith(OPEN_INFERENCE_READY);
  const isGood = is2xx ? status >= 200 && status < 300 : status === 200;
  if (!isGood) return notReady(`it answers ${status} at ${path}${hintOf(status)}`);
  const denied = denialIn(body);
  return denied === null
    ? { state: 'ready', because: `it answers ${status} at ${path}`, readyPath: path }
    : notReady(`it answers ${status} at ${path}, and says ${denied}`);
}

/** What the answers of a server say that has no path to tell: below 500 it is there. */
export function readAnyAnswer({ status }: PathAnswer): Readiness {
  if (status >= 500) return notReady(`it answers ${status}`);
  return { state: 'alive', because: `it answers (${status}); it has no health path, so no more is known` };
}

/** A server that knows none of the paths. */
export const ALIVE: Readiness = {
  state: 'alive',
  because:
    'it answers, but says nothing of readiness: it knows none of the usual paths; a healthPath would tell more',
};

export const unreachable = (why: string): Readiness => ({
  state: 'unreachable',
  because: `nobody answers: ${why}`,
});

/** What answers does not know the path at which this version's server has said that it is ready: it is another program, or another server. */
export const lost = (path: string, answers: string): Readiness =>
  notReady(
    `${answers} at ${path}, where it said before that it is ready: another program may answer there (if it has moved on purpose, name its healthPath)`,
  );

const notReady = (because: string): Readiness => ({ state: 'not_ready', because });

function hintOf(status: number): string {
  if (status >= 300 && status < 400) return ' (redirects are not followed; name its healthPath)';
  return status === 401 || status === 403 ? ' (name a healthPath that answers without credentials)' : '';
}

/**
 * A 200 whose body denies it, in words; `null`: it does not. TensorFlow Serving answers 200 for a model that it
 * loads (`model_version_status[].state`), and KServe's V1 protocol says `"ready": false`.
 */
function denialIn(body: unknown): string | null {
  if (body === null || typeof body !== 'object') return null;
  const { ready, model_version_status: versions } = body as Record<string, unknown>;
  if (ready === false || ready === 'False') return '"ready": false';
  if (!Array.isArray(versions)) return null;
  const states = versions.map((one) => String((one as Record<string, unknown> | null)?.['state']));
  return states.includes('AVAILABLE')
    ? null
    : `that no version is AVAILABLE (${states.join(', ') || 'none'})`;
}
