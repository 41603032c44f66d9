import { canonicalJson, DomainError } from '#libs/kernel';
import { describeLooser, type Looser } from '#libs/rollout';
import { type OutputSpec, parseOutputPath } from '#libs/traffic';
import type { Authority } from '../access/authority.ts';
import type { ModelRecord, VersionRecord } from '../ports/records.ts';

/** Whose spec a release's is measured by. */
type Whose = 'model' | 'primary';

/**
 * The output spec says what gates read of an answer. A release whose spec reads something else than the
 * primary's, or less exactly, would be measured by its own rule. Where the primary has none, answers are
 * compared whole, so any spec reads less.
 * @returns what is looser; empty for one that is the same or stricter
 */
export function looserOutput(
  release: OutputSpec | null,
  primary: OutputSpec | null,
  whose: Whose = 'primary',
): readonly Looser[] {
  if (primary === null ? release === null : readsAsMuch(release, primary)) return [];
  const show = (spec: OutputSpec | null): string => (spec === null ? 'none' : canonicalJson(spec));
  const todo = `register the version with the ${whose}'s output spec`;
  return [{ field: '/outputSpec', release: show(release), model: show(primary), todo }];
}

function readsAsMuch(release: OutputSpec | null, primary: OutputSpec): boolean {
  if (release === null || release.kind !== primary.kind || release.path !== primary.path) return false;
  if (!countsBatchesAsStrictly(release, primary)) return false;
  switch (primary.kind) {
    case 'label':
      return (
        release.kind === 'label' &&
        (primary.confidence === undefined || release.confidence === primary.confidence)
      );
    case 'probabilities':
      return true;
    case 'score':
    case 'tensor':
      return (
        release.kind === primary.kind &&
        release.tolerance <= primary.tolerance &&
        (release.relativeTolerance ?? 0) <= (primary.relativeTolerance ?? 0)
      );
    case 'ranking':
      return release.kind === 'ranking' && release.minCorrelation >= primary.minCorrelation;
    case 'text':
      return release.kind === 'text' && release.similarity >= primary.similarity;
  }
}

/**
 * Of a batch's rows, left out: each request by the share of them that agrees. To ask that all agree is stricter; any other share is neither
 * stricter nor looser than that, so a release keeps what the primary has.
 */
function countsBatchesAsStrictly(release: OutputSpec, primary: OutputSpec): boolean {
  if (release.agreeing === primary.agreeing || (parseOutputPath(primary.path)?.each ?? null) === null)
    return true;
  return release.agreeing !== undefined && release.agreeing >= (primary.agreeing ?? 1);
}

/**
 * What a release's output spec reads less than the primary's, for the record. The model's own spec was set by an operator, so who
 * submits a version may have that one, or a stricter one, as well as the primary's. A first version has the model's to keep to: it is compared with
 * nobody, and later releases may have what it has. One without a spec is compared whole.
 * @param primary the version; `null`: there is none yet
 * @throws DomainError `output_spec_looser` for a submitter's release that would be read by its own rule
 */
export function loosenedOutput(
  release: OutputSpec | null,
  primary: Pick<VersionRecord, 'outputSpec'> | null,
  { releaseSettings }: Pick<ModelRecord, 'releaseSettings'>,
  authority: Authority,
): readonly Looser[] {
  const models = releaseSettings?.outputSpec ?? null;
  if (primary === null && (models === null || release === null)) return [];
  const whose = primary === null ? 'model' : 'primary';
  const looser = looserOutput(release, primary === null ? models : primary.outputSpec, whose);
  const isTheModels = models !== null && looserOutput(release, models).length === 0;
  if (authority === 'submit' && !isTheModels) assertOutputSpec(looser, whose);
  return looser;
}

function assertOutputSpec(looser: readonly Looser[], whose: Whose): void {
  if (looser.length === 0) return;
  throw new DomainError(
    'forbidden',
    'output_spec_looser',
    `The version's output spec is not the ${whose}'s, and gates would read its answers by it. Register it with the ${whose}'s (GET the ${whose === 'model' ? 'model' : "primary's version"}), or have an operator release it.`,
    looser.map((one) => ({ pointer: one.field, detail: describeLooser(one) })),
  );
}
