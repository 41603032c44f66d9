/** Where the text of a streamed answer stands, so that pairs of answers can be judged. */
export const STREAMED_TEXT = { kind: 'text', path: '$[*].choices[0].delta.content', similarity: 0.5 };

/**
 * A language model's release with the waiting taken out; docs/guides/llm.md explains it. Its bake is short: where too few have called in it
 * (a slow machine), it goes on until they have, as `pause` leaves it.
 */
export const LLM_POLICY = {
  name: 'language-model',
  steps: [
    { checks: { golden: 'required', warmup: { requests: 10 } } },
    { shadow: { sample: '100%', minRequests: 250, maxDuration: '3m' } },
    { canary: { weight: '10%', minRequests: 10, minDuration: '2s', maxDuration: '3m' } },
    { canary: { weight: '50%', minRequests: 100, minDuration: '2s', maxDuration: '3m' } },
    { bake: { duration: '5s' } },
  ],
  gates: [
    { metric: 'judge_win_rate', min: 0.4 },
    { metric: 'error_rate', maxIncrease: 0.05, startPeriod: '2s' },
    { metric: 'ttft_p95', maxIncrease: 500, startPeriod: '2s' },
    { metric: 'inter_token_p95', maxIncrease: 100, startPeriod: '2s' },
    { metric: 'output_tokens_mean', minRatio: 0.5 },
  ],
  onUndecided: 'pause',
  onNoData: 'pause',
};
