import type { Retention } from './retention.ts';

/** Rows that grow by time and are of no use when they are old: their table, and how long they are kept (`null`: until they end by themselves). */
export const FORGETTABLE = {
  idempotency: { table: 'idempotency', kept: 'idempotencyMs' },
  delivery: { table: 'webhook_delivery', kept: 'deliveryMs' },
  outgoing_delivered: { table: 'outgoing', kept: 'sentEventMs' },
  outgoing_dead: { table: 'outgoing', kept: 'deliveryMs' },
  /** Those that wait for a subscription which is disabled. */
  outgoing_stopped: { table: 'outgoing', kept: 'deliveryMs' },
  session: { table: 'session', kept: null },
  ci_token_use: { table: 'ci_token_use', kept: null },
  expired_token: { table: 'token', kept: 'expiredMs' },
  retired_deployment: { table: 'deployment', kept: 'expiredMs' },
  worker_ability: { table: 'worker_ability', kept: 'expiredMs' },
  silent_gateway: { table: 'gateway', kept: 'gatewayMs' },
  gateway_boot: { table: 'gateway_boot', kept: 'gatewayMs' },
  served_request: { table: 'served_request', kept: 'requestIdMs' },
  served_window: { table: 'served_window', kept: 'requestIdMs' },
  feedback_seen: { table: 'feedback_seen', kept: 'feedbackMs' },
  feedback_subject: { table: 'feedback_subject', kept: 'feedbackMs' },
  judge_answer: { table: 'judge_answer', kept: 'judgeAnswerMs' },
  embedding_vector: { table: 'embedding_vector', kept: 'embeddingMs' },
  artifact_upload: { table: 'artifact_upload', kept: 'uploaderMs' },
} as const satisfies Record<string, { table: string; kept: keyof Retention | null }>;
export type Forgettable = keyof typeof FORGETTABLE;
export const KINDS = Object.keys(FORGETTABLE) as readonly Forgettable[];

/** How long rows of a kind are kept, in milliseconds; 0: until they end. */
export function keptMs(what: Forgettable, retention: Retention): number {
  const { kept } = FORGETTABLE[what];
  return kept === null ? 0 : retention[kept];
}

/** Why a table does not grow without end, or why it may. */
export type Growth =
  /** Rows are forgotten when they are old. */
  | { readonly forgotten: readonly Forgettable[] }
  /** Rows go, or become few, so long after the end of their rollout. */
  | { readonly afterRollout: keyof Retention }
  /** Rows go when that of which they are goes. */
  | { readonly goesWith: string }
  /** Its rows are of a fixed number, or as many as people have made. */
  | { readonly bounded: string }
  /** It grows for good. */
  | { readonly kept: string };

/**
 * Every table of the database, also those of the queue. A table that is missing here fails a test: whoever adds one says
 * what becomes of its rows in years.
 */
export const GROWTH: Readonly<Record<string, Growth>> = {
  ...forgottenTables(),
  sample: { afterRollout: 'sampleMs' },
  text_pair: { afterRollout: 'sampleMs' },
  embedding_pair: { afterRollout: 'sampleMs' },
  embedding_spending: { afterRollout: 'sampleMs' },
  evidence: { afterRollout: 'evidenceMs' },
  gateway_route: { goesWith: 'gateway' },
  gateway_primary: { goesWith: 'gateway' },
  agenda: { goesWith: 'rollout, when it ends' },
  primary_outage: { bounded: 'one of each model, while its primary is out' },
  lease: { bounded: 'one of each kind of work that only one process may do' },
  setting: { bounded: 'what an installation makes once' },
  alias: { bounded: 'made by people' },
  caller_segment: { bounded: 'made by people, 50 of a model' },
  webhook_source: { bounded: 'made by people' },
  subscription: { bounded: 'made by people' },
  migrations: { bounded: 'one of each migration' },
  event: { kept: 'it is the record; what is old may be exported and detached (ADR 39)' },
  event_export: { kept: 'one row of each file of exported events' },
  event_export_range: { kept: 'where each chain goes on: one row of each model in each file' },
  model: { kept: 'a deleted one too: the record names it' },
  version: { kept: 'each is a way back, and lineage leads through it' },
  version_metric: { kept: 'what is known of a version' },
  version_upstream: { kept: 'lineage' },
  rollout: { kept: 'one row of each attempt: with its events it says why a version serves' },
  release_group: { kept: 'one row of several rollouts' },
  source_reading: { kept: 'the last word of a metric source: one row of each step and gate' },
  primary_term: { kept: 'which version served when, and whether it is proven: ways back' },
  route: { kept: 'who saw what can be said of any moment (ADR 1)' },
  'bullmq.job': { bounded: 'those done within 5 s, and 100 that failed within a minute' },
  'bullmq.event': { bounded: 'the newest 10,000' },
  ...ofQueue('job_log', 'job_dependency', 'dedup', 'dedup_next'),
  ...ofQueue('meta', 'metrics', 'migration', 'rate_limit', 'scheduler'),
  ...ofQueue('relay_inbox', 'relay_node', 'relay_retained', 'relay_subscription'),
};

function forgottenTables(): Record<string, Growth> {
  const tables = new Map<string, Forgettable[]>();
  for (const what of KINDS) {
    const { table } = FORGETTABLE[what];
    tables.set(table, [...(tables.get(table) ?? []), what]);
  }
  return Object.fromEntries([...tables].map(([table, forgotten]) => [table, { forgotten }]));
}

function ofQueue(...tables: readonly string[]): Record<string, Growth> {
  const bounded = 'goes with its job, or is one row of a queue, or not used here';
  return Object.fromEntries(tables.map((table) => [`bullmq.${table}`, { bounded }]));
}
