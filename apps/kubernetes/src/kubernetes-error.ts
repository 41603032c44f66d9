/** What the API server, or the way to it, says of a request. */
export class KubernetesError extends Error {
  constructor(
    /** 0: there was no answer. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Nobody answers, or who does cannot for now. */
  get isAway(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

const MOST_SHOWN = 500;
const HINT: Readonly<Record<number, string>> = {
  401: 'the API server does not know this token (KUBERNETES_TOKEN_FILE)',
  403: 'the rights of this process do not reach: give its service account the role of examples/kubernetes/rbac.yaml',
};

/** @param text the body: a `Status` of Kubernetes, or whatever a proxy says */
export function errorOf(status: number, text: string): KubernetesError {
  let said = text;
  try {
    // eslint-disable-next-line no-restricted-syntax -- no body of a model server
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') said = message;
  } catch {
    // Not Kubernetes' own words.
  }
  const hint = HINT[status] === undefined ? '' : ` (${HINT[status]})`;
  return new KubernetesError(status, `the API server answers ${status}: ${said.slice(0, MOST_SHOWN)}${hint}`);
}
