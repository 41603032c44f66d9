import { DomainError, type DomainErrorKind, toPointer } from '#libs/kernel';
import type { By } from '../../access/authority.ts';
import { assertPolicyReads, type Reach } from '../../access/reach.ts';
import type { DeployerInfo, Stores } from '../../ports/ports.ts';
import type { ModelRecord } from '../../ports/records.ts';
import { ensureModel } from '../../registry/ensure-model.ts';
import { lockModel } from '../../registry/lookup.ts';
import { type AskedSettings, SETTINGS_PARTS, type SettingsPart } from './asked-settings.ts';
import { takeAway, writePart } from './write-part.ts';

/** What whoever has sent it can mend. All else (a lock that was not to be had) ends the whole as it is. */
const REFUSALS: readonly DomainErrorKind[] = ['invalid', 'malformed', 'forbidden', 'not_found', 'conflict'];

export interface ApplySettings extends By {
  readonly reach: Reach;
  readonly deployer: Pick<DeployerInfo, 'servesSources'>;
  /** May they make a model that is not there? */
  readonly mayCreate: boolean;
  /** Called when all models are there and locked, before anything is written: what they were, for whoever asks by what they saw. */
  readonly seen: (models: ReadonlyMap<string, ModelRecord>, made: ReadonlySet<string>) => Promise<void>;
}

/**
 * Makes models be as a file says, all of them or none: whatever is refused ends the whole, with every place that is. What
 * is as it is asked for already is not written, and leaves no event.
 * @throws DomainError as each part's own use case does, its pointers below `/models/{name}/{part}`; `model_not_found` where one would
 *   be made and must not be
 */
export async function applySettings(
  stores: Stores,
  asked: ReadonlyMap<string, AskedSettings>,
  by: ApplySettings,
): Promise<void> {
  const made = await makeAndLock(stores, asked, by);
  await by.seen(await modelsOf(stores, asked), made);
  const refusals: DomainError[] = [];
  for (const part of SETTINGS_PARTS)
    for (const [name, settings] of sorted(asked))
      await noting(refusals, name, part, async () => {
        const model = await lockModel(stores, name);
        if (part === 'policy' && settings.policy !== undefined)
          assertPolicyReads(settings.policy, model.policy, by.reach);
        await writePart({ stores, model, settings, by }, part);
      });
  for (const part of ['segments', 'prices'] as const)
    for (const [name, settings] of sorted(asked))
      await noting(refusals, name, part, async () =>
        takeAway({ stores, model: await lockModel(stores, name), settings, by }, part),
      );
  if (refusals.length > 0) throw together(refusals);
}

const sorted = (asked: ReadonlyMap<string, AskedSettings>) =>
  [...asked].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** All names before all models, and these by name, before anything else is locked (ADR 31). */
async function makeAndLock(
  stores: Stores,
  asked: ReadonlyMap<string, AskedSettings>,
  by: ApplySettings,
): Promise<ReadonlySet<string>> {
  const absent: string[] = [];
  for (const [name] of sorted(asked)) if (!(await stores.models.find(name))) absent.push(name);
  if (absent.length > 0 && !by.mayCreate)
    throw new DomainError(
      'not_found',
      'model_not_found',
      `There is no model ${absent.map((name) => `"${name}"`).join(', ')}, and to make one needs the scope publish.`,
      absent.map((name) => ({ pointer: toPointer(['models', name]), detail: 'no such model' })),
    );
  for (const name of absent) await stores.models.claimName(name);
  const own = new Set(asked.keys());
  const others = [...asked.values()].flatMap(({ environment }) => environment?.after ?? []);
  const made = new Set<string>();
  for (const name of [...new Set([...own, ...others])].sort()) {
    if (absent.includes(name) && (await ensureModel(stores, name, by))) made.add(name);
    else if (own.has(name)) await lockModel(stores, name);
    else await stores.models.keep(name);
  }
  if (others.length > 0) await stores.relations.excludeAll();
  return made;
}

async function modelsOf(stores: Stores, asked: ReadonlyMap<string, AskedSettings>) {
  const found = new Map<string, ModelRecord>();
  for (const [name] of sorted(asked)) found.set(name, await lockModel(stores, name));
  return found;
}

/** One refusal does not hide the others: nothing of it all will be kept. */
async function noting(
  refusals: DomainError[],
  name: string,
  part: SettingsPart,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof DomainError) || !REFUSALS.includes(error.kind)) throw error;
    refusals.push(placed(error, name, part));
  }
}

function placed({ kind, code, detail, errors }: DomainError, name: string, part: SettingsPart): DomainError {
  const at = toPointer(part === 'release' ? ['models', name] : ['models', name, part]);
  const places = errors.map((one) => ({
    ...one,
    pointer: at + one.pointer.replace(new RegExp(`^/${part}(?=/|$)`), ''),
  }));
  const said = `"${name}", ${part}: ${detail}`;
  return new DomainError(kind, code, said, places.length === 0 ? [{ pointer: at, detail: code }] : places);
}

function together(refusals: readonly DomainError[]): DomainError {
  const [first] = refusals;
  if (first === undefined || refusals.length === 1) return first as DomainError;
  const detail = `Nothing is changed; ${refusals.length} parts are refused. ${refusals.map((one) => one.detail).join(' ')}`;
  return new DomainError(
    first.kind,
    first.code,
    detail,
    refusals.flatMap(({ errors }) => errors),
  );
}
