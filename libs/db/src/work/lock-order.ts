/** What transactions lock, and when: a table's rows, or an advisory lock. */
export interface LockPlace {
  readonly name: string;
  /** Of an advisory lock: the key, or the class of its keys. */
  readonly advisory?: number;
  /** The columns by whose order rows of several are locked. */
  readonly key?: readonly string[];
  /**
   * Only who holds that lock waits for these rows: in which order does not matter to anybody who has it. Others take what
   * nobody holds (`SKIP LOCKED`), and afterwards the agenda alone.
   */
  readonly under?: 'model' | 'installation' | 'gateway' | 'subscription';
  /** New rows have keys that nobody else can have: to insert one waits for nobody. */
  readonly fresh?: true;
  /**
   * Rows that are kept from being removed (`FOR KEY SHARE`) wait for their removal alone, and are waited for by it alone. So
   * they are kept at any time, but for what the removal holds before (`holds`), and takes afterwards (`takes`).
   */
  readonly removal?: { readonly holds: string; readonly takes: string };
  readonly why: string;
}

/**
 * The one order in which every transaction locks: what is named first is locked first, and of one table the rows in the order
 * of their keys. Two transactions that keep to it never wait for each other in a circle (ADR 31). What is skipped where
 * it is locked (`SKIP LOCKED`) is never waited for, and may come at any time. Tests record the locks of
 * every transaction and fail where one goes back (`test/support/lock-order`).
 */
