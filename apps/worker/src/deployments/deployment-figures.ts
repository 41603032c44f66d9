import type { UnitOfWork } from '#libs/engine';
import { Gauge, type Registry } from '#libs/observe';

/** How many versions are ready, by what callers have to do with them; asked when the figures are. */
export function deploymentFigures(registry: Registry, uow: UnitOfWork): void {
  const gauge: Gauge<'role' | 'state'> = new Gauge({
    name: 'understudy_deployments',
    help: 'Versions by the state of their model server (starting, ready, not_ready, failed) and by role: on a route or in a live rollout (route), or what a rollback would go to (reach)',
    labelNames: ['role', 'state'],
    registers: [registry],
    async collect() {
      const counts = await uow.read((stores) => stores.deployments.count());
      gauge.reset();
      for (const role of ['route', 'reach'] as const) gauge.set({ role, state: 'not_ready' }, 0);
      for (const { role, state, many } of counts) gauge.set({ role, state }, many);
    },
  });
}
