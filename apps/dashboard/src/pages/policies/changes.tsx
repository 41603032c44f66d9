import { diffLines } from 'diff';
import type { Plan } from './policy-requests.ts';

type Change = NonNullable<Plan['model']>['changes'][number];

/** In what it is looser or tighter than the present policy, and which lines differ. */
export function Changes({
  before,
  after,
  changes,
}: {
  before: string;
  after: string;
  /** `null`: it is no policy yet. */
  changes: readonly Change[] | null;
}) {
  const looser = (changes ?? []).filter(({ kind }) => kind === 'looser');
  const tighter = (changes ?? []).filter(({ kind }) => kind === 'tighter');
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changes</h2>
      {before === after ? (
        <p className="quiet">Nothing: this is the present policy.</p>
      ) : (
        <>
          {looser.length > 0 && <Compared title="Looser" tone="wait" changes={looser} />}
          {tighter.length > 0 && <Compared title="Tighter" tone="good" changes={tighter} />}
          {changes?.length === 0 && (
            <p className="quiet">It is neither looser nor tighter than the present one.</p>
          )}
          <Lines before={before} after={after} />
        </>
      )}
    </section>
  );
}

function Compared({
  title,
  tone,
  changes,
}: {
  title: string;
  tone: 'wait' | 'good';
  changes: readonly Change[];
}) {
  return (
    <div className={`compared ${tone}`}>
      <h3>{title}</h3>
      <ul className="plain-list">
        {changes.map(({ pointer, before, after }, i) => (
          <li key={`${pointer} ${i}`}>
            <code>{pointer}</code> {before} → <strong>{after}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Lines around a change that are shown. */
const AROUND = 2;

interface Line {
  readonly sign: '+' | '−' | ' ';
  readonly text: string;
}

function Lines({ before, after }: { before: string; after: string }) {
  const lines = diffLines(before, after).flatMap(({ value, added, removed }): Line[] =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ sign: added ? '+' : removed ? '−' : ' ', text })),
  );
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ sign }) => sign !== ' ');
  return (
    <pre className="diff" tabIndex={0} aria-label="Lines that differ from the present policy">
      {lines.map(({ sign, text }, i) => {
        if (!isNear(i)) return isNear(i - 1) && i > 0 ? <span key={i}>…</span> : null;
        const kind = sign === '+' ? 'added' : sign === '−' ? 'removed' : undefined;
        return (
          <span key={i} className={kind}>
            {sign} {text}
          </span>
        );
      })}
    </pre>
  );
}
