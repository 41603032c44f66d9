import { type Document, isMap, isPair, isScalar, isSeq, type Pair, type Scalar } from 'yaml';
import { own } from '../../own.ts';
import type { Place } from '../../parts/policy-editor/yaml-places.ts';

/** A step as it is written, and where. */
export interface LadderStep {
  readonly kind: string;
  /** The share of everybody that the candidate has in it, from 0 to 1; `null`: nobody knows which (a ring). */
  readonly share: number | null;
  readonly isCopies: boolean;
  readonly label: string;
  /** The share that may be changed here, in percent, and where it stands in the text; `null`: it is not said. */
  readonly weight: { readonly percent: string; readonly place: Place } | null;
  readonly offset: number;
}

/** The steps of a policy that is being written, as far as they can be read. */
export function ladderSteps(document: Document): readonly LadderStep[] {
  const steps = document.getIn(['steps'], true);
  if (!isSeq(steps)) return [];
  let held = 0;
  return steps.items.flatMap((item): LadderStep[] => {
    const pair = isMap(item) ? item.items.find(({ key }) => isScalar(key)) : undefined;
    if (pair === undefined) return [];
    const step = stepOf(pair, held);
    held = step.share ?? held;
    return [step];
  });
}

type Said = (name: string) => Scalar | null;

/** @param held the share that the step before has left the candidate with */
function stepOf(pair: Pair, held: number): LadderStep {
  const kind = String((pair.key as Scalar).value);
  const settings = isMap(pair.value) ? pair.value.items : [];
  const said: Said = (name) => {
    const found = settings.find(({ key }) => isScalar(key) && key.value === name);
    return isPair(found) && isScalar(found.value) ? found.value : null;
  };
  const offset = (pair.key as Scalar).range?.[0] ?? 0;
  const { share, label, weight = null } = (own(KINDS, kind) ?? KINDS.checks)(said, held);
  return { kind, offset, isCopies: kind === 'shadow', share, label, weight };
}

const textOf = (node: Scalar | null, otherwise: string): string =>
  node?.value === undefined || node.value === null ? otherwise : String(node.value);

type Shown = Pick<LadderStep, 'share' | 'label'> & Partial<Pick<LadderStep, 'weight'>>;

const KINDS: Readonly<Record<string, (said: Said, held: number) => Shown>> & {
  readonly checks: () => Shown;
} = {
  checks: () => ({ share: 0, label: 'no traffic' }),
  shadow(said) {
    const weight = weightOf(said('sample'));
    return { weight, share: weight ? shareOf(weight.percent) : 1, label: 'copies' };
  },
  canary(said) {
    const weight = weightOf(said('weight'));
    if (weight !== null) return { weight, share: shareOf(weight.percent), label: '' };
    const ring = textOf(said('segment'), 'segments');
    return { share: null, label: `${textOf(said('percentage'), '50%')} of ${ring}` };
  },
  approval(said, held) {
    const people = textOf(said('approvers'), '1');
    return { share: held, label: people === '1' ? 'a person' : `${people} people` };
  },
  bake(said) {
    const held = textOf(said('holdBack'), '');
    const back = held === '' || held === '0%' ? '' : `, ${held} held back`;
    return { share: 1 - shareOf(held), label: `for ${textOf(said('duration'), '…')}${back}` };
  },
};

const shareOf = (text: string): number => {
  const percent = Number.parseFloat(text);
  return Number.isFinite(percent) ? Math.min(1, Math.max(0, percent / 100)) : 0;
};

function weightOf(node: Scalar | null): LadderStep['weight'] {
  const [from, to] = node?.range ?? [0, 0];
  const text = textOf(node, '');
  return /^[\d.]+%$/.test(text) ? { percent: text.slice(0, -1), place: { from, to } } : null;
}

/** More than nothing and at most everybody, in steps of 0.01 %. */
export const isWeight = (percent: string): boolean =>
  /^\d{1,3}(\.\d{1,2})?$/.test(percent) && Number(percent) > 0 && Number(percent) <= 100;

/** The text with another share in this place; all else of it stays as it is written. */
export const withWeight = (text: string, { from, to }: Place, percent: string): string => {
  const quote = /^['"]/.exec(text.slice(from, to))?.[0] ?? '';
  return `${text.slice(0, from)}${quote}${percent}%${quote}${text.slice(to)}`;
};
