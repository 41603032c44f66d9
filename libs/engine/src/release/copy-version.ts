import { DomainError } from '#libs/kernel';
import { mayTouch } from '../access/access.ts';
import { requireModel, requireVersion } from '../registry/lookup.ts';
import type { UnitOfWork } from '../ports/ports.ts';
import type { NewVersion } from './new-version.ts';
import type { Reach } from '../access/reach.ts';

/** Fills in `given` where the request says nothing of its own: an empty text, object or `null`. */
function orCopied<T>(own: T, given: T): T {
  const isEmpty = own === null || own === '' || (typeof own === 'object' && Object.keys(own).length === 0);
  return isEmpty ? given : own;
}

/**
 * A registration that copies a version, as of an earlier environment: artifact, digest and metadata are the copied
 * version's, as far as the request says nothing of its own. Not copied: serving URLs (each environment has its own
 * servers), lineage and aliases. Whoever had a hand in the copied version has one in the copy, so four eyes hold.
 * @throws DomainError `copy_not_allowed`; `copy_with_artifact`; `copy_without_artifact` when there is no artifact to copy
 */
export async function withCopied(uow: UnitOfWork, request: NewVersion, reach?: Reach): Promise<NewVersion> {
  const { copyOf } = request;
  if (!copyOf) return request;
  if (reach && !mayTouch(reach.models, copyOf.model))
    throw refused(
      'forbidden',
      'copy_not_allowed',
      `"${reach.name}" is not bound to "${copyOf.model}", so it cannot copy its versions`,
    );
  if (request.artifact)
    throw refused(
      'invalid',
      'copy_with_artifact',
      'A copy has the artifact of the version that it copies: leave artifact out, or leave copyOf out',
    );
  return uow.read(async (stores) => {
    const model = await requireModel(stores, copyOf.model);
    const version = await requireVersion(stores, model, copyOf.version);
    if (!version.artifact)
      throw refused(
        'invalid',
        'copy_without_artifact',
        `Version ${copyOf.version} of "${copyOf.model}" has no artifact, so a copy could not be told from any other version. Register the version with its artifact`,
      );
    const key = { modelId: model.id, version: copyOf.version };
    const metrics = (await stores.versions.latestMetrics(model.id, [key.version])).get(key.version) ?? {};
    const hands = await stores.events.handsOn(model.id, key.version);
    return {
      ...request,
      artifact: version.artifact,
      healthPath: request.healthPath ?? version.healthPath,
      description: orCopied(request.description, version.description),
      tags: { ...version.tags, ...request.tags },
      source: { ...version.source, ...request.source, copyOf: `${copyOf.model}/versions/${copyOf.version}` },
      dataset: orCopied(request.dataset, version.dataset),
      signature: orCopied(request.signature, version.signature),
      baseline: request.baseline ?? version.baseline,
      card: orCopied(request.card, version.hasCard ? await stores.versions.card(key) : ''),
      metrics: { ...metrics, ...request.metrics },
      ...(request.outputSpec === undefined && version.outputSpec ? { outputSpec: version.outputSpec } : {}),
      copiedHands: [...new Set([...hands, version.createdBy])],
    };
  });
}

const refused = (kind: 'forbidden' | 'invalid', code: string, detail: string): DomainError =>
  new DomainError(kind, code, `${detail}.`, [{ pointer: '/copyOf', detail: code.replaceAll('_', ' ') }]);
