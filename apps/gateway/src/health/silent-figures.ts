import { Gauge, type Registry } from '#libs/observe';
import type { SilentPrimaries } from './silent-primaries.ts';

/** Primaries that are out for this gateway's callers, for Prometheus. */
export function registerSilent(registry: Registry, silent: SilentPrimaries): void {
  new Gauge({
    name: 'understudy_gateway_primary_unreachable',
    help: "1: this gateway's callers get no answer from the primary (unreachable), or errors only (failing)",
    labelNames: ['model', 'state'],
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.reset();
      for (const { model, state } of silent.out()) this.set({ model, state }, 1);
    },
  });
}
