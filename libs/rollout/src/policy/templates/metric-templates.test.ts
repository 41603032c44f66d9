import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { parsePolicy } from '../parse-policy.ts';

const gate = (over: object): object => ({
  ...{ metric: 'prometheus', from: 'istio', of: 'error_rate', max: 0.01 },
  ...{ service: 'digits-v{{version}}', namespace: 'models' },
  ...over,
});
const parsed = (over: object) =>
  parsePolicy({
    name: 'p',
    steps: [{ canary: { weight: '10%', minRequests: 0, minDuration: '10m', maxDuration: '1h' } }],
    gates: [gate(over)],
  }).gates[0];
const ISTIO =
  'reporter="source",destination_service_name="digits-v{{version}}",destination_service_namespace="models"';

const mistakesOf = (over: object): string => {
  try {
    return JSON.stringify(parsed(over));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.errors.map(({ detail }) => detail).join('\n');
  }
};

it.each<[object, string]>([
  [
    {},
    `((sum(rate(istio_requests_total{${ISTIO},response_code=~"5.."}[300000ms])) or vector(0)) + (sum(rate(istio_requests_total{${ISTIO},response_code!~"5..",grpc_response_status=~"2|4|8|12|13|14|15"}[300000ms])) or vector(0))) / (sum(rate(istio_requests_total{${ISTIO}}[300000ms])) > 0)`,
  ],
  [
    { of: 'latency_p95', window: '30s', max: 250 },
    `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${ISTIO}}[30000ms]))) >= 0`,
  ],
  [
    { from: 'kserve', of: 'latency_p99', window: '1m', max: 250 },
    '1000 * histogram_quantile(0.99, sum by (le) (rate(request_predict_seconds_bucket{service="digits-v{{version}}",namespace="models"}[60000ms]))) >= 0',
  ],
])('%j is a query', (over, query) => {
  expect(parsed(over)).toMatchObject({ metric: 'prometheus', query });
  // What is kept and shown is the query itself, and is read as that.
  expect(
    parsed({
      from: undefined,
      of: undefined,
      service: undefined,
      namespace: undefined,
      window: undefined,
      query,
      max: 0.5,
    }),
  ).toMatchObject({ query });
});

it.each<[object, RegExp]>([
  [{ from: 'envoy-gateway' }, /Envoy Gateway counts all backends of a rule in one cluster.*write a "query"/],
  [
    { from: 'nginx-gateway-fabric', of: 'latency_p95' },
    /NGINX Gateway Fabric counts the requests of a whole NGINX/,
  ],
  [{ from: 'kserve' }, /KServe's model servers measure how long.*not how many fail/],
  [{ from: 'linkerd' }, /istio/],
  [{ of: 'agreement' }, /error_rate/],
  [{ query: 'up' }, /either "query", or "from"/],
  [{ from: undefined, of: undefined, service: undefined, namespace: undefined }, /either "query", or "from"/],
  [{ of: undefined }, /"of"/],
  [{ service: undefined }, /"service"/],
  [{ namespace: undefined }, /"namespace"/],
  [{ service: 'digits' }, /\{\{version\}\}/],
  [{ service: 'digits-v{{version}}"} or up{a="' }, /service/],
  [
    { from: undefined, query: 'up', of: undefined, service: undefined, namespace: undefined, window: '1m' },
    /"window"/,
  ],
])('%j is refused in words', (over, words) => {
  expect(mistakesOf(over)).toMatch(words);
});
