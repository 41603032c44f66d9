/** What may measure the callers of a version where no data plane of ours does. */
export const TEMPLATE_SOURCES = ['istio', 'kserve', 'envoy-gateway', 'nginx-gateway-fabric'] as const;
export const TEMPLATE_METRICS = ['error_rate', 'latency_p50', 'latency_p95', 'latency_p99'] as const;
export type TemplateSource = (typeof TEMPLATE_SOURCES)[number];
export type TemplateMetric = (typeof TEMPLATE_METRICS)[number];

/** Which numbers are asked for. */
export interface MetricTemplate {
  readonly from: TemplateSource;
  readonly of: TemplateMetric;
  /** The Service of the version, with `{{version}}` in it. */
  readonly service: string;
  readonly namespace: string;
  readonly windowMs: number;
}

type QuantileMetric = Exclude<TemplateMetric, 'error_rate'>;
const QUANTILES: Readonly<Record<QuantileMetric, string>> = {
  ...{ latency_p50: '0.5', latency_p95: '0.95', latency_p99: '0.99' },
};
const NO_VERSIONS: Readonly<Record<'envoy-gateway' | 'nginx-gateway-fabric', string>> = {
  'envoy-gateway':
    'Envoy Gateway counts all backends of a rule in one cluster (envoy_cluster_name="httproute/…/rule/0"), so none of its metrics tells versions apart',
  'nginx-gateway-fabric':
    'NGINX Gateway Fabric counts the requests of a whole NGINX (nginx_http_requests), so none of its metrics tells versions apart',
};
const INSTEAD = 'write a "query" of what the versions\' own servers measure';

/**
 * The PromQL of a named metric: a share for `error_rate` (0 where nothing failed), milliseconds for
 * latencies; no series where nobody called within the window, which is no data and no error of the source.
 * @returns in words what is missing where these numbers do not exist
 */
export function templateQuery(
  template: MetricTemplate,
): { readonly query: string } | { readonly missing: string } {
  const { from, of } = template;
  if (from === 'envoy-gateway' || from === 'nginx-gateway-fabric')
    return { missing: `${NO_VERSIONS[from]}: ${INSTEAD}` };
  if (from === 'istio')
    return { query: of === 'error_rate' ? istioErrors(template) : istioLatency(template, of) };
  if (of !== 'error_rate') return { query: kserveLatency(template, of) };
  return {
    missing: `KServe's model servers measure how long requests take (request_predict_seconds), and not how many fail: take error_rate from istio, or ${INSTEAD}`,
  };
}

const range = ({ windowMs }: MetricTemplate): string => `[${windowMs}ms]`;
/** Of no calls it is NaN, which `>= 0` takes away. */
const quantileOf = (of: QuantileMetric, metric: string, labels: string, over: string): string =>
  `histogram_quantile(${QUANTILES[of]}, sum by (le) (rate(${metric}{${labels}}${over}))) >= 0`;

/** A gRPC call that failed is an answer 200 with one of these: what a server's fault is, as 5xx is (https://grpc.io/docs/guides/status-codes/). */
const GRPC_FAULTS = [
  ...[2 /* unknown */, 4 /* deadline exceeded */, 8 /* resource exhausted */, 12 /* unimplemented */],
  ...[13 /* internal */, 14 /* unavailable */, 15 /* data loss */],
].join('|');

/** As the gateway that sends the requests counts them. https://istio.io/latest/docs/reference/config/metrics/ */
const ofIstio = ({ service, namespace }: MetricTemplate): string =>
  `reporter="source",destination_service_name="${service}",destination_service_namespace="${namespace}"`;

function istioErrors(template: MetricTemplate): string {
  const rate = (more: string): string =>
    `sum(rate(istio_requests_total{${ofIstio(template)}${more}}${range(template)}))`;
  const ofHttp = rate(',response_code=~"5.."');
  const ofGrpc = rate(`,response_code!~"5..",grpc_response_status=~"${GRPC_FAULTS}"`);
  return `((${ofHttp} or vector(0)) + (${ofGrpc} or vector(0))) / (${rate('')} > 0)`;
}

const istioLatency = (template: MetricTemplate, of: QuantileMetric): string =>
  quantileOf(of, 'istio_request_duration_milliseconds_bucket', ofIstio(template), range(template));

/** In seconds there. `service` and `namespace` are the labels that the Prometheus operator gives to what it scrapes by a ServiceMonitor. */
const kserveLatency = (template: MetricTemplate, of: QuantileMetric): string =>
  `1000 * ${quantileOf(
    of,
    'request_predict_seconds_bucket',
    `service="${template.service}",namespace="${template.namespace}"`,
    range(template),
  )}`;

/** Between what the values of a query lie, where a named metric makes it: gates keep the query only. */
export function valuesOfTemplate(query: string): { readonly least: number; readonly most: number } {
  const of = metricOf(query);
  return { least: of === null ? -Infinity : 0, most: of === 'error_rate' ? 1 : Infinity };
}

/** The metric whose template makes this very query, to the letter: one that is written by hand may have any values. `null`: none does. */
function metricOf(query: string): TemplateMetric | null {
  const [, service, namespace] = LABELS_MADE.exec(query) ?? [];
  const [, window] = /\[(\d+)ms\]/.exec(query) ?? [];
  if (service === undefined || namespace === undefined) return null;
  const asked = { service, namespace, windowMs: Number(window) };
  const makesIt = (from: TemplateSource, of: TemplateMetric): boolean => {
    const made = templateQuery({ from, of, ...asked });
    return 'query' in made && made.query === query;
  };
  return TEMPLATE_METRICS.find((of) => TEMPLATE_SOURCES.some((from) => makesIt(from, of))) ?? null;
}

const LABELS_MADE = /service(?:_name)?="([^"]*)",(?:destination_service_)?namespace="([^"]*)"/;

/** A `prometheus` gate as it is written: it asks its own query, or for a named metric. */
interface Written {
  readonly query?: string | undefined;
  readonly from?: TemplateSource | undefined;
  readonly of?: TemplateMetric | undefined;
  readonly service?: string | undefined;
  readonly namespace?: string | undefined;
  readonly window?: number | undefined;
}

const DEFAULT_WINDOW_MS = 300_000;
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @returns in words what is wrong with what it asks for */
export function queryOfGate(gate: Written): { readonly query: string } | { readonly missing: string } {
  const { query, from, of, service, namespace, window: windowMs = DEFAULT_WINDOW_MS } = gate;
  const asked = { of, service, namespace, window: gate.window };
  const [extra] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  if ((query === undefined) === (from === undefined))
    return { missing: 'give either "query", or "from" with "of", "service" and "namespace"' };
  if (from === undefined) {
    if (extra !== undefined)
      return { missing: `"${extra}" says what "from" is asked for: leave it out beside "query"` };
    return { query: query ?? '' };
  }
  if (of === undefined) return { missing: `"of" is missing: ${TEMPLATE_METRICS.join(', ')}` };
  if (service === undefined || !service.includes(VERSION) || !NAME.test(service.replaceAll(VERSION, '1')))
    return {
      missing: `"service" must name the Service of a version, with ${VERSION} in it, such as digits-v${VERSION}`,
    };
  if (namespace === undefined || !NAME.test(namespace))
    return { missing: '"namespace" must name the namespace of the Services' };
  return templateQuery({ from, of, service, namespace, windowMs });
}

const VERSION = '{{version}}';
