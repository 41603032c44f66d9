import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  compareOutputs,
  describeUnread,
  ModelAnswer,
  type OutputPreset,
  type OutputSpec,
  presetOf,
  readOutput,
  specOfPreset,
} from './index.ts';

/** The blocks of one example: an answer, and what is said about it until the next answer. */
type Example = Readonly<Record<string, string>>;

const guide = readFileSync(path.join(import.meta.dirname, '../../../docs/guides/output-specs.md'), 'utf8');
const BLOCK =
  /^```(?:json|text) (answer|preset|outputSpec|reads|candidate|compares|unreadable)\n(.*?)^```$/gms;

function examples(): readonly Example[] {
  const found: Record<string, string>[] = [];
  for (const [, name = '', text = ''] of guide.matchAll(BLOCK)) {
    if (name === 'answer') found.push({});
    const last = found.at(-1);
    if (last === undefined || name in last) throw new Error(`a block "${name}" without an answer before it`);
    last[name] = text.trim();
  }
  return found;
}

describe('the guide to output specs', () => {
  const all = examples();
  it('has examples of every kind and preset', () => {
    const specs = all.map(({ outputSpec = '' }) => (JSON.parse(outputSpec) as OutputSpec).kind);
    expect(new Set(specs)).toEqual(new Set(['label', 'score', 'probabilities', 'ranking', 'tensor', 'text']));
    const presets = all.flatMap(({ preset }) =>
      preset ? presetOf(JSON.parse(preset) as OutputPreset).preset : [],
    );
    expect(new Set(presets)).toEqual(new Set(['open-inference', 'tf-serving', 'mlflow', 'openai']));
    for (const example of all) expect('reads' in example || 'unreadable' in example).toBe(true);
  });

  it.each(all.map((example, i) => [i + 1, example] as const))('example %i', (_n, example) => {
    const answer = JSON.parse(example['answer'] ?? '') as unknown;
    const spec = JSON.parse(example['outputSpec'] ?? '') as OutputSpec;
    if (example['preset'] !== undefined) {
      const preset = presetOf(JSON.parse(example['preset']) as OutputPreset);
      expect(specOfPreset(preset, { answers: [answer], signature: null })).toEqual(spec);
      const { agreeing: _a, ...auto } = { ...preset, preset: 'auto' as const };
      expect(specOfPreset(auto, { answers: [answer], signature: null })?.kind).toBe(spec.kind);
    }
    if (example['reads'] !== undefined)
      expect(readOutput(answer, spec)).toEqual(closeTo(JSON.parse(example['reads'])));
    if (example['unreadable'] !== undefined) {
      expect(readOutput(answer, spec)).toBeNull();
      expect(describeUnread(answer, spec)?.detail).toBe(example['unreadable']);
    }
    if (example['candidate'] !== undefined) {
      const [a, b] = [example['answer'] ?? '', example['candidate']].map(
        (text) => new ModelAnswer(200, text),
      );
      const compared = compareOutputs(a!, b!, { primary: spec, candidate: spec });
      expect(compared.outcome).toBe(example['compares']);
    }
  });
});

/** The same, with numbers that need not be the same to the last bit. */
function closeTo(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 9) as unknown;
  if (Array.isArray(value)) return value.map(closeTo);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closeTo(one)]));
}
