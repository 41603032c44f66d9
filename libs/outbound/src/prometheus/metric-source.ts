import { assertNever } from '#libs/kernel';
import type { MetricSource } from '#libs/engine';
import { readHttp } from './http-source.ts';
import { type OutboundFetch, reasonOf } from '../outbound-fetch.ts';
import type { PrometheusEndpoint } from './prometheus-endpoint.ts';
import { readPrometheus } from './prometheus-source.ts';

/**
 * Reads the gates that ask somebody else.
 * @param endpoints by the name that a gate's `source` says
 * @param redact blacks secrets out: what a source says, or why it does not, is stored and shown
 */
export function metricSource(
  endpoints: ReadonlyMap<string, PrometheusEndpoint>,
  fetch: OutboundFetch,
  redact: (text: string) => string,
): MetricSource {
  const ask: MetricSource['read'] = async (gate, about) => {
    switch (gate.metric) {
      case 'prometheus':
        return readPrometheus(endpointOf(endpoints, gate.source), gate, about);
      case 'http':
        return readHttp(gate.source ? endpointOf(endpoints, gate.source) : fetch, gate, about);
      default:
        return assertNever(gate);
    }
  };
  return {
    async read(gate, about) {
      try {
        const answer = await ask(gate, about);
        return { ...answer, because: redact(answer.because) };
      } catch (error) {
        throw new Error(redact(reasonOf(error)), { cause: error });
      }
    },
  };
}

function endpointOf(endpoints: ReadonlyMap<string, PrometheusEndpoint>, name: string): PrometheusEndpoint {
  const found = endpoints.get(name);
  if (found) return found;
  if (name === 'default')
    throw new Error('PROMETHEUS_URL is not set; the operator must say where Prometheus is');
  const known = [...endpoints.keys()].join(', ') || 'none';
  throw new Error(`METRIC_SOURCES has no source "${name}"; there are: ${known}`);
}
