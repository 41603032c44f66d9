import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fillQuery, parsePolicy } from '#libs/rollout';

/* What Prometheus itself makes of the queries of named metrics, over series as Istio and KServe have them. */

const PROGRAM = process.env['PROMTOOL'] ?? 'promtool';
const withPromtool = spawnSync(PROGRAM, ['--version']).status === 0 ? describe : describe.skip;

/** `null`: no data. */
type Value = number | null;
type Series = Readonly<Record<string, string>>;

function queryOf(from: string, of: string): string {
  const [gate] = parsePolicy({
    name: 'p',
    steps: [{ canary: { weight: '10%', minRequests: 0, minDuration: '10m', maxDuration: '1h' } }],
    gates: [
      {
        metric: 'prometheus',
        from,
        of,
        service: 'm-v{{version}}',
        namespace: 'models',
        window: '5m',
        max: 0.5,
      },
    ],
  }).gates;
  if (gate?.metric !== 'prometheus') throw new Error('no query');
  return fillQuery(gate.query, { model: 'm', version: 2, from: 1 });
}

/** What promtool has against these values at that minute; empty: nothing. */
function objections(query: string, series: Series, expected: Readonly<Record<number, Value>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-promtool-'));
  const file = path.join(folder, 'test.yml');
  const tests = [
    {
      interval: '15s',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: Object.entries(expected).map(([minute, value]) => ({
        // Of fractions that no double has, the last digits are not the same everywhere; NaN stays.
        expr: `round(${query}, 0.0625)`,
        eval_time: `${minute}m`,
        exp_samples: value === null ? [] : [{ labels: '{}', value }],
      })),
    },
  ];
  try {
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ rule_files: [], tests }));
    const { status, stdout, stderr } = spawnSync(PROGRAM, ['test', 'rules', file], { encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const OURS = 'reporter="source",destination_service_name="m-v2",destination_service_namespace="models"';
const answers = (labels: string): string => `istio_requests_total{${OURS},${labels}}`;
const HTTP_200 = answers('request_protocol="http",response_code="200",grpc_response_status=""');
const HTTP_503 = answers('request_protocol="http",response_code="503",grpc_response_status=""');
const grpc = (status: number, code = 200): string =>
  answers(`request_protocol="grpc",response_code="${code}",grpc_response_status="${status}"`);

withPromtool('promtool', () => {
  it.each<[string, Series, Value]>([
    ['all is well', { [HTTP_200]: '0+10x80' }, 0],
    ['half of it is 5xx', { [HTTP_200]: '0+10x80', [HTTP_503]: '0+10x80' }, 0.5],
    ['all of it is 5xx', { [HTTP_503]: '0+10x80' }, 1],
    ['every gRPC call fails', { [grpc(14)]: '0+10x80' }, 1],
    ...[2, 4, 8, 12, 13, 14, 15].map((status): [string, Series, Value] => [
      `a quarter is gRPC status ${status}`,
      { [grpc(0)]: '0+30x80', [grpc(status)]: '0+10x80' },
      0.25,
    ]),
    ...[1, 3, 5, 6, 7, 9, 10, 11, 16].map((status): [string, Series, Value] => [
      `gRPC status ${status}, which is the caller's`,
      { [grpc(0)]: '0+30x80', [grpc(status)]: '0+10x80' },
      0,
    ]),
    ['one that is both counts once', { [grpc(0)]: '0+10x80', [grpc(14, 503)]: '0+10x80' }, 0.5],
    ['both kinds', { [HTTP_503]: '0+10x80', [grpc(13)]: '0+10x80', [grpc(0)]: '0+20x80' }, 0.5],
    ['nobody has called', {}, null],
    ['others fail', { [HTTP_200]: '0+10x80', [HTTP_503.replace('m-v2', 'm-v1')]: '0+10x80' }, 0],
  ])('istio error_rate: %s', (_what, series, value) =>
    expect(objections(queryOf('istio', 'error_rate'), series, { 10: value })).toBe(''),
  );

  /** Called for five minutes, not for ten, and called again. */
  const calledTwice = (aTurn: number): string => `0+${aTurn}x20 ${aTurn * 20}+0x39 ${aTurn * 21}+${aTurn}x40`;
  const LATENCIES = ['latency_p50', 'latency_p95', 'latency_p99'] as const;
  it.each<[string, string, Series, Value]>([
    ['istio', 'error_rate', { [HTTP_200]: calledTwice(10), [HTTP_503]: calledTwice(10) }, 0.5],
    ['istio', 'error_rate', { [HTTP_200]: calledTwice(10) }, 0],
    ...LATENCIES.map((of): [string, string, Series, Value] => [
      ...(['istio', of] as const),
      {
        [`istio_request_duration_milliseconds_bucket{${OURS},le="100"}`]: '0+0x100',
        [`istio_request_duration_milliseconds_bucket{${OURS},le="200"}`]: calledTwice(10),
        [`istio_request_duration_milliseconds_bucket{${OURS},le="+Inf"}`]: calledTwice(10),
      },
      { latency_p50: 150, latency_p95: 195, latency_p99: 199 }[of],
    ]),
    ...LATENCIES.map((of): [string, string, Series, Value] => [
      ...(['kserve', of] as const),
      {
        'request_predict_seconds_bucket{service="m-v2",namespace="models",le="1"}': '0+0x100',
        'request_predict_seconds_bucket{service="m-v2",namespace="models",le="2"}': calledTwice(10),
        'request_predict_seconds_bucket{service="m-v2",namespace="models",le="+Inf"}': calledTwice(10),
      },
      { latency_p50: 1_500, latency_p95: 1_950, latency_p99: 1_990 }[of],
    ]),
  ])('%s %s of a window without a call is no data, and no error of the source', (from, of, series, value) =>
    expect(objections(queryOf(from, of), series, { 4: value, 12: null, 14: null, 20: value })).toBe(''),
  );
});
