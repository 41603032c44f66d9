import { assertNever } from '#libs/kernel';
import type { MetricSource } from '#libs/engine';
import { readHttp } from './http-source.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import { readPrometheus } from './prometheus-source.ts';

/** Reads the gates that ask somebody else. @param prometheusUrl the operator's, so it may be anywhere; `null`: none is configured */
export function metricSource(prometheusUrl: string | null, fetch: OutboundFetch): MetricSource {
  return {
    async read(gate, about) {
      switch (gate.metric) {
        case 'prometheus':
          return readPrometheus(prometheusUrl, gate, about);
        case 'http':
          return readHttp(fetch, gate, about);
        default:
          return assertNever(gate);
      }
    },
  };
}
