import { shownUrl } from '#libs/kernel';
import { isLive } from '#libs/rollout';
import type { Route } from '#libs/traffic';
import { ENGINE } from '../access/engine-actor.ts';
import { lockModel } from '../registry/lookup.ts';
import { publishRoute } from '../routing/publish-route.ts';
import type { DeploymentReport, UnitOfWork } from '../ports/ports.ts';
import { following, staying } from '../readiness/probes.ts';
import type { DeploymentRecord, RolloutRecord } from '../ports/records.ts';

/**
 * Writes what a deployer reports of a version. When a version in traffic answers at another address
 * than before, the route follows; a rollout that waits for it is woken. A version that was ready and is not, and one
 * that is again, are events: whoever subscribes is told.
 */
export async function recordDeployment(
  uow: UnitOfWork,
  modelName: string,
  report: DeploymentReport,
): Promise<void> {
  await uow.run(async (stores) => {
    const model = await lockModel(stores, modelName);
    const before = await stores.deployments.find(model.id, report.version);
    await stores.deployments.save(report);
    const rollout = await stores.rollouts.findLive(model.id);
    const route = await stores.routes.find(model.id);
    if (route && !route.retired && report.state === 'ready' && report.url !== null) {
      const stays = staying(route);
      const primary = following(stays.primary, report);
      const candidate = stays.candidate && following(stays.candidate, report);
      if (primary.url !== route.primary.url || candidate?.url !== route.candidate?.url) {
        const stepIndex = rollout && rollout.id === route.rolloutId ? rollout.stepIndex : null;
        const { rolloutId, reading, salt } = route;
        await publishRoute(stores, model, { primary, candidate, rolloutId, stepIndex, reading, salt });
      }
    }
    const type = turnOf(before?.state ?? null, report.state);
    if (type)
      await stores.events.append({
        modelId: model.id,
        rolloutId: rollout?.version === report.version ? rollout.id : null,
        type,
        actor: ENGINE,
        data: {
          version: report.version,
          role: roleOf(report.version, route, rollout),
          url: report.url && shownUrl(report.url),
          because: report.message,
        },
      });
    if (rollout && isLive(rollout.state) && rollout.version === report.version)
      await stores.agenda.wake(rollout.id);
  });
}

type State = DeploymentRecord['state'];

/** The event of a change of state; `null`: none. A first start, and what is retired on purpose, is none. */
function turnOf(before: State | null, after: State): string | null {
  if (before === 'ready' && after !== 'ready' && after !== 'retired') return 'version.not_ready';
  const wasNot = before === 'not_ready' || before === 'failed';
  return wasNot && after === 'ready' ? 'version.ready' : null;
}

/** What callers have to do with a version. */
function roleOf(version: number, route: Route | null, rollout: RolloutRecord | null): string {
  if (route?.primary.version === version) return 'primary';
  if (route?.candidate?.version === version) return 'candidate';
  return rollout?.version === version ? 'pending' : 'way_back';
}
