import { addressUnder, DomainError } from '#libs/kernel';
import { describeUnread, type OutputPreset, type OutputSpec, specOfPreset } from '#libs/traffic';
import type { ModelCaller, UnitOfWork } from '../ports/ports.ts';
import type { GoldenRequest, VersionRecord } from '../ports/records.ts';

/** An output spec as somebody writes it: in full, by a preset, or left out (the model's, else the primary's). */
export type AskedOutputSpec = OutputSpec | OutputPreset | null | undefined;

export interface SettledOutputSpec {
  /** `undefined`: the model's, else the primary's. */
  readonly spec: OutputSpec | null | undefined;
  /** What the artifact says of it, where nobody else does and it reads what was answered; `null`: nothing that is used. */
  readonly described: OutputSpec | null;
  /** What the registration's answer says about it. */
  readonly warnings: readonly Warning[];
}

/** Something about a version that is no mistake for certain. */
export interface Warning {
  readonly code: 'output_spec_untried' | 'output_spec_unreadable' | 'output_spec_missing' | 'mlmodel_unread';
  readonly detail: string;
}

type About = Pick<VersionRecord, 'servingUrls' | 'signature'> & {
  readonly outputSpec?: AskedOutputSpec;
  /** What the version's artifact says of it. */
  readonly described?: OutputSpec | null;
};

/** Golden requests that a spec is tried on: at the same time, so that registering stays quick. */
const MOST_TRIED = 3;
const POINTER = '/outputSpec';

/**
 * Which output spec a version gets, tried on its real answers to the model's golden requests, outside any
 * transaction. Answers that are no 2xx, or do not come, say nothing.
 * @throws DomainError `output_spec_undecided`: a preset does not say enough; `output_spec_unreadable`: the spec reads
 *   none of the answers
 */
export async function settleOutputSpec(
  ports: { readonly uow: UnitOfWork; readonly caller: ModelCaller },
  modelName: string,
  { outputSpec: asked, servingUrls: [servingUrl], signature, described: said = null }: About,
): Promise<SettledOutputSpec> {
  if (asked === null) return { spec: null, described: null, warnings: [] };
  const { golden, defaults, isFirst } = await ports.uow.read(async (stores) => {
    const model = await stores.models.find(modelName);
    const primary = model?.primary ? await stores.versions.find(model.id, model.primary) : null;
    return {
      golden: model?.golden ?? [],
      isFirst: primary === null,
      defaults: model?.releaseSettings?.outputSpec ?? primary?.outputSpec ?? null,
    };
  });
  const answers = servingUrl === undefined ? [] : await realAnswers(ports.caller, servingUrl, golden);
  const spec = asked !== undefined && 'preset' in asked ? decided(asked, { answers, signature }) : asked;
  const isRead = said !== null && (answers.length === 0 || answers.some((one) => !describeUnread(one, said)));
  const described = spec === undefined && defaults === null && isFirst && isRead ? said : null;
  const inForce = spec ?? defaults ?? described;
  if (inForce === null) return { spec, described, warnings: missing(answers) };
  const problems = answers.flatMap((answer) => describeUnread(answer, inForce)?.detail ?? []);
  if (spec !== undefined && problems.length > 0 && problems.length === answers.length)
    throw new DomainError(
      'invalid',
      'output_spec_unreadable',
      `The output spec reads nothing of the version's answers to the model's golden requests: ${problems[0]}. Mend it (docs/guides/output-specs.md), or leave it out and have the model's, or the primary's.`,
      [{ pointer: POINTER, detail: problems[0] ?? '' }],
    );
  return { spec, described, warnings: [...untried(answers), ...unreadable(problems, answers.length)] };
}

function decided(preset: OutputPreset, known: Parameters<typeof specOfPreset>[1]): OutputSpec {
  const spec = specOfPreset(preset, known);
  if (spec !== null) return spec;
  throw new DomainError(
    'invalid',
    'output_spec_undecided',
    `Nothing says what kind of output "${preset.preset}" stands for here. Name it: { "preset": "${preset.preset}", "kind": "label" } (docs/guides/output-specs.md), or set golden requests for a servingUrl to answer.`,
    [{ pointer: POINTER, detail: 'which kind of output it is cannot be told' }],
  );
}

/** The parsed bodies of 2xx answers. */
async function realAnswers(
  caller: ModelCaller,
  servingUrl: string,
  golden: readonly GoldenRequest[],
): Promise<readonly unknown[]> {
  const asked = golden.slice(0, MOST_TRIED).map(async ({ method, path, body }) => {
    try {
      const answer = await caller.call(addressUnder(servingUrl, path), { method, body });
      return answer.status >= 200 && answer.status < 300 ? [answer.body] : [];
    } catch {
      // The health check and the golden check say so, of the version that is released.
      return [];
    }
  });
  return (await Promise.all(asked)).flat();
}

function untried(answers: readonly unknown[]): readonly Warning[] {
  if (answers.length > 0) return [];
  const detail =
    'The output spec was not tried: no golden request has a 2xx answer of this version. A wrong path shows in its first release only. Set golden requests: PUT /api/v1/models/{model}/golden.';
  return [{ code: 'output_spec_untried', detail }];
}

function unreadable(problems: readonly string[], tried: number): readonly Warning[] {
  if (problems.length === 0) return [];
  const detail = `The output spec does not read ${problems.length} of ${tried} answers to golden requests: ${problems[0]}.`;
  return [{ code: 'output_spec_unreadable', detail }];
}

/** Without a spec answers are compared whole; where their form is known, says which spec would do. */
function missing(answers: readonly unknown[]): readonly Warning[] {
  if (answers.length === 0) return [];
  const fitting = specOfPreset({ preset: 'auto' }, { answers, signature: null });
  if (fitting === null) return [];
  const detail = `The version has no output spec, so gates compare whole answers. By the form of its answers this one would do: ${JSON.stringify(fitting)}.`;
  return [{ code: 'output_spec_missing', detail }];
}
