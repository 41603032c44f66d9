import type { CheckResult, MetricBound } from '#libs/rollout';
import type { CheckMaterial } from './check-material.ts';
import { compareSignatures } from './signature.ts';

/** A check's finding before the policy's `required` or `optional` is applied. */
export type Finding = Omit<CheckResult, 'check'>;

const finding = (outcome: Finding['outcome'], because: string, saw: Finding['saw'] = {}): Finding => ({
  outcome,
  because,
  saw,
});

/** Is it said where the version comes from? */
export function checkProvenance({ version: { source, dataset } }: CheckMaterial): Finding {
  const given = {
    commit: source['commit'] || null,
    runUrl: source['runUrl'] || null,
    dataset: dataset['name'] || dataset['digest'] || null,
  };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === null ? [name] : []));
  if (missing.length === 0) return finding('pass', 'commit, CI run and data set are given', given);
  return finding('skipped', `not given: ${missing.join(', ')}`, given);
}

/** Can callers of the primary go on as they are? */
export function checkSignature({ version, primary }: CheckMaterial): Finding {
  if (version.signature === null) return finding('skipped', 'the version brings no signature');
  if (primary === null || primary.version.signature === null)
    return finding('pass', 'a signature is present; there is none to compare it with');
  const compared = compareSignatures(primary.version.signature, version.signature);
  const saw = { comparedWith: primary.version.version, ...(compared ?? { breaks: null, open: [] }) };
  if (compared === null) return finding('skipped', 'the signatures are of kinds that are not compared', saw);
  const { breaks, open } = compared;
  if (breaks.length > 0) return finding('fail', breaks.join('; '), saw);
  const left = open.length === 0 ? '' : ` as far as it is compared (not: ${open.join(', ')})`;
  return finding('pass', `compatible with the signature of version ${primary.version.version}${left}`, saw);
}

/** Are the evaluation metrics that the policy names present and good enough? */
export function checkMetrics({ step, metrics, primary }: CheckMaterial): Finding {
  const bounds = Object.entries(step.metrics);
  if (bounds.length === 0) return finding('skipped', 'the policy names no evaluation metric');
  const saw: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, bound] of bounds) {
    const value = metrics[name];
    const before = primary?.metrics[name] ?? null;
    saw[name] = { candidate: value ?? null, primary: before };
    if (value === undefined) wrong.push(`${name} is missing`);
    else wrong.push(...outOfBound(name, value, before, bound));
  }
  return wrong.length === 0
    ? finding('pass', `${bounds.map(([name]) => name).join(', ')} within bounds`, saw)
    : finding('fail', wrong.join('; '), saw);
}

function outOfBound(name: string, value: number, before: number | null, bound: MetricBound): string[] {
  const wrong: string[] = [];
  const { min, max, maxDecrease, maxIncrease } = bound;
  if (min !== undefined && value < min) wrong.push(`${name} is ${value}, less than ${min}`);
  if (max !== undefined && value > max) wrong.push(`${name} is ${value}, more than ${max}`);
  if (before === null) return wrong;
  if (maxDecrease !== undefined && value < before - maxDecrease)
    wrong.push(`${name} is ${value}, more than ${maxDecrease} below the primary's ${before}`);
  if (maxIncrease !== undefined && value > before + maxIncrease)
    wrong.push(`${name} is ${value}, more than ${maxIncrease} above the primary's ${before}`);
  return wrong;
}

/** Was it made with the upstream versions that serve now? */
export function checkUpstreams({ version, upstreamPrimaries, hiddenUpstreams }: CheckMaterial): Finding {
  if (version.upstreams.length === 0) return finding('skipped', 'the version names no upstream models');
  // Which version serves of a model that its author may not see is not theirs to learn.
  const isHidden = (model: string): boolean => hiddenUpstreams.includes(model);
  const serving = Object.fromEntries(Object.entries(upstreamPrimaries).filter(([model]) => !isHidden(model)));
  const saw = { upstreams: version.upstreams, serving };
  const wrong = version.upstreams.flatMap(({ model, version: wanted }) => {
    const serves = upstreamPrimaries[model] ?? null;
    if (serves === wanted) return [];
    if (isHidden(model)) return [`it consumes ${model} ${wanted}, which does not serve`];
    return [
      `it consumes ${model} ${wanted}, but ${serves === null ? 'nothing of it serves' : `version ${serves} serves`}`,
    ];
  });
  return wrong.length === 0
    ? finding('pass', 'every upstream version is the one that serves', saw)
    : finding('fail', wrong.join('; '), saw);
}

/** Names the models that feed on this one, to whoever approves. */
export function checkDownstreams({ downstreams }: CheckMaterial): Finding {
  return downstreams.length === 0
    ? finding('skipped', 'no model consumes this one')
    : finding('pass', `consumed by ${downstreams.join(', ')}`, { downstreams });
}
