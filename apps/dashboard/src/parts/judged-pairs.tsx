import { useQuery } from '@tanstack/react-query';
import { evidenceQuery } from '../queries.ts';
import { number } from '../words.ts';
import { Table } from './lists/table.tsx';

type ByReason = Readonly<Record<string, number>>;
interface JudgedTally {
  readonly judged?: ByReason;
  readonly judgeFailures?: ByReason;
}

const OUTCOMES: readonly (readonly [title: string, of: string])[] = [
  ['Candidate won', 'win'],
  ['Tied', 'tie'],
  ['Candidate lost', 'loss'],
  ['Judge failed', 'failed'],
  ['Over the budget', 'over_budget'],
];

/** What the pairwise judge made of the shadow's pairs of texts, by step; nothing where no pair was judged. */
export function JudgedPairs({ id, isLive }: { id: string; isLive: boolean }) {
  const evidence = useQuery(evidenceQuery(id, isLive));
  const steps = (evidence.data ?? []).flatMap((item) => {
    const { judged = {}, judgeFailures = {} } = item['shadow'] as unknown as JudgedTally;
    return Object.keys(judged).length > 0 ? [{ step: Number(item['step']), judged, judgeFailures }] : [];
  });
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="judged">
      <h2 id="judged">What the judge said</h2>
      <Table
        label="What the judge said"
        columns={['Step', ...OUTCOMES.map(([title]) => title), 'Why it failed']}
      >
        {steps.map(({ step, judged, judgeFailures }) => (
          <tr key={step}>
            <th scope="row">{step + 1}</th>
            {OUTCOMES.map(([title, of]) => (
              <td key={title}>{number(judged[of] ?? 0)}</td>
            ))}
            <td>
              {Object.entries(judgeFailures)
                .map(([reason, n]) => `${reason} ${number(n)}`)
                .join(', ') || '–'}
            </td>
          </tr>
        ))}
      </Table>
      <p className="quiet">
        The gate judge_win_rate above says the win rate and its bounds. The texts are deleted as soon as a
        pair is judged.
      </p>
    </section>
  );
}
