/**
 * What editors say of each field of a policy document: what it means, its unit and its default. By the name of the field, with the name of what it is in
 * (`canary.weight`) where a name means different things. A test asks for every field that the schema has.
 */
export const DESCRIBED_FIELDS: Readonly<Record<string, string>> = {
  'policy.name': 'What people call this policy.',
  'policy.steps':
    'The way to primary, in this order: checks, shadow, approval, canary, bake. Canaries never shrink.',
  'policy.gates': 'What must hold in the steps: one metric each, with its condition.',
  'policy.onUndecided':
    'When a step’s maxDuration ends and nothing is proven: pause (a person looks) or rollback. Default pause.',
  'policy.onNoData': 'When a step’s maxDuration ends without any data: pause or rollback. Default pause.',
  'policy.alpha':
    'Error budget of a version: the most likely share of good versions that are rolled back. Gates and steps share it. Default 0.05.',
  'policy.beta': 'The most likely share of bad versions that a gate takes for proven. Default: alpha.',
  'policy.promoteWhen':
    'proven: every gate has passed. notFailed: none has failed, for models with little traffic. Default proven.',
  'policy.first':
    'What becomes of a model’s first version after its checks: promote, or approval. Default promote.',
  'policy.consecutiveErrors':
    'Readings of a metric source that fail in a row until the rollout pauses. Default 10.',
  'policy.onNewVersion':
    'A newer version arrives meanwhile: supersede this rollout, queue behind it, or refuse the newer one. Default supersede.',
  'policy.freeze':
    'Windows in which nothing advances and nothing is promoted. Rolling back for harm always works.',
  'policy.rollbackWindow':
    'A version that was a proven primary this short ago is promoted at once. A duration such as 24h. Default 0s: never.',
  'policy.fourEyes': 'Nobody who had a hand in a version approves it. Default false.',
  'policy.dependencies':
    'Models that feed each other: exclude (one rollout at a time) or ignore. Default exclude.',
  'policy.samples': 'Of a shadow’s disagreements: how many are kept, and what of them nobody may see.',
  'policy.units':
    'Whom a candidate is tried on: fresh units in each rollout, or the same (stable) ones each time. Default fresh.',
  'policy.localTrip':
    'A gateway by itself stops sending callers to a candidate whose last requests failed; false: never. Default 8 of 10.',

  'step.checks':
    'Before any traffic: does it answer, is it what was signed, does it keep its golden answers?',
  'step.shadow': 'Copies of requests go to the candidate; no caller sees its answers.',
  'step.canary': 'A share of the units gets the candidate’s answers.',
  'step.approval': 'A person must approve; the traffic stays as it is meanwhile.',
  'step.bake': 'The version is primary, and is watched: harm gives the primary back.',

  digest: 'The artifact has the digest that was registered: required, optional (skipped without one) or off.',
  health: 'The model server says that it is ready: required, optional or off.',
  signature: 'Inputs and outputs are as the primary’s: required, optional or off.',
  provenance: 'A signed statement says where it was built: required, optional or off.',
  upstreams: 'The models that feed it are there: required, optional or off.',
  golden: 'It answers the model’s golden requests as is asked: required, optional or off.',
  'checks.metrics': 'Bounds of evaluation metrics by name, such as auc: { min: 0.8, maxDecrease: 0.005 }.',
  warmup: 'Requests that are sent before any caller’s.',
  requests: 'How many requests warm it up, 0 to 1,000. Default 20.',
  maxLatencyP95: 'The 95th percentile of the warm requests must be below this duration, such as 200ms.',
  'metrics.maxDecrease': 'How far it may be below the primary’s, in the metric’s own unit.',
  'metrics.maxIncrease': 'How far it may be above the primary’s, in the metric’s own unit.',
  'metrics.min': 'It must be this much at least, whatever the primary has.',
  'metrics.max': 'It must be this much at most, whatever the primary has.',

  sample: 'The share of the requests that is copied, such as 5%. Default 100%.',
  weight: 'The share of all units that gets the candidate, such as 1%, in steps of 0.01%.',
  segment: 'Only units of this segment get the candidate.',
  'canary.segments': 'Only units of these segments get the candidate: 1 to 10 names.',
  percentage: 'The share of the segment’s units that gets the candidate. Default 50%.',
  minRequests:
    'The step ends after this many requests of the candidate at the earliest. 0: counted elsewhere.',
  minDuration: 'The step lasts this long at least, such as 5m. Default 0s.',
  maxDuration: 'After this time without a decision onUndecided or onNoData has the say. Such as 1h.',
  'approval.maxDuration': 'Nobody has approved in this time: onTimeout. Default: it waits for ever.',
  approvers: 'How many different people must approve, 1 to 20. Default 1.',
  onTimeout: 'Nobody has approved in time: pause or rollback. Default pause.',
  duration: 'How long it is watched as primary, such as 2h.',
  'freeze.duration': 'How long the window stays open, 31d at most.',
  holdBack:
    'The share of units that stays on the old version to compare with. Default 5% where a gate compares, else 0%; never more than the largest canary leaves.',

  metric: 'What is measured.',
  'gate.name': 'What the gate is called in verdicts. Default: its metric.',
  in: 'The kinds of steps in which it is judged. Default: all that it can be judged in.',
  dryRun: 'It is shown, and never acted on. Default false.',
  startPeriod:
    'What is counted in the beginning of each step is left out for this long. Default 10s for times, else 0s.',
  segments: 'Judges each value of a header, or of a place in the request, on its own, too.',
  header: 'The request header whose values are the segments, in lower case.',
  path: 'The place in the request whose values are the segments, such as $.inputs[0].',
  output: 'label: each class that the primary’s answers name.',
  most: 'No more different values than this, 1 to 50; the rest is “other”. Default 10.',
  maxIncrease:
    'How much more than the primary’s is allowed: a share for rates (0.01 is one point), ms for times.',
  points: 'Allowed increase in points: 0.01 is one point. Safety is proven by it.',
  'maxIncrease.ratio': 'Also harm: more than this many times the primary’s rate, 2 or more.',
  maxIncreaseRatio: 'How many times the primary’s is allowed, above 1: 1.25 is a quarter more.',
  maxDecrease: 'How much less than the primary’s is allowed.',
  minRatio: 'At least so many times the primary’s, between 0 and 1.',
  min: 'It must be this much at least.',
  max: 'It must be this much at most.',
  range: 'All values are known to lie within [lowest, highest]: proofs come sooner.',
  winsorize: 'Values are cut off at this quantile of both arms, p90 to p99.99.',
  against:
    'What it is compared with: the primary’s answers of the same seconds, or the baseline of training. Default primary.',
  model: 'The model whose callers report the feedback, where it is another one.',
  values: 'proportion: zeros and ones. mean: any number. Default proportion.',
  'gate.window':
    'How late feedback may come after its answer, such as 10m. Default 30s. Of prometheus: of rate(), default 5m.',
  over: 'What a proportion is over: all answers, or only what was reported. Default auto.',
  maturity: 'The share of the answers that must have feedback before a proof, 0 to 1. Default 0.',
  interval: 'The source is asked this often, at least 1s. Default 30s.',
  consecutiveFailures: 'Bad readings in a row until the gate fails. Default 1.',
  source: 'Which metric source is asked, by the name that the operator gave it.',
  query: 'PromQL with one number as its result. {{model}} and {{version}} are filled in.',
  from: 'Whose metrics they are, in place of a query.',
  of: 'Which metric of theirs.',
  service: 'The name of the Service that is called.',
  namespace: 'The namespace of that Service.',
  url: 'Answers {"verdict": "pass" | "fail" | "undecided"}. No keys in it: all who read the policy read it.',

  cron: 'When the window opens: five fields, such as 0 18 * * 5.',
  timeZone: 'Whose clock it is, such as Europe/Berlin. Default UTC.',
  reason: 'Why; it is said while the window is open.',
  keep: 'How many disagreements are kept, 0 to 50. Default 20.',
  redact: 'Paths of requests and answers that are blacked out, such as $.user.',
  failures: 'So many of the last requests failed, 1 to 100.',
  'localTrip.of': 'Of so many last requests, 1 to 100.',
};

