import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCounted, NO_STEP_EVIDENCE, type StepEvidence, withStart } from '#libs/rollout';
import type { Tally } from '#libs/stats';
import { compactRows } from './compact-evidence.ts';
import { type EvidenceRow, tallyOf } from './evidence-row.ts';

const count = fc.nat(1_000);
const bins = fc.dictionary(fc.constantFrom('a', 'b', 'c'), count, { maxKeys: 3 });
const sketch = bins.map((buckets) => ({
  count: Object.values(buckets).reduce((sum, n) => sum + n, 0),
  buckets: Object.fromEntries(Object.entries(buckets).map(([key, n]) => [String(key.charCodeAt(0)), n])),
}));
/** Of one mean: their sum does not depend on the order, to the last digit. */
const momentsOf = (n: number) => ({ n, mean: 2, m2: n });
const row: fc.Arbitrary<EvidenceRow> = fc.record({
  rollout_id: fc.constant('r'),
  route_revision: fc.integer({ min: 1, max: 6 }),
  step_index: fc.nat(2),
  arm: fc.constantFrom('primary' as const, 'candidate' as const, 'shadow' as const),
  segment: fc.constantFrom('', '', 'g=a'),
  start_phase: fc.option(fc.record({ sinceMs: fc.constantFrom(0, 5_000), cold: fc.boolean() })),
  requests: count.map(String),
  errors: count.map(String),
  latency: sketch,
  sketches: fc.oneof(
    fc.constant({}),
    sketch.map((ttft) => ({ ttft })),
  ),
  compared: count.map(String),
  agreed: count.map(String),
  dropped: count.map(String),
  measures: fc.oneof(
    fc.constant({}),
    count.map((n) => ({ score: momentsOf(n) })),
  ),
  histograms: fc.oneof(
    fc.constant({}),
    bins.map((output) => ({ output })),
  ),
  traces: fc.constant(null),
  blocks: fc.constant({ latency: {} }),
  units: fc.array(fc.nat(), { maxLength: 3 }),
  points: fc.constant({}),
});

/** As the api shows it: everybody's sums of each step and arm, its start included. */
function shown(rows: readonly EvidenceRow[]): unknown {
  const steps: Record<number, StepEvidence> = {};
  for (const one of rows)
    steps[one.step_index] = addCounted(steps[one.step_index] ?? NO_STEP_EVIDENCE, {
      ...{ arm: one.arm, segment: one.segment === '' ? null : one.segment },
      ...{ startPhase: one.start_phase, tally: tallyOf(one) },
    });
  const bare = ({ blocks: _blocks, units: _units, points: _points, ...tally }: Tally) => tally;
  return Object.entries(steps)
    .map(([step, here]) => [step, withStart(here)] as const)
    .map(([step, { primary, candidate, shadow }]) => [step, bare(primary), bare(candidate), bare(shadow)]);
}

it('one row of each step and arm says of everybody what all rows have said', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(row, {
        selector: (one) => `${one.route_revision} ${one.arm} ${one.segment}`,
        minLength: 1,
        maxLength: 30,
      }),
      (some) => {
        // A revision is of one step and part.
        const rows = some.map((one) => ({ ...one, step_index: one.route_revision % 3 }));
        const everybody = rows.filter(({ segment }) => segment === '');
        const compact = compactRows(rows);
        const keys = compact.map(({ stepIndex, arm }) => `${stepIndex} ${arm}`);
        expect(new Set(keys).size).toBe(keys.length);
        const again = compact.map(({ stepIndex, arm, revision, tally }): EvidenceRow => ({
          ...{ rollout_id: 'r', route_revision: revision, step_index: stepIndex, arm, segment: '' },
          ...{ start_phase: null, requests: String(tally.requests), errors: String(tally.errors) },
          ...{ latency: tally.latency, sketches: tally.sketches ?? {} },
          ...{ compared: String(tally.compared), agreed: String(tally.agreed) },
          ...{ dropped: String(tally.dropped), measures: tally.measures, histograms: tally.histograms },
          ...{ traces: null, blocks: {}, units: [], points: {} },
        }));
        expect(shown(again)).toEqual(shown(everybody));
      },
    ),
  );
});
