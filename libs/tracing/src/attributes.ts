/** Names of OpenTelemetry's semantic conventions; `attributes.test.ts` compares them with the official list. */
export const HTTP = {
  method: 'http.request.method',
  status: 'http.response.status_code',
  route: 'http.route',
  resends: 'http.request.resend_count',
  path: 'url.path',
  url: 'url.full',
  scheme: 'url.scheme',
  version: 'network.protocol.version',
  clientAddress: 'client.address',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
} as const;

export const GEN_AI = {
  operation: 'gen_ai.operation.name',
  /** Whose API is spoken, whoever runs the model. */
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  /** Seconds. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  /** Those from a prompt cache among them. */
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  responseModel: 'gen_ai.response.model',
  /** A list: one for each choice. */
  finishReasons: 'gen_ai.response.finish_reasons',
} as const;

/** Our own: what no convention has a name for. */
export const UNDERSTUDY = {
  model: 'understudy.model',
  version: 'understudy.version',
  arm: 'understudy.arm',
  /** Who answered the caller. */
  answeredBy: 'understudy.answered_by',
  rolloutId: 'understudy.rollout.id',
  revision: 'understudy.route.revision',
  /** Why a model server was asked. */
  purpose: 'understudy.purpose',
  /** What answered in the candidate's stead, and why. */
  replacedBy: 'understudy.replaced_by',
  replacedBecause: 'understudy.replaced_because',
  /** How the request failed in the evidence of its arm. */
  failure: 'understudy.failure',
  decision: 'understudy.decision',
  because: 'understudy.decision.because',
  stateBefore: 'understudy.rollout.state.before',
  stateAfter: 'understudy.rollout.state.after',
  stepBefore: 'understudy.rollout.step.before',
  stepAfter: 'understudy.rollout.step.after',
  verdicts: 'understudy.verdicts',
} as const;

const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
]);

/** A method as span names and attributes have it: what is no method of HTTP is one of the rest. */
export const methodOf = (method: string): string => (METHODS.has(method) ? method : '_OTHER');

const LONGEST_PATH = 512;

/** The path of a URL without its query, which may hold secrets. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return (end < 0 ? url : url.slice(0, end)).slice(0, LONGEST_PATH);
}
