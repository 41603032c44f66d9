import { Check, CircleCheck, Copy, Flag, type LucideIcon, ThumbsUp, Users } from 'lucide-react';
import { useState } from 'react';
import { own } from '../../own.ts';
import { isWeight, type LadderStep, withWeight } from './ladder-steps.ts';
import type { Plan } from './policy-requests.ts';
import { rangeWords } from './time-words.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  checks: CircleCheck,
  shadow: Copy,
  canary: Users,
  approval: ThumbsUp,
  bake: Flag,
};

interface Props {
  readonly steps: readonly LadderStep[];
  /** Of this very text; `null`: it is no policy, or is still looked at. */
  readonly plan: Plan['plan'] | null;
  readonly text: string;
  readonly changed: (text: string) => void;
  readonly goTo: (offset: number) => void;
}

/** The steps as rungs, as high as the share that the candidate has in them, with how long each takes. A share that is changed here is changed in the text. */
export function Ladder({ steps, plan, text, changed, goTo }: Props) {
  if (steps.length === 0) return null;
  const isOfThese = plan !== null && plan.steps.length === steps.length;
  return (
    <ol className="ladder" aria-label="The steps of this policy">
      {steps.map((step, i) => {
        const Icon = own(ICONS, step.kind) ?? Check;
        const planned = isOfThese ? plan.steps[i] : undefined;
        return (
          <li key={i}>
            <div className="rung" aria-hidden="true">
              <span
                className={step.isCopies ? 'copies' : undefined}
                style={{ height: `${100 * Math.sqrt(step.share ?? 0)}%` }}
              />
            </div>
            <button type="button" className="bare" onClick={() => goTo(step.offset)}>
              <Icon className="icon" size={16} aria-hidden="true" /> {step.kind}
              <span className="hidden"> (step {i + 1}): go to its lines</span>
            </button>
            {step.weight ? (
              <Weight
                step={i + 1}
                percent={step.weight.percent}
                set={(to) => step.weight && changed(withWeight(text, step.weight.place, to))}
                what={step.isCopies ? 'of the requests, copied' : 'of the units'}
              />
            ) : (
              <p>{step.label}</p>
            )}
            <p className="quiet">{planned ? rangeWords(planned.leastMs, planned.mostMs) : '…'}</p>
          </li>
        );
      })}
    </ol>
  );
}

interface WeightProps {
  readonly step: number;
  readonly percent: string;
  readonly what: string;
  readonly set: (percent: string) => void;
}

function Weight({ step, percent: said, what, set }: WeightProps) {
  /** What is being typed is not always a share yet. */
  const [typed, setTyped] = useState<string | null>(null);
  const isWrong = typed !== null && !isWeight(typed);
  return (
    <label className="weight">
      <span className="hidden">Step {step}, share </span>
      <input
        inputMode="decimal"
        value={typed ?? said}
        aria-invalid={isWrong}
        onChange={({ target }) => {
          setTyped(target.value);
          if (isWeight(target.value)) set(target.value);
        }}
        onBlur={() => setTyped(null)}
      />
      <span>% {what}</span>
    </label>
  );
}
