import { canonicalJson, DomainError, isReadable } from '#libs/kernel';
import type { OutputSpec } from '#libs/traffic';
import type { By } from '../access/authority.ts';
import { lockModel, requireVersion } from './lookup.ts';
import type { Stores } from '../ports/ports.ts';
import { staying } from '../readiness/probes.ts';
import { publishRoute } from '../routing/publish-route.ts';
import type { ModelRecord, VersionRecord } from '../ports/records.ts';

export interface ReplaceOutputSpec {
  readonly outputSpec: OutputSpec | null;
  readonly reason: string;
}

/**
 * Corrects the output spec of a version that is registered; a wrong one on the primary would spoil every release.
 * Gateways read by it at once. The same spec again changes nothing.
 * @throws DomainError `output_spec_guarded` unless it is an operator's or an admin's word; `rollout_running` while
 *   the evidence of a rollout was read by the old one
 */
export async function replaceOutputSpec(
  stores: Stores,
  modelName: string,
  number: number,
  { outputSpec, reason }: ReplaceOutputSpec,
  { actor, authority }: By,
): Promise<VersionRecord> {
  const model = await lockModel(stores, modelName);
  const version = await requireVersion(stores, model, number);
  if (canonicalJson(version.outputSpec) === canonicalJson(outputSpec)) return version;
  if (authority === 'submit')
    throw new DomainError(
      'forbidden',
      'output_spec_guarded',
      'Only an operator or an admin corrects the output spec of a version that is registered: gates read its answers by it. Register a new version, or ask one of them.',
      [{ pointer: '/outputSpec', detail: 'needs the scope operate or admin' }],
    );
  if (!isReadable(reason))
    throw new DomainError('invalid', 'reason_missing', 'Say why the output spec is corrected.', [
      { pointer: '/reason', detail: 'missing; needed with outputSpec' },
    ]);
  await assertNothingCountsOnIt(stores, model);
  const replaced = await stores.versions.replaceOutputSpec(model.id, number, outputSpec);
  if (!replaced) throw new Error(`version ${number} vanished`);
  await stores.events.append({
    modelId: model.id,
    rolloutId: null,
    type: 'version.output_spec_replaced',
    actor,
    touch: true,
    data: { version: number, before: version.outputSpec, after: outputSpec, reason },
  });
  const route = await stores.routes.find(model.id);
  if (route && [route.primary.version, route.candidate?.version].includes(number)) {
    const { rolloutId, reading, salt } = route;
    await publishRoute(stores, model, { ...staying(route), rolloutId, reading, salt, stepIndex: null });
  }
  return replaced;
}

async function assertNothingCountsOnIt(stores: Stores, model: ModelRecord): Promise<void> {
  const live = await stores.rollouts.findLive(model.id);
  if (!live) return;
  throw new DomainError(
    'conflict',
    'rollout_running',
    `Rollout ${live.id} of version ${live.version} runs, and its evidence was read by the output specs as they are. Wait for its end, or abort it; then correct the spec and start it anew.`,
  );
}
