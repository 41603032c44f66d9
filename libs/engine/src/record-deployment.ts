import { isLive } from '#libs/rollout';
import { lockModel } from './lookup.ts';
import { publishRoute } from './publish-route.ts';
import type { UnitOfWork } from './ports.ts';
import type { DeploymentRecord } from './records.ts';

/**
 * Writes what a deployer reports of a version. When a version in traffic answers at another address
 * than before, the route follows; a rollout that waits for it is woken.
 */
export async function recordDeployment(
  uow: UnitOfWork,
  modelName: string,
  report: Omit<DeploymentRecord, 'updatedAt'>,
): Promise<void> {
  await uow.run(async (stores) => {
    const model = await lockModel(stores, modelName);
    await stores.deployments.save(report);
    const rollout = await stores.rollouts.findLive(model.id);
    const route = await stores.routes.find(model.id);
    if (route && report.state === 'ready' && report.url !== null) {
      const url = report.url;
      const follow = <T extends { version: number; url: string }>(target: T): T =>
        target.version === report.version ? { ...target, url } : target;
      const primary = follow(route.primary);
      const candidate = route.candidate && follow(route.candidate);
      if (primary.url !== route.primary.url || candidate?.url !== route.candidate?.url) {
        const stepIndex = rollout && rollout.id === route.rolloutId ? rollout.stepIndex : null;
        const { rolloutId, reading } = route;
        await publishRoute(stores, model, { primary, candidate, rolloutId, stepIndex, reading });
      }
    }
    if (rollout && isLive(rollout.state) && rollout.version === report.version)
      await stores.agenda.wake(rollout.id);
  });
}
