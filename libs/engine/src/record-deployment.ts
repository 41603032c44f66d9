import { isLive } from '#libs/rollout';
import { lockModel } from './lookup.ts';
import { following, staying } from './readiness/probes.ts';
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
      const stays = staying(route);
      const primary = following(stays.primary, report);
      const candidate = stays.candidate && following(stays.candidate, report);
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
