import { describe, expect, it } from '@jest/globals';
import { createPrinter } from './printer.ts';
import { table } from './table.ts';
import { drawTrack, type Rollout } from './track.ts';

const because = 'the error rate is above the margin, '.repeat(20);
const ROLLOUT = {
  ...{ model: 'm', version: 2, from: 1, queued: false, reason: '', waitingFor: because, decision: null },
  ...{ verdicts: [], legalActions: [], endedAt: null },
  policy: { steps: ['checks', { canary: { weight: '10%' } }, { canary: { weight: '50%' } }] },
};
const textOf = (rollout: object, columns: number): string =>
  drawTrack(rollout as unknown as Rollout, [], columns)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

describe('what is written to a pipe, a file or the log of CI', () => {
  const { columns } = createPrinter(false);

  it('is not cut: there is no edge', () => {
    expect(table([{ name: 'm', because }], columns())).toContain(because.trim());
    expect(textOf({ ...ROLLOUT, state: 'running', step: { index: 1, kind: 'canary' } }, columns())).toContain(
      because.trim(),
    );
  });
});

describe('steps', () => {
  for (const [state, index, steps] of [
    ['running', 1, '✔ checks  ● canary 10%  ○ canary 50%'],
    ['succeeded', 0, '✔ checks  – canary 10%  – canary 50%  (– never ran)'],
    ['succeeded', 2, '✔ checks  ✔ canary 10%  ✔ canary 50%'],
    ['rolled_back', 1, '✔ checks  ✖ canary 10%  – canary 50%  (– never ran)'],
    ['aborted', 2, '✔ checks  ✔ canary 10%  ✖ canary 50%'],
  ] as const)
    it(`of one that is ${state} at step ${index + 1} are marked by whether they ran`, () => {
      const text = textOf({ ...ROLLOUT, state, step: { index, kind: 'canary' } }, Infinity);
      expect(text).toContain(`Steps     ${steps}\n`);
    });
});
