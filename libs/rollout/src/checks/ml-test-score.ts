import { isSourceGate, type Gate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { TIME_METRICS } from '../policy/gates/time-metric.ts';

/**
 * The 28 tests of Breck, Cai, Nielsen, Salib, Sculley (2017), "The ML Test Score: A Rubric for ML
 * Production Readiness and Technical Debt Reduction", in its four sections.
 */
export const ML_TESTS = {
  data: [
    'Feature expectations are captured in a schema',
    'All features are beneficial',
    "No feature's cost is too much",
    'Features adhere to meta-level requirements',
    'The data pipeline has appropriate privacy controls',
    'New features can be added quickly',
    'All input feature code is tested',
  ],
  model: [
    'Model specs are reviewed and submitted',
    'Offline and online metrics correlate',
    'All hyperparameters have been tuned',
    'The impact of model staleness is known',
    'A simpler model is not better',
    'Model quality is sufficient on important data slices',
    'The model is tested for considerations of inclusion',
  ],
  infra: [
    'Training is reproducible',
    'Model specs are unit tested',
    'The ML pipeline is integration tested',
    'Model quality is validated before serving',
    'The model is debuggable',
    'Models are canaried before serving',
    'Serving models can be rolled back',
  ],
  monitor: [
    'Dependency changes result in notification',
    'Data invariants hold for inputs',
    'Training and serving are not skewed',
    'Models are not too stale',
    'Models are numerically stable',
    'Computing performance has not regressed',
    'Prediction quality has not regressed on served data',
  ],
} as const;
export type MlTestSection = keyof typeof ML_TESTS;

/** What the score is computed from. */
export interface ScoredVersion {
  readonly policy: Policy;
  readonly hasFeatureProfile: boolean;
  readonly hasSignature: boolean;
  readonly hasOutputSpec: boolean;
  readonly hasUpstreams: boolean;
  /** Golden requests, and whether some of them stand for slices. */
  readonly golden: { readonly any: boolean; readonly slices: boolean };
  /** Tags; `mltest.<section>.<number>` says `automated` or `manual`: evidence that CI attached. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface MlTest {
  /** `data.1` */
  readonly id: string;
  readonly title: string;
  /** 1: automated, 0.5: done by hand and documented, 0: missing. */
  readonly points: 0 | 0.5 | 1;
  readonly by: 'understudy' | 'ci' | 'missing';
  readonly because: string;
}

export interface MlTestScore {
  /** The least of the sections: a chain is as strong as its weakest link. */
  readonly score: number;
  readonly meaning: string;
  readonly sections: Readonly<
    Record<MlTestSection, { readonly points: number; readonly tests: readonly MlTest[] }>
  >;
}

/** The rubric's score of a version: what Understudy checks by itself, what CI attached, and what is missing. */
export function mlTestScore(version: ScoredVersion): MlTestScore {
  const own = ownTests(version);
  const sectionOf = (section: MlTestSection) => {
    const tests = ML_TESTS[section].map((title, i): MlTest => {
      const id = `${section}.${i + 1}`;
      const attached = version.tags[`mltest.${id}`];
      const because = own[id];
      if (because !== undefined) return { id, title, points: 1, by: 'understudy', because };
      if (attached === 'automated')
        return { id, title, points: 1, by: 'ci', because: 'attached as automated' };
      if (attached === 'manual')
        return { id, title, points: 0.5, by: 'ci', because: 'attached as done by hand' };
      return { id, title, points: 0, by: 'missing', because: `attach it with the tag mltest.${id}` };
    });
    return { points: tests.reduce((sum, test) => sum + test.points, 0), tests };
  };
  const sections = {
    data: sectionOf('data'),
    model: sectionOf('model'),
    infra: sectionOf('infra'),
    monitor: sectionOf('monitor'),
  };
  const score = Math.min(...Object.values(sections).map((section) => section.points));
  return { score, meaning: meaningOf(score), sections };
}

/** Tests that a rollout by this policy makes, and how. */
function ownTests(version: ScoredVersion): Readonly<Record<string, string | undefined>> {
  const { policy, golden } = version;
  const checks = policy.steps.find((step) => step.kind === 'checks');
  const judged = (...metrics: Gate['metric'][]): string | undefined => {
    const gate = policy.gates.find((one) => metrics.includes(one.metric) && !one.dryRun);
    return gate && `the gate ${gate.name}`;
  };
  const bounds = Object.keys(checks?.metrics ?? {});
  const drift = version.hasFeatureProfile ? judged('input_drift') : undefined;
  const when = (holds: boolean, because: string): string | undefined => (holds ? because : undefined);
  return {
    'data.1': when(
      version.hasFeatureProfile || version.hasSignature,
      'the signature or the baseline says what features look like',
    ),
    'model.6': when(checks !== undefined && golden.slices, 'golden requests by slice'),
    'infra.4': when(
      checks !== undefined && (bounds.length > 0 || golden.any),
      bounds.length > 0 ? `bounds on ${bounds.join(', ')}` : 'golden requests',
    ),
    'infra.6': when(
      policy.steps.some((step) => step.kind === 'canary'),
      'the policy has a canary',
    ),
    'infra.7': 'one call goes back to the version before',
    'monitor.1': when(
      version.hasUpstreams && checks !== undefined && checks.upstreams !== 'off',
      'upstream versions are compared with those that serve',
    ),
    'monitor.2': drift,
    'monitor.3': drift,
    'monitor.5': version.hasOutputSpec ? judged('schema_violations') : undefined,
    'monitor.6': judged(...TIME_METRICS),
    'monitor.7':
      judged(
        'feedback',
        'agreement',
        'judge_win_rate',
        'embedding_distance_mean',
        'rank_correlation',
        'output_drift',
      ) ?? sourceOf(policy),
  };
}

function sourceOf(policy: Policy): string | undefined {
  const gate = policy.gates.find((one) => isSourceGate(one) && !one.dryRun);
  return gate && `the gate ${gate.name}`;
}

/** The paper's reading of a score. */
function meaningOf(score: number): string {
  if (score === 0) return 'more of a research project than a productionized system';
  if (score <= 1) return 'not totally untested, but consider the possibility of serious holes in reliability';
  if (score <= 2) return 'a first pass at basic productionization, but more investment may be needed';
  if (score <= 3) return 'reasonably tested, but more of the tests and procedures may be automated';
  if (score <= 5) return 'strong automated testing and monitoring, fit for mission-critical systems';
  return 'exceptional levels of automated testing and monitoring';
}
