import { DomainError, shownUrl } from '#libs/kernel';
import type { CheckName, CheckNeed, CheckResult, ChecksStep } from '#libs/rollout';
import type { ArtifactVerifier, ModelCaller, ServingProbe } from '../ports/ports.ts';
import type { GoldenRequest } from '../ports/records.ts';
import type { CheckMaterial } from './check-material.ts';
import { probeAll } from '../readiness/all-servers.ts';
import { takesCallers, urlsOf } from '#libs/traffic';
import { askGolden } from './golden-requests.ts';
import {
  checkDownstreams,
  checkMetrics,
  checkProvenance,
  checkSignature,
  checkUpstreams,
  type Finding,
} from './paper-checks.ts';

/** What the checks reach out with. */
export interface CheckPorts {
  readonly artifacts: ArtifactVerifier;
  readonly serving: ServingProbe;
  readonly caller: ModelCaller;
}

const words = (error: unknown): string =>
  error instanceof DomainError ? error.detail : (error as Error).message;

/**
 * Makes all checks of a step, outside any transaction. A check that has nothing to look at is
 * skipped; when the policy requires it, that is a failure.
 */
export async function makeChecks(
  ports: CheckPorts,
  material: CheckMaterial,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [check, make] of CHECKS) {
    const need = needOf(material.step, check);
    if (need === 'off') continue;
    const found = await make(material, ports);
    const missing = need === 'required' && found.outcome === 'skipped';
    results.push(
      missing
        ? { check, ...found, outcome: 'fail', because: `required by the policy, but ${found.because}` }
        : { check, ...found },
    );
  }
  return results;
}

type Make = (material: CheckMaterial, ports: CheckPorts) => Finding | Promise<Finding>;
const CHECKS: readonly (readonly [CheckName, Make])[] = [
  ['digest', checkDigest],
  ['provenance', checkProvenance],
  ['signature', checkSignature],
  ['metrics', checkMetrics],
  ['upstreams', checkUpstreams],
  ['downstreams', checkDownstreams],
  ['health', checkHealth],
  ['golden', checkGolden],
  ['warmup', checkWarmup],
];

function needOf(step: ChecksStep, check: CheckName): CheckNeed {
  if (check === 'metrics' || check === 'downstreams') return 'optional';
  if (check === 'warmup') return step.warmup.requests === 0 ? 'off' : 'optional';
  return step[check];
}

async function checkDigest({ version: { artifact } }: CheckMaterial, ports: CheckPorts): Promise<Finding> {
  if (artifact === null) return { outcome: 'skipped', because: 'the version brings no artifact', saw: {} };
  try {
    await ports.artifacts.verify(artifact);
    return { outcome: 'pass', because: 'the artifact has the registered digest', saw: { ...artifact } };
  } catch (error) {
    return { outcome: 'fail', because: words(error), saw: { ...artifact } };
  }
}

async function checkHealth(
  { version: { healthPath }, place }: CheckMaterial,
  ports: CheckPorts,
): Promise<Finding> {
  if (place === null) return { outcome: 'fail', because: 'the version does not run', saw: {} };
  const urls = urlsOf(place);
  const said = await probeAll(ports.serving, { urls, healthPath });
  return {
    outcome: takesCallers(said) ? 'pass' : 'fail',
    because: said.because,
    saw: {
      servingUrl: shownUrl(place.url),
      ...(urls.length > 1 ? { servingUrls: urls.map(shownUrl) } : {}),
      readiness: said.state,
    },
  };
}

