import type { OipTensor } from '../../examples/model-server/inference.ts';
import type { Spoil } from './serve-animal.ts';

/** One candidate of the zoo: what it is, what it is compared with, and what must become of it. */
export interface Animal {
  readonly name: string;
  readonly kind: 'digits' | 'ranker';
  readonly primary: string;
  readonly candidate: string;
  readonly spoil: Spoil;
  readonly end: 'succeeded' | 'rolled_back';
  /** The gate that must have stopped it; left out: whichever was first. */
  readonly caughtBy?: RegExp;
  /** Of both its versions; longer where latency is judged, so that a loaded machine's own delays are small beside it. */
  readonly usualMs?: number;
  /** Leave out the shadow: this one is about callers. */
  readonly canaryOnly?: true;
  /** How likely a caller clicks on an answer of each version. */
  readonly clicks?: { readonly primary: number; readonly candidate: number };
  /** The clicks are those of a downstream model. */
  readonly downstream?: true;
  /** Its callers wait most of the time, for minutes: it is played beside all the others. */
  readonly beside?: true;
}

const onTensor = (name: string, change: (data: readonly number[]) => number[]) => (outputs: OipTensor[]) =>
  outputs.map((tensor) => (tensor.name === name ? { ...tensor, data: change(tensor.data) } : tensor));
const probabilities = (change: (data: readonly number[]) => number[]) => onTensor('probabilities', change);
const normalised = (values: readonly number[]): number[] => {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
};
const rotated = (data: readonly number[]): number[] => [...data.slice(1), data[0] ?? 0];

const digits = (name: string, candidate: string, spoil: Spoil, more: Partial<Animal> = {}): Animal => ({
  ...{ name, kind: 'digits', primary: 'digits-v2', candidate, spoil, end: 'rolled_back' },
  ...more,
});

export const ANIMALS: readonly Animal[] = [
  {
    ...{ name: 'reversed ranking', kind: 'ranker', primary: 'ranker-v1', candidate: 'ranker-v2' },
    ...{ spoil: {}, end: 'rolled_back', caughtBy: /^rank_correlation/ },
  },
  digits('permuted labels', 'digits-v4', {}, { caughtBy: /^agreement/ }),
  digits('a constant answer', 'digits-v2', { outputs: probabilities(() => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]) }),
  digits('NaN in a tensor', 'digits-v2', {
    outputs: (outputs, { random }) =>
      random() < 0.3 ? probabilities((data) => [NaN, ...data.slice(1)])(outputs) : outputs,
  }),
  digits(
    'a renamed output field',
    'digits-v2',
    {
      outputs: (outputs) =>
        outputs.map(
          (t) =>
            ({ name: t.name, shape: t.shape, datatype: t.datatype, data: [], values: t.data }) as OipTensor,
        ),
    },
    { canaryOnly: true, caughtBy: /^schema_violations|^error_rate: .*unreadable/ },
  ),
  digits('inputs unscaled', 'digits-v2', {
    inputs: (inputs) => inputs.map((t) => ({ ...t, data: t.data.map((x) => x / 16) })),
  }),
  digits(
    'twice as slow',
    'digits-v2',
    { slower: ({ elapsed }) => 1.4 * elapsed },
    { usualMs: 60, caughtBy: /^latency_p95/ },
  ),
  digits(
    'slow only at p99',
    'digits-v2',
    { slower: ({ random }) => (random() < 0.04 ? 3_000 : 0) },
    { usualMs: 60, beside: true, caughtBy: /^latency_p9/ },
  ),
  digits('failing on 5 % of inputs', 'digits-v2', { fails: ({ random }) => random() < 0.05 }),
  digits(
    'failing after some time',
    'digits-v2',
    { fails: ({ served }) => served > 900 },
    // Of callers, when the shadow was over before: the gateway may be quicker than the gate. What begins in the middle of a step
    // looks like an outage at first, so agreement may prove it sooner.
    { caughtBy: /^(error_rate|agreement|gateway )/ },
  ),
  digits(
    'good on average, bad on one segment',
    'digits-v2',
    {
      outputs: (outputs, { headers }) =>
        headers['x-country'] === 'de' ? probabilities(rotated)(outputs) : outputs,
    },
    { caughtBy: /^agreement \[de\]/ },
  ),
  digits(
    'overconfident',
    'digits-v1',
    { outputs: probabilities((data) => normalised(data.map((p) => p ** 6))) },
    { primary: 'digits-v1', caughtBy: /^confidence/ },
  ),
  digits(
    'the same outputs but fewer clicks',
    'digits-v2',
    {},
    {
      clicks: { primary: 0.5, candidate: 0.25 },
      caughtBy: /^feedback\.click/,
    },
  ),
  digits(
    'an upstream change that hurts a downstream model',
    'digits-v2',
    {},
    {
      clicks: { primary: 0.5, candidate: 0.25 },
      downstream: true,
      caughtBy: /^feedback\.click/,
    },
  ),
  digits('good: retrained', 'digits-v5', {}, { end: 'succeeded' }),
  digits('good: quantized to 8 bits', 'digits-v6', {}, { end: 'succeeded' }),
  digits('good: faster', 'digits-v2', { usualMs: 8 }, { end: 'succeeded' }),
];
