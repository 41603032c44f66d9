import { Counter, Gauge, type Registry } from '#libs/observe';
import type { Prober } from './prober.ts';

/** What probes find, for Prometheus. Probes are in no other figure, and no evidence. */
export function registerReplicas(registry: Registry, prober: Prober): void {
  const registers = [registry];
  new Gauge({
    name: 'understudy_gateway_replica_in',
    help: '1: callers are sent to this address of a version that has several; 0: it fails its probes and is left out',
    labelNames: ['model', 'version', 'address'],
    registers,
    aggregator: 'min',
    collect() {
      this.reset();
      for (const { model, version, address, isIn } of prober.shown())
        this.set({ model, version, address }, isIn ? 1 : 0);
    },
  });
  new Counter({
    name: 'understudy_gateway_probes_total',
    help: 'Probes of single addresses, by what they found',
    labelNames: ['found'],
    registers,
    collect() {
      this.reset();
      for (const [found, count] of Object.entries(prober.counts)) this.inc({ found }, count);
    },
  });
}

/** The same for people, at `/readyz` of the admin port: a line for each address. */
export const replicaLines = (prober: Prober): readonly string[] =>
  [...prober.shown()].map(
    ({ model, version, address, isIn, last }) =>
      `${model} version ${version} at ${address}: ${isIn ? 'takes callers' : 'left out'}, last probe: ${last}`,
  );
