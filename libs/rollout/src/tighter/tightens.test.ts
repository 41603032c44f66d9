import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_POLICY_DOCUMENT, parsePolicy, tightens, undilutedBudget, type Policy } from '../index.ts';
import { anyDocument, type Document } from './any-policy.fixture.ts';
import { frozenFor, stricterThan } from './changed-policy.fixture.ts';

/*
 * Read a row as: "the model's policy below, with this change, is looser at these places".
 * No place: the change tightens it.
 */
const MODEL = {
  name: 'model',
  onUndecided: 'rollback',
  steps: [
    { checks: { golden: 'required', metrics: { auc: { min: 0.8, maxDecrease: 0.01 } } } },
    { shadow: { sample: '50%', minRequests: 100, minDuration: '1m', maxDuration: '1h' } },
    { approval: { approvers: 2, maxDuration: '1d' } },
    { canary: { weight: '10%', minRequests: 50, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 500, maxDuration: '1h' } },
    { bake: { duration: '10m', holdBack: '5%' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.9 },
    { metric: 'error_rate', maxIncrease: 0.01 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
    { metric: 'latency_p99', maxIncreaseRatio: 1.5, dryRun: true },
    { metric: 'confidence', max: 0.2, segments: { header: 'x-country', most: 5 } },
    { metric: 'input_drift', max: 0.2 },
    { metric: 'feedback.click', maxDecrease: 0.05, maturity: 0.5 },
    { name: 'revenue', metric: 'prometheus', query: 'up', min: 1, interval: '1m', consecutiveFailures: 2 },
    { name: 'judge', metric: 'http', url: 'https://judge.example/v' },
  ],
  fourEyes: true,
  first: 'approval',
  consecutiveErrors: 5,
  freeze: [{ cron: '0 18 * * 5', duration: '62h', timeZone: 'Europe/Berlin', reason: 'weekend' }],
  rollbackWindow: '1h',
  samples: { keep: 10, redact: ['$.name'] },
} as const;

type Row = [change: string, edit: (document: Document) => void, looserAt: readonly string[]];
const step = (d: Document, i: number, kind: string): Document => d['steps'][i][kind];
// One change a line.
// prettier-ignore
const table: Row[] = [
  ['nothing', () => undefined, []],
  ['another name', (d) => (d['name'] = 'x'), []],
  ['no step and no gate', (d) => Object.assign(d, { steps: [], gates: [], promoteWhen: 'notFailed', first: 'promote' }), ['/steps', '/gates', '/promoteWhen', '/first']],

  ['checks: golden optional', (d) => (step(d, 0, 'checks')['golden'] = 'optional'), ['/steps/0/checks/golden']],
  ['checks: provenance required', (d) => (step(d, 0, 'checks')['provenance'] = 'required'), []],
  ['checks: health off', (d) => (step(d, 0, 'checks')['health'] = 'off'), ['/steps/0/checks/health']],
  ['checks: a metric bound left out', (d) => (step(d, 0, 'checks')['metrics'] = {}), ['/steps/0/checks/metrics/auc']],
  ['checks: a part of a bound left out', (d) => (step(d, 0, 'checks')['metrics'] = { auc: { min: 0.8 } }), ['/steps/0/checks/metrics/auc/maxDecrease']],
  ['checks: a lower bound', (d) => (step(d, 0, 'checks')['metrics'].auc.min = 0.7), ['/steps/0/checks/metrics/auc/min']],
  ['checks: another metric, and a higher bound', (d) => (step(d, 0, 'checks')['metrics'] = { auc: { min: 0.9, maxDecrease: 0 }, f1: { min: 0.5 } }), []],
  ['checks: less warm-up', (d) => (step(d, 0, 'checks')['warmup'] = { requests: 0 }), ['/steps/0/checks/warmup/requests']],
  ['checks: warm-up with a limit', (d) => (step(d, 0, 'checks')['warmup'] = { requests: 20, maxLatencyP95: '1s' }), []],
  ['no checks', (d) => d['steps'].shift(), ['/steps']],

  ['shadow: a smaller sample', (d) => (step(d, 1, 'shadow')['sample'] = '5%'), []],
  ['shadow: a larger sample', (d) => (step(d, 1, 'shadow')['sample'] = '100%'), ['/steps/1/shadow/sample']],
  ['shadow: fewer requests', (d) => (step(d, 1, 'shadow')['minRequests'] = 99), ['/steps/1/shadow/minRequests']],
  ['shadow: more requests', (d) => (step(d, 1, 'shadow')['minRequests'] = 101), []],
  ['shadow: shorter', (d) => (step(d, 1, 'shadow')['minDuration'] = '0s'), ['/steps/1/shadow/minDuration']],
  ['shadow: more time to meet the minima', (d) => (step(d, 1, 'shadow')['maxDuration'] = '2h'), ['/steps/1/shadow/maxDuration']],
  ['canary: a higher weight', (d) => (step(d, 3, 'canary')['weight'] = '11%'), ['/steps/3/canary/weight']],
  ['canary: a lower weight', (d) => (step(d, 3, 'canary')['weight'] = '0.01%'), []],
  ['canary: fewer requests', (d) => (step(d, 4, 'canary')['minRequests'] = 1), ['/steps/4/canary/minRequests']],
  ['the second canary left out', (d) => d['steps'].splice(4, 1), ['/steps']],
  ['approval: fewer people', (d) => (step(d, 2, 'approval')['approvers'] = 1), ['/steps/2/approval/approvers']],
  ['approval: it waits for ever', (d) => delete step(d, 2, 'approval')['maxDuration'], ['/steps/2/approval/maxDuration']],
  ['approval: rolled back when nobody approves', (d) => (step(d, 2, 'approval')['onTimeout'] = 'rollback'), []],
  ['approval: after the canaries', (d) => d['steps'].splice(4, 0, d['steps'].splice(2, 1)[0]), ['/steps', '/steps/2/canary/weight', '/steps/3/canary/weight']],
  ['bake: shorter', (d) => (step(d, 5, 'bake')['duration'] = '1m'), ['/steps/5/bake/duration']],
  ['bake: longer', (d) => (step(d, 5, 'bake')['duration'] = '1d'), []],
  ['bake: nobody held back', (d) => (step(d, 5, 'bake')['holdBack'] = '0%'), ['/steps/5/bake/holdBack']],
  ['bake: more held back', (d) => (step(d, 5, 'bake')['holdBack'] = '50%'), []],
  ['bake: so many held back that few are on trial', (d) => { step(d, 4, 'canary')['weight'] = '40%'; step(d, 5, 'bake')['holdBack'] = '60%'; }, ['/steps/5/bake/holdBack']],
  ['no bake', (d) => d['steps'].pop(), ['/steps']],

  ['one more approval', (d) => d['steps'].splice(5, 0, { approval: {} }), []],
  ['one more canary between', (d) => d['steps'].splice(4, 0, { canary: { weight: '25%', minRequests: 1, maxDuration: '1h' } }), []],
  ['one more canary, before the approval', (d) => d['steps'].splice(2, 0, { canary: { weight: '1%', minRequests: 1, maxDuration: '1h' } }), ['/steps/2/canary/weight']],
  ['one more canary, beyond the one that proves', (d) => d['steps'].splice(5, 0, { canary: { weight: '90%', minRequests: 1, maxDuration: '1h' } }), ['/steps/5/canary/weight']],
  ['one more canary at the share of the last', (d) => d['steps'].splice(5, 0, { canary: { weight: '50%', minRequests: 1, maxDuration: '1h' } }), []],
  ['one more shadow', (d) => d['steps'].splice(1, 0, { shadow: { minRequests: 1, maxDuration: '1h' } }), []],

  ['a gate left out', (d) => d['gates'].splice(1, 1), ['/gates']],
  ['a gate by another name', (d) => (d['gates'][1].name = 'x'), ['/gates']],
  ['a gate of another metric by its name', (d) => Object.assign(d['gates'][1], { metric: 'schema_violations', name: 'error_rate' }), ['/gates/1/metric']],
  ['a gate as a dry run', (d) => (d['gates'][1].dryRun = true), ['/gates/1/dryRun']],
  ['a dry run in earnest', (d) => (d['gates'][3].dryRun = false), []],
  ['a gate in fewer steps', (d) => (d['gates'][1].in = ['canary']), ['/gates/1/in']],
  ['a wider margin', (d) => (d['gates'][1].maxIncrease = 0.02), ['/gates/1/maxIncrease']],
  ['a narrower margin', (d) => (d['gates'][1].maxIncrease = 0.001), []],
  ['a multiple beside it', (d) => (d['gates'][1].maxIncrease = { points: 0.01, ratio: 5 }), []],
  ['a multiple beside a wider margin', (d) => (d['gates'][1].maxIncrease = { points: 0.02, ratio: 5 }), ['/gates/1/maxIncrease']],
  ['a multiple for a rise', (d) => { delete d['gates'][1].maxIncrease; d['gates'][1].maxIncreaseRatio = 1.1; }, ['/gates/1/maxIncrease']],
  ['less agreement', (d) => (d['gates'][0].min = 0.5), ['/gates/0/min']],
  ['a longer start period', (d) => (d['gates'][2].startPeriod = '1h'), ['/gates/2/startPeriod']],
  ['a shorter start period, by which steps end sooner', (d) => (d['gates'][2].startPeriod = '1s'), ['/gates/2/startPeriod']],
  ['segments left out', (d) => delete d['gates'][4].segments, ['/gates/4/segments']],
  ['coarser segments', (d) => (d['gates'][4].segments.most = 2), ['/gates/4/segments']],
  ['agreement by class where there was none', (d) => (d['gates'][0].segments = { output: 'label' }), []],
  ['segments where there were none', (d) => (d['gates'][1].segments = { header: 'x-country' }), []],
  ['against the training data', (d) => (d['gates'][4].against = 'baseline'), ['/gates/4/against']],
  ['drift of inputs that stops harm from rolling back', (d) => (d['gates'][5].max = 0.0001), ['/gates/5/max']],
  ['one more gate that stops harm from rolling back', (d) => d['gates'].push({ metric: 'sample_ratio' }), ['/gates/9']],
  ['the same as a dry run', (d) => d['gates'].push({ metric: 'sample_ratio', dryRun: true }), []],
  ['feedback that need not be there', (d) => (d['gates'][6].maturity = 0), ['/gates/6/maturity']],
  ['feedback that may fall further', (d) => (d['gates'][6].maxDecrease = 0.5), ['/gates/6/maxDecrease']],
  ['another query', (d) => (d['gates'][7].query = 'vector(1)'), ['/gates/7/query']],
  ['a query that may be lower', (d) => (d['gates'][7].min = 0), ['/gates/7/min']],
  ['a query with an upper end too', (d) => (d['gates'][7].max = 9), []],
  ['a source that is asked less often', (d) => (d['gates'][7].interval = '1h'), ['/gates/7/interval']],
  ['a source that may fail more often', (d) => (d['gates'][7].consecutiveFailures = 3), ['/gates/7/consecutiveFailures']],
  ['another judge', (d) => (d['gates'][8].url = 'https://mine.example/v'), ['/gates/8/url']],
  ['one more gate', (d) => d['gates'].push({ metric: 'schema_violations', maxIncrease: 0.1 }), []],

  ['undecided: a person decides', (d) => (d['onUndecided'] = 'pause'), ['/onUndecided']],
  ['no data: it is taken off', (d) => (d['onNoData'] = 'rollback'), []],
  ['less error budget: harm is found later', (d) => (d['alpha'] = 0.001), ['/alpha']],
  ['more error budget: a proof comes sooner', (d) => (d['alpha'] = 0.2), ['/beta']],
  ['harm sooner, a proof no sooner', (d) => Object.assign(d, { alpha: 0.2, beta: 0.01 }), []],
  ['promoted when nothing has failed', (d) => (d['promoteWhen'] = 'notFailed'), ['/promoteWhen']],
  ['a first version without approval', (d) => (d['first'] = 'promote'), ['/first']],
  ['a source may be silent for longer', (d) => (d['consecutiveErrors'] = 100), ['/consecutiveErrors']],
  ['a newer version is kept waiting', (d) => (d['onNewVersion'] = 'queue'), ['/onNewVersion']],
  ['no freeze', (d) => (d['freeze'] = []), ['/freeze']],
  ['a shorter freeze', (d) => (d['freeze'][0].duration = '1h'), ['/freeze']],
  ['the freeze in another zone', (d) => (d['freeze'][0].timeZone = 'UTC'), ['/freeze']],
  ['more freezes', (d) => d['freeze'].push({ cron: '0 0 24 12 *', duration: '3d' }), []],
  ['a longer rollback window', (d) => (d['rollbackWindow'] = '1d'), ['/rollbackWindow']],
  ['no rollback window', (d) => delete d['rollbackWindow'], []],
  ['no four eyes', (d) => (d['fourEyes'] = false), ['/fourEyes']],
  ['it waits for no other model', (d) => (d['dependencies'] = 'ignore'), ['/dependencies']],
  ['fewer samples for approvers', (d) => (d['samples'].keep = 0), ['/samples/keep']],
  ['names in samples', (d) => (d['samples'].redact = []), ['/samples/redact']],
  ['more is blacked out', (d) => d['samples'].redact.push('$.street'), []],
  ['gateways never stop a failing candidate', (d) => (d['localTrip'] = false), ['/localTrip']],
  ['gateways stop it sooner', (d) => (d['localTrip'] = { failures: 4, of: 20 }), []],
];

const places = (release: Policy, model: Policy): string[] =>
  tightens(frozenFor(release, model), model).map(({ field }) => field);

describe('tightens', () => {
  it('takes an http gate that was stored before sources could be named for one that names none', () => {
    const release = parsePolicy(MODEL);
    const gates = release.gates.map((gate) => {
      if (gate.metric !== 'http') return gate;
      const { source, ...stored } = gate;
      expect(source).toBeNull();
      return stored;
    });
    expect(places(release, { ...release, gates })).toEqual([]);
    const named = release.gates.map((gate) => (gate.metric === 'http' ? { ...gate, source: 'x' } : gate));
    expect(places({ ...release, gates: named }, release)).toEqual(['/gates/8/source']);
  });

  it.each(table)('%s', (_change, edit, looserAt) => {
    const document = structuredClone(MODEL) as Document;
    edit(document);
    const found = places(parsePolicy(document), parsePolicy(MODEL));
    expect([...new Set(found)].sort()).toEqual([...new Set(looserAt)].sort());
  });

  it('says what each policy says, and what to write', () => {
    const model = parsePolicy(DEFAULT_POLICY_DOCUMENT);
    const release = parsePolicy({
      ...DEFAULT_POLICY_DOCUMENT,
      gates: DEFAULT_POLICY_DOCUMENT.gates.slice(1),
      rollbackWindow: '2h',
    });
    expect(tightens(release, model)).toEqual([
      expect.objectContaining({ field: '/gates', release: 'no such gate', model: 'agreement in shadow' }),
      { field: '/rollbackWindow', release: '2h', model: '0s', todo: 'write at most 0s' },
    ]);
  });

  it('gates that are only there to share the error budget do not make the others find harm later', () => {
    const model = parsePolicy(DEFAULT_POLICY_DOCUMENT);
    const padded = parsePolicy({
      ...DEFAULT_POLICY_DOCUMENT,
      gates: [
        ...DEFAULT_POLICY_DOCUMENT.gates,
        ...Array.from({ length: 10 }, (_, i) => ({
          name: `pad${i}`,
          metric: 'latency_mean',
          maxIncrease: 1e7,
        })),
      ],
    });
    expect(tightens(padded, model).map(({ field }) => field)).toEqual(['/alpha']);
    const budget = undilutedBudget(padded, model);
    expect(budget).toEqual({ alpha: expect.closeTo((0.05 * 61) / 11, 10), beta: 0.05 });
    expect(tightens({ ...padded, ...budget }, model)).toEqual([]);
  });

  const anyPolicy = anyDocument.map(parsePolicy);
  const chain = anyDocument.chain((a) =>
    stricterThan(a, false).chain((b) =>
      stricterThan(b, false).map((c) => [a, b, c].map(parsePolicy) as [Policy, Policy, Policy]),
    ),
  );
  const equal = (a: Policy, b: Policy) => expect({ ...a, name: '' }).toEqual({ ...b, name: '' });

  it('is reflexive', () => {
    fc.assert(fc.property(anyPolicy, (policy) => expect(tightens(policy, policy)).toEqual([])));
  });

  it('is transitive', () => {
    let found = 0;
    fc.assert(
      fc.property(chain, ([a, b, c]) => {
        if (places(b, a).length > 0) return;
        const strictB = frozenFor(b, a);
        if (places(c, strictB).length > 0) return;
        found++;
        expect(tightens(frozenFor(c, strictB), a)).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(found).toBeGreaterThan(40);
  });

  it('is antisymmetric: two policies that tighten each other are equal but for their names', () => {
    const reasons = (p: Policy): Policy => ({ ...p, freeze: p.freeze.map((f) => ({ ...f, reason: '' })) });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(anyPolicy, anyPolicy),
          chain.map(([a, b]) => [a, b] as const),
        ),
        ([a, b]) => {
          if (tightens(a, b).length === 0 && tightens(b, a).length === 0) equal(reasons(a), reasons(b));
        },
      ),
      { numRuns: 250 },
    );
  });

  it('takes what was made stricter in each of its ways', () => {
    let looser = 0;
    fc.assert(
      fc.property(chain, ([a, b]) => {
        if (places(b, a).length > 0) looser++;
      }),
      { numRuns: 300 },
    );
    // The error budget has an upper end, and some ways of being stricter meet in one that is not.
    expect(looser).toBeLessThan(150);
  });
});