export const LOCK_ORDER: readonly LockPlace[] = [
  {
    name: 'idempotency',
    key: ['token_id', 'key'],
    why: 'Each transaction of a request marks its claim first, holding nothing; several are renewed where nobody holds them.',
  },
  {
    name: 'model name',
    advisory: 74,
    why: 'A name is claimed before a model is locked: who is given it waits holding nothing.',
  },
  { name: 'model', key: ['name'], why: 'One writer per model; several (lineage, environments) by name.' },
  {
    name: 'relations',
    advisory: 7_400_003,
    why: 'Rollouts of models that feed each other leave pending one after the other; their models are locked. All, or a share of all and keys in order.',
  },
  {
    name: 'booking of text pairs',
    advisory: 7_400_150,
    why: 'Workers spend a judge budget one after the other.',
  },
  {
    name: 'installation',
    advisory: 7_400_002,
    why: "The installation's own chain, held before what is noted there is changed.",
  },
  {
    name: 'setting',
    key: ['name'],
    under: 'installation',
    why: 'Where that chain ends; the key of receipts.',
  },
  {
    name: 'token',
    under: 'installation',
    key: ['id'],
    why: 'Changed by those who note it in the installation.',
  },
  { name: 'session', key: ['id'], why: 'By itself.' },
  { name: 'ci_token_use', under: 'installation', key: ['issuer', 'jti'], why: 'As tokens.' },
  { name: 'webhook_source', under: 'installation', key: ['name'], why: 'As tokens.' },
  {
    name: 'subscription',
    removal: { holds: 'installation', takes: 'outgoing' },
    key: ['id'],
    why: 'Kept by everybody who appends an event; removed by who holds the installation.',
  },
  {
    name: 'outgoing',
    under: 'subscription',
    key: ['id'],
    fresh: true,
    why: 'After its subscription, whose removal takes it along.',
  },
  { name: 'event_export', key: ['number'], why: 'By the command that exports: one at a time.' },
  { name: 'event_export_range', key: ['model_id', 'last_sequence'], why: 'As exports.' },
  { name: 'event', key: ['model_id', 'sequence'], under: 'model', why: 'Appended by who holds the chain.' },
  {
    name: 'release_group',
    key: ['id'],
    under: 'model',
    why: 'Models that are released together are locked by name.',
  },
  {
    name: 'version',
    fresh: true,
    key: ['model_id', 'version'],
    why: 'By number: a rename changes versions of others that name the model.',
  },
  {
    name: 'version_upstream',
    key: ['model_id', 'version', 'upstream_model_id', 'upstream_version'],
    under: 'model',
    why: 'Written with its version.',
  },
  {
    name: 'version_metric',
    key: ['model_id', 'version', 'name', 'step'],
    under: 'model',
    why: 'Written by who holds the model.',
  },
  { name: 'alias', key: ['model_id', 'alias'], under: 'model', why: 'Written by who holds the model.' },
  {
    name: 'caller_segment',
    key: ['model_id', 'name'],
    under: 'model',
    why: 'Written by who holds the model.',
  },
  { name: 'primary_term', key: ['id'], under: 'model', why: 'Written by who holds the model.' },
  {
    name: 'primary_outage',
    key: ['model_id'],
    under: 'model',
    why: 'Written by who holds the model.',
  },
  {
    name: 'rollout',
    key: ['id'],
    under: 'model',
    why: 'Moved by who holds the model; the sweep notes what nobody holds, and takes nothing but the agenda afterwards. One that ended long ago is taken where nobody holds it, before its evidence becomes small.',
  },
  {
    name: 'source_reading',
    key: ['rollout_id', 'step_index', 'gate'],
    why: 'By gate: asked anew with a resume, claimed by a look.',
  },
  { name: 'route', key: ['model_id', 'revision'], under: 'model', why: 'Published by who holds the model.' },
  {
    name: 'deployment',
    key: ['model_id', 'version'],
    why: 'By key: reported with the model held, claimed for probes without.',
  },
  {
    name: 'webhook_delivery',
    key: ['source', 'identity'],
    why: 'Remembered by the transaction that carries it out, at its end.',
  },
  { name: 'artifact_upload', key: ['digest', 'caller'], why: 'By itself.' },
  { name: 'lease', key: ['name'], why: 'By itself.' },
  { name: 'worker_ability', key: ['name'], why: 'By itself.' },
  { name: 'gateway', key: ['id'], why: 'Batches of a gateway are counted one after the other.' },
  { name: 'gateway_boot', under: 'gateway', key: ['gateway_id', 'boot'], why: 'With its gateway.' },
  { name: 'gateway_route', under: 'gateway', key: ['gateway_id', 'model_id'], why: 'With its gateway.' },
  { name: 'gateway_primary', under: 'gateway', key: ['gateway_id', 'model_id'], why: 'With its gateway.' },
  { name: 'served_window', key: ['model', 'starts_at'], why: 'With a batch, before its evidence.' },
  { name: 'served_request', key: ['model', 'request_id'], why: 'With a batch, before its evidence.' },
  { name: 'sample', key: ['rollout_id', 'request_id'], why: 'With a batch, before its evidence.' },
  {
    name: 'text_pair',
    key: ['rollout_id', 'request_id'],
    why: 'With a batch, or settled by a judge, before the evidence.',
  },
  { name: 'judge_answer', key: ['hash'], why: 'By itself.' },
  {
    name: 'embedding_pair',
    key: ['rollout_id', 'request_id'],
    why: 'With a batch, or settled by an embedder, before the evidence; claimed anew before the budget.',
  },
  {
    name: 'embedding_spending',
    key: ['rollout_id'],
    why: 'A budget is spent by one worker after the other.',
  },
  { name: 'embedding_vector', key: ['hash'], why: 'By itself.' },
  {
    name: 'feedback_seen',
    key: ['rollout_id', 'identity'],
    why: 'Before the evidence that feedback adds to.',
  },
  {
    name: 'feedback_subject',
    key: ['rollout_id', 'subject'],
    why: 'Before the evidence that feedback adds to.',
  },
  {
    name: 'evidence',
    key: ['rollout_id', 'route_revision', 'arm', 'segment'],
    why: 'Gateways, feedback and judges add to the same rows.',
  },
  {
    name: 'agenda',
    key: ['rollout_id'],
    why: 'The last statement of every unit of work (wake-ups.ts): who holds it waits for nothing else.',
  },
];