/** What each metric of a gate is. */
export const DESCRIBED_METRICS: Readonly<Record<string, string>> = {
  error_rate: 'Requests that failed.',
  schema_violations: 'Answers that the output spec cannot read.',
  latency: 'Time until the whole answer was there, in ms.',
  ttft: 'Of streams: time to the first token, in ms.',
  inter_token: 'Of streams: mean time from one token to the next, in ms.',
  output_tokens_mean: 'Tokens of an answer.',
  input_tokens_mean: 'Tokens that an answer has read.',
  total_tokens_mean: 'Tokens that an answer has read and made.',
  output_tokens_per_second: 'Of streams: tokens a second.',
  cost_mean: 'What an answer costs, by the model’s prices.',
  agreement: 'Shadow: the share of requests that both versions answer alike.',
  judge_win_rate: 'Shadow: the share of pairs that the candidate wins, by a language model that judges.',
  rank_correlation: 'Shadow: how alike both versions rank, −1 to 1.',
  edit_distance_mean: 'Shadow: how far the texts are apart, as a share of the longer one.',
  embedding_distance_mean: 'Shadow: how far the embeddings of the texts are apart, 0 to 2.',
  score_delta: 'Shadow: the mean difference of the scores.',
  output_drift:
    'How far the distributions of the answers are apart (stability index; 0.1 is little, 0.25 a shift).',
  confidence: 'How far the distributions of the confidence are apart (stability index).',
  input_drift: 'How far the requests are from those of training (stability index).',
  sample_ratio: 'Whether the units are shared out as the weight asks.',
  feedback: 'What callers report after the answer: feedback.click, feedback.revenue, …',
  prometheus: 'A query of a metric source, with min or max.',
  http: 'A verdict that a URL answers.',
};
