import { useState } from 'react';
import { useLocation } from 'wouter';
import { compareHref } from '../../parts/version/compare-href.ts';

interface ChooseTwoProps {
  readonly model: string;
  readonly left: number | null;
  readonly right: number | null;
}

/** Other versions, by their numbers. */
export function ChooseTwo({ model, left, right }: ChooseTwoProps) {
  const [typed, setTyped] = useState({ left: String(left ?? ''), right: String(right ?? '') });
  const [, go] = useLocation();
  return (
    <form
      className="tools"
      onSubmit={(event) => {
        event.preventDefault();
        go(compareHref(model, Number(typed.left), Number(typed.right)));
      }}
    >
      {(['left', 'right'] as const).map((side) => (
        <label key={side} className="inline">
          {side === 'left' ? 'Version' : 'beside version'}
          <input
            type="number"
            className="number"
            required
            min={1}
            max={999_999_999}
            value={typed[side]}
            onChange={({ target }) => setTyped({ ...typed, [side]: target.value })}
          />
        </label>
      ))}
      <button type="submit">Compare</button>
      <button
        type="button"
        onClick={() => go(compareHref(model, Number(typed.right), Number(typed.left)))}
        disabled={left === null || right === null}
      >
        Swap them
      </button>
    </form>
  );
}
