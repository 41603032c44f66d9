import { contentHeaders, type HeaderList } from '../payload/index.ts';
import { shallowFields } from '../payload/read/shallow-fields.ts';

/** What a request asks a generative model for, by the names of OpenTelemetry's conventions for generative AI. */
export interface GenerationRequest {
  /** Of `gen_ai.operation.name`. */
  readonly operation: 'chat' | 'text_completion' | 'embeddings' | 'generate_content';
  /** Whose API it speaks, whoever runs the model: `gen_ai.provider.name`. */
  readonly provider: string;
  /** The model that it asks for, in the caller's words; `null`: it does not say, or is not read. */
  readonly model: string | null;
  /** It asks for a stream; `null`: it does not say, or is not read. */
  readonly stream: boolean | null;
}

type Api = readonly [path: RegExp, operation: GenerationRequest['operation'], provider: string];

/** By the end of the path: a serving URL may hold the beginning. The first that fits counts. */
const APIS: readonly Api[] = [
  [/\/api\/chat$/, 'chat', 'ollama'],
  [/\/api\/generate$/, 'text_completion', 'ollama'],
  [/\/api\/(embed|embeddings)$/, 'embeddings', 'ollama'],
  [/\/openai\/.*\/(chat\/completions|responses)$/, 'chat', 'azure.ai.openai'],
  [/\/openai\/.*\/completions$/, 'text_completion', 'azure.ai.openai'],
  [/\/openai\/.*\/embeddings$/, 'embeddings', 'azure.ai.openai'],
  [/\/(chat\/completions|responses)$/, 'chat', 'openai'],
  [/\/completions$/, 'text_completion', 'openai'],
  [/\/embeddings$/, 'embeddings', 'openai'],
  [/\/v1\/messages$/, 'chat', 'anthropic'],
  [/\/publishers\/.*:(stream)?generateContent$/i, 'generate_content', 'gcp.vertex_ai'],
  [/:(stream)?generateContent$/i, 'generate_content', 'gcp.gemini'],
  [/:(batch)?embedContents?$/i, 'embeddings', 'gcp.gemini'],
  [/\/v2\/models\/.*\/(generate|generate_stream)$/, 'text_completion', 'triton'],
  [/\/(generate|generate_stream)$/, 'text_completion', 'text_generation_inference'],
];
/** Some APIs name the model in their path. */
const MODEL_IN_PATH = /\/(?:models|deployments)\/([\w.@-]{1,128})(?:[:/][^/]*)/;
/** Names are words; what is longer is somebody's text. */
const LONGEST_NAME = 128;
/** Half a millisecond of looking at bytes. */
const MOST_STEPS = 65_536;

/**
 * Says what a request asks a generative model for, by the path of its API and the scalars at the top of its JSON. Pure.
 * @param rest path and query below the model
 * @param body `null`: it is not held, so it is not read
 * @param headers of the request, by which the body is read; one in a content-encoding is not
 * @returns `null`: by its path it is of no API of generative models
 */
export function readGenerationRequest(
  rest: string,
  body: Uint8Array | null,
  headers: HeaderList,
): GenerationRequest | null {
  const path = (/^[^?#]*/.exec(rest)?.[0] ?? '').replace(/\/$/, '');
  const api = APIS.find(([end]) => end.test(path));
  if (api === undefined) return null;
  const [, operation, provider] = api;
  const isRead = body !== null && contentHeaders(headers).encodings.length === 0;
  const fields = isRead ? shallowFields(body, ['model', 'stream'], MOST_STEPS) : new Map<string, unknown>();
  const [named, stream] = [fields.get('model'), fields.get('stream')];
  const isName = typeof named === 'string' && named !== '' && named.length <= LONGEST_NAME;
  return {
    operation,
    provider,
    model: isName ? named : (MODEL_IN_PATH.exec(path)?.[1] ?? null),
    stream: typeof stream === 'boolean' ? stream : null,
  };
}
