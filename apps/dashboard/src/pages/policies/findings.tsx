import type { Found } from '../../parts/policy-editor/found.ts';

interface Props {
  readonly text: string;
  readonly found: readonly Found[];
  readonly goTo: (offset: number) => void;
}

/** What is wrong and what is warned of, each with the line that it is about. */
export function Findings({ text, found, goTo }: Props) {
  const sorted = found.toSorted((a, b) => a.from - b.from);
  if (sorted.length === 0) return null;
  return (
    <ul className="findings">
      {sorted.map(({ from, severity, message, pointer }, i) => (
        <li key={`${from} ${i}`} className={severity}>
          <button type="button" className="bare" onClick={() => goTo(from)}>
            Line {text.slice(0, from).split('\n').length}
          </button>
          <span>
            {severity === 'warning' && <strong>Warning: </strong>}
            {message}
            {pointer !== '' && <code>{pointer}</code>}
          </span>
        </li>
      ))}
    </ul>
  );
}
