import { type LoneGateway, routeTo, startLoneGateway } from '../../test/support/gateways/lone-gateway.ts';
import { badRoute, MISDEEDS, startBadCandidate } from '../../test/support/model-servers/misdeeds.ts';
import { type Figure, percentile } from '../figure.ts';
import { startBackends } from './nginx.ts';
import { load, type Load } from './wrk.ts';

const CANDIDATE_TIMEOUT_MS = 400;
const ALONE = 'no-candidate';

/**
 * A candidate at half of the traffic that does its worst, under full load: what do callers see? A gateway
 * for each round, so that each candidate is met anew; then, once it is tripped, taking turns with a model
 * that has no candidate.
 */
export async function badCandidates(
  rounds: number,
  seconds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const backends = await startBackends('{"label":"good"}');
  const primary = `http://127.0.0.1:${backends.port}`;
  const candidates = await Promise.all(MISDEEDS.map(([, answer]) => startBadCandidate(answer)));
  const routes = MISDEEDS.map(([what], i) => badRoute(what, primary, candidates[i]?.url ?? '', i));
  const met = new Map<string, Load[]>();
  const after = new Map<string, { bad: Load; alone: Load }[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      const gateway = await startLoneGateway([routeTo(ALONE, primary), ...routes], {
        ...{
          CANDIDATE_TIMEOUT_MS: String(CANDIDATE_TIMEOUT_MS),
          MAX_BUFFERED_BYTES: '1000000',
          LOG_LEVEL: 'silent',
        },
      });
      try {
        await load(urlOf(gateway, ALONE), 3);
        for (const { model } of routes) {
          push(met, model, await load(urlOf(gateway, model), seconds));
          const alone = await load(urlOf(gateway, ALONE), seconds);
          push(after, model, { bad: await load(urlOf(gateway, model), seconds), alone });
        }
      } finally {
        await gateway.stop();
      }
    }
  } finally {
    await Promise.all([backends.stop(), ...candidates.map((one) => one.stop())]);
  }

  const median = (values: readonly number[]): number => percentile(values, 0.5);
  const figures: Figure[] = [];
  const add = (figure: string, value: number, unit: string, target: number, note: string): void =>
    void figures.push({
      bench: 'gateway',
      figure,
      value,
      unit,
      target,
      holds: value <= target,
      runs: rounds,
      note,
    });
  say(`\na candidate at 50 % that does its worst; its timeout is ${CANDIDATE_TIMEOUT_MS} ms`);
  for (const [model, loads] of met) {
    const turns = after.get(model) ?? [];
    const [first, bad, alone] = [
      median(loads.map((one) => one.p99Ms)),
      median(turns.map((turn) => turn.bad.p99Ms)),
      median(turns.map((turn) => turn.alone.p99Ms)),
    ];
    say(
      `  ${model.padEnd(24)} p99 ${first.toFixed(2)} ms when it is met, ${bad.toFixed(2)} ms after; ${alone.toFixed(2)} ms without a candidate`,
    );
    const name = model.replaceAll('-', '_');
    add(`met_p99_ms_${name}`, first, 'ms', CANDIDATE_TIMEOUT_MS, 'p99 of callers in the first seconds');
    const ratio = median(turns.map((turn) => turn.bad.p99Ms / turn.alone.p99Ms));
    add(
      `tripped_p99_ratio_${name}`,
      ratio,
      'ratio',
      2,
      'p99 of callers after the trip, over that without a candidate',
    );
  }
  const all = [...met.values()]
    .flat()
    .concat([...after.values()].flat().flatMap(({ bad, alone }) => [bad, alone]));
  const [requests, errors] = [sum(all.map((one) => one.requests)), sum(all.map((one) => one.errors))];
  add('failed_callers_of_bad_candidates', errors, 'requests', 0, `of ${requests}`);
  return figures;
}

const urlOf = (gateway: LoneGateway, model: string): string => `${gateway.url}/models/${model}/infer`;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function push<T>(to: Map<string, T[]>, key: string, value: T): void {
  const list = to.get(key);
  if (list) list.push(value);
  else to.set(key, [value]);
}
