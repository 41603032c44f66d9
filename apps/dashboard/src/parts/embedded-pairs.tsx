import { useQuery } from '@tanstack/react-query';
import { evidenceQuery } from '../queries.ts';
import { number } from '../words.ts';
import { Table } from './lists/table.tsx';

type ByReason = Readonly<Record<string, number>>;
interface EmbeddedTally {
  readonly embedded?: ByReason;
  readonly embeddingFailures?: ByReason;
  readonly embeddingDistanceMean?: number | null;
}

const OUTCOMES: readonly (readonly [title: string, of: string])[] = [
  ['Compared', 'compared'],
  ['Compared, shortened', 'shortened'],
  ['Identical', 'identical'],
  ['Both empty', 'both_empty'],
  ['One empty', 'one_empty'],
  ['Failed', 'failed'],
  ['Over the budget', 'over_budget'],
];

/** How far the shadow's texts are from the primary's by their embeddings, by step; nothing where no pair was looked at. */
export function EmbeddedPairs({ id, isLive }: { id: string; isLive: boolean }) {
  const evidence = useQuery(evidenceQuery(id, isLive));
  const steps = (evidence.data ?? []).flatMap((item) => {
    const tally = item['shadow'] as unknown as EmbeddedTally;
    const { embedded = {}, embeddingFailures = {}, embeddingDistanceMean = null } = tally;
    const isSeen = Object.keys(embedded).length + Object.keys(embeddingFailures).length > 0;
    return isSeen ? [{ step: Number(item['step']), embedded, embeddingFailures, embeddingDistanceMean }] : [];
  });
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="embedded">
      <h2 id="embedded">How far the texts are apart</h2>
      <Table
        label="How far the texts are apart"
        columns={['Step', 'Mean distance', ...OUTCOMES.map(([title]) => title), 'Why it failed']}
      >
        {steps.map(({ step, embedded, embeddingFailures, embeddingDistanceMean }) => (
          <tr key={step}>
            <th scope="row">{step + 1}</th>
            <td>{embeddingDistanceMean === null ? '–' : embeddingDistanceMean.toFixed(3)}</td>
            {OUTCOMES.map(([title, of]) => (
              <td key={title}>{number(embedded[of] ?? 0)}</td>
            ))}
            <td>
              {Object.entries(embeddingFailures)
                .map(([reason, n]) => `${reason} ${number(n)}`)
                .join(', ') || '–'}
            </td>
          </tr>
        ))}
      </Table>
      <p className="quiet">
        The distance of two embeddings is 0 for the same direction and 2 for the opposite one. The gate
        embedding_distance_mean above says the mean and its bounds.
      </p>
    </section>
  );
}
