import { DomainError } from '#libs/kernel';
import type { Probes } from '../readiness/probes.ts';
import type { ServingPlace } from '../registry/lookup.ts';
import { refuseSilence, type WaysBack } from '../routing/proven-primary.ts';
import type { ModelRecord } from '../ports/records.ts';

/* Where a rollback goes that names no version, and what it passes by. Pure. */

/** The newest proven version that answers; where none does, the newest that can be deployed: until it is, callers stay where they are. */
export function wayTo(model: ModelRecord, ways: WaysBack, probes: Probes): number {
  const way =
    ways.there.find(
      ({ version: { version }, address }) => address !== null && probes.isUp({ version, ...address }),
    ) ?? ways.there.find(({ address }) => address === null);
  if (way) return way.version.version;
  assertAnyWay(model, ways);
  return refuseSilence(model, ways, probes);
}

/** @throws DomainError `no_earlier_primary` */
export function assertAnyWay({ name }: ModelRecord, { there }: WaysBack): void {
  if (there.length > 0) return;
  throw new DomainError(
    'conflict',
    'no_earlier_primary',
    `"${name}" has no earlier primary to go back to. Name a version to promote instead.`,
  );
}

/** Which versions a rollback has not gone to though they are newer than where it went, in words. */
export function steppedOver(
  { primaryHistory }: ModelRecord,
  { there, deleted }: WaysBack,
  target: number | null,
  probes: Probes,
): string {
  const isNewer = (version: number): boolean =>
    target !== null && primaryHistory.lastIndexOf(version) > primaryHistory.lastIndexOf(target);
  const addressOf = (number: number): ServingPlace | null =>
    there.find(({ version }) => version.version === number)?.address ?? null;
  const dead = there
    .map(({ version }) => version.version)
    .filter(isNewer)
    .map(
      (version) =>
        `version ${version} ${addressOf(version) === null ? 'is not deployed' : probes.why(version)}`,
    );
  const gone = deleted.filter(isNewer).map((version) => `version ${version} was deleted`);
  const all = [...gone, ...dead];
  return all.length === 0 ? '' : ` (stepped over: ${all.join('; ')})`;
}