async function checkGolden(material: CheckMaterial, ports: CheckPorts): Promise<Finding> {
  const { golden, place } = material;
  if (golden === null || golden.length === 0) return checkExample(material, ports);
  if (place === null) return { outcome: 'fail', because: 'the version does not run', saw: {} };
  const results = [];
  for (const request of golden)
    results.push(await askGolden(ports.caller, place.url, request, specOf(material)));
  const wrong = results.filter((result) => result.wrong.length > 0);
  const saw = { asked: results.length, wrong: wrong.slice(0, 20) };
  if (wrong.length === 0)
    return { outcome: 'pass', because: `all ${results.length} golden requests hold`, saw };
  const slices = [...new Set(wrong.map((result) => result.slice).filter((slice) => slice !== null))];
  const first = wrong[0];
  const because = `${wrong.length} of ${results.length} golden requests do not hold${slices.length > 0 ? ` (slices: ${slices.join(', ')})` : ''}; ${first?.name}: ${first?.wrong.join(', ')}`;
  return { outcome: 'fail', because, saw };
}

/** The artifact's own example, where the model has no golden requests; `null`: there is none. */
async function exampleOf(
  { golden, version: { artifact } }: CheckMaterial,
  { artifacts }: CheckPorts,
): Promise<GoldenRequest | null> {
  if (artifact === null || (golden ?? []).length > 0) return null;
  return (await artifacts.describe(artifact.digest))?.example ?? null;
}

/**
 * An example is brought by whoever brings the version: what does not answer it is broken, but answering it is not what a policy means that
 * requires golden requests.
 */
async function checkExample(material: CheckMaterial, ports: CheckPorts): Promise<Finding> {
  const none = 'the model has no golden requests';
  const { place, step } = material;
  const example = place && (await exampleOf(material, ports));
  if (!example) return { outcome: 'skipped', because: none, saw: {} };
  const result = await askGolden(ports.caller, place.url, example, specOf(material));
  const saw = { asked: 1, wrong: result.wrong.length > 0 ? [result] : [] };
  if (result.status !== null && UNKNOWN_PATH.includes(result.status))
    return {
      outcome: 'skipped',
      because: `${none}, and its server answers ${result.status} at ${example.path}, where the input example would go`,
      saw,
    };
  if (result.wrong.length > 0)
    return {
      outcome: 'fail',
      because: `${example.name}, sent to ${example.path}: ${result.wrong.join(', ')}`,
      saw,
    };
  const isRequired = step.golden === 'required';
  return {
    outcome: isRequired ? 'skipped' : 'pass',
    because: `${example.name} is answered${isRequired ? `, but ${none}` : ''}`,
    saw,
  };
}
/** It serves by another protocol than the example is of, or asks for a login that checks do not have. */
const UNKNOWN_PATH: readonly number[] = [401, 403, 404, 405, 415, 501];

/** A version that has no output spec is read by the primary's. */
const specOf = ({ version, primary }: CheckMaterial) =>
  version.outputSpec ?? primary?.version.outputSpec ?? null;

/** A burst of golden requests: a cold server is not measured, and its latency is known before any caller waits. */
async function checkWarmup({ golden, place, step }: CheckMaterial, { caller }: CheckPorts): Promise<Finding> {
  const { requests, maxLatencyP95 } = step.warmup;
  if (golden === null || golden.length === 0 || place === null)
    return { outcome: 'skipped', because: 'there are no golden requests to warm up with', saw: {} };
  const latencies: number[] = [];
  for (let i = 0; i < requests; i++) {
    const request = golden[i % golden.length];
    const result = request && (await askGolden(caller, place.url, request, null));
    if (result && result.latencyMs !== null) latencies.push(result.latencyMs);
  }
  // The first fifth pays for the warming up.
  const warm = latencies.slice(Math.floor(requests / 5)).sort((a, b) => a - b);
  const p95 = warm[Math.max(0, Math.ceil(0.95 * warm.length) - 1)] ?? null;
  const saw = { requests, answered: latencies.length, latencyP95Ms: p95 };
  if (p95 === null) return { outcome: 'fail', because: `none of ${requests} requests was answered`, saw };
  const shown = `p95 of ${warm.length} warm requests is ${p95.toFixed(1)} ms`;
  if (maxLatencyP95 !== null && p95 > maxLatencyP95)
    return { outcome: 'fail', because: `${shown}, more than the ${maxLatencyP95} ms allowed`, saw };
  return { outcome: 'pass', because: shown, saw };
}
