import { matchesPath } from './path-pattern.ts';

/** A model's own setting: which of its requests are predictions. What is left out is as by default. */
export interface PredictionRules {
  /** Methods, in capitals. Default: POST. */
  readonly methods?: readonly string[];
  /** Patterns of paths below `/models/{model}` (`matchesPath`), in place of what the protocols say. */
  readonly paths?: readonly string[];
}

export const DEFAULT_METHODS: readonly string[] = ['POST'];

/** What the protocols call a prediction, by the end of its path: a serving URL may hold the beginning. */
export const PREDICTIONS: readonly RegExp[] = [
  // Open Inference (KServe V2, Triton's generate extension)
  /\/(infer|generate|generate_stream)$/,
  // TensorFlow Serving, KServe V1
  /:(predict|classify|regress)$/,
  // MLflow, SageMaker
  /\/invocations$/,
  // OpenAI
  /\/(chat\/completions|completions|embeddings|responses)$/,
];

/** What the same protocols, and the servers that speak them, keep for something else. */
export const OTHERS: readonly RegExp[] = [
  // Open Inference: metadata, health, the repository, shared memory, logging, traces
  /(^|\/)v2(\/(health|models|repository|systemsharedmemory|cudasharedmemory|logging|trace)(\/.*)?)?$/,
  // TensorFlow Serving, KServe V1 and OpenAI: lists, status, metadata, other verbs such as `:explain`
  /(^|\/)v1\/models(\/[^/]+)?(\/(versions|labels)\/[^/]+)?(\/(metadata|ready|load|unload))?$/,
  // OpenAI: what is stored, and what was answered before
  /(^|\/)v1\/(files|uploads|batches|fine_tuning|assistants|threads|vector_stores|conversations)(\/.*)?$/,
  /(^|\/)v1\/(responses|chat\/completions)\/.+$/,
  // vLLM
  /\/(tokenize|detokenize|load_lora_adapter|unload_lora_adapter|sleep|wake_up|reset_prefix_cache)$/,
  // Probes and figures
  /(^|\/)(ping|health|healthz|ready|readyz|live|livez|startup|version|metrics)$/,
];

/**
 * Is this request a prediction? Evidence is made of predictions only: everything else (health, metadata, load and unload) goes to the
 * primary, is never copied and counts nowhere.
 * @param method in capitals
 * @param rest path and query below `/models/{model}`
 * @param rules the model's own; default: POST to a prediction path of a known protocol, or to any path that no protocol keeps for
 * something else
 */
export function isPrediction(method: string, rest: string, rules: PredictionRules = {}): boolean {
  if (!(rules.methods ?? DEFAULT_METHODS).includes(method)) return false;
  const path = pathOf(rest);
  if (rules.paths !== undefined) return rules.paths.some((pattern) => matchesPath(pattern, path));
  return PREDICTIONS.some((one) => one.test(path)) || !OTHERS.some((one) => one.test(path));
}

/** Decoded, without the query and the slash at its end. */
function pathOf(rest: string): string {
  const question = rest.indexOf('?');
  const path = question < 0 ? rest : rest.slice(0, question);
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (!trimmed.includes('%')) return trimmed;
  try {
    return decodeURIComponent(trimmed);
  } catch {
    return trimmed;
  }
}
