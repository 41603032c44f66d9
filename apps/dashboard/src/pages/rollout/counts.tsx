import { useQuery } from '@tanstack/react-query';
import { Empty, Load } from '../../parts/basics.tsx';
import { evidenceQuery } from '../../queries.ts';
import { number } from '../../words.ts';
import { Table } from '../../parts/lists/table.tsx';

interface Tally {
  readonly requests: number;
  readonly errors: number;
  readonly compared?: number;
  readonly agreed?: number;
  readonly failures?: Readonly<Record<string, number>>;
  readonly replaced?: Readonly<Record<string, number>>;
  readonly latencyMs: Quantiles;
  /** Of streams; an older api does not send them. */
  readonly ttftMs?: Quantiles;
  readonly interTokenMs?: Quantiles;
  /** Of language models, where a gate asks for it. */
  readonly usage?: Usage;
  /** Of a shadow: pairs of texts by what the pairwise judge made of them. */
  readonly judged?: Readonly<Record<string, number>>;
  readonly judgeFailures?: Readonly<Record<string, number>>;
}
interface Usage {
  readonly inputTokensMean: number | null;
  readonly outputTokensMean: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly costMean: number | null;
}
interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const USAGE_COLUMNS: readonly (readonly [title: string, of: keyof Usage])[] = [
  ['Tokens read, mean', 'inputTokensMean'],
  ['Tokens made, mean', 'outputTokensMean'],
  ['Tokens a second', 'outputTokensPerSecond'],
  ['Cost, mean', 'costMean'],
];
/** Those that some answer has said. */
const usageIn = (rows: readonly { readonly tally: Tally }[]) =>
  USAGE_COLUMNS.filter(([, of]) => rows.some(({ tally }) => typeof tally.usage?.[of] === 'number'));

const columnsOf = (hasStreams: boolean, usage: typeof USAGE_COLUMNS): readonly string[] => [
  ...['Step', 'Arm', 'Requests', 'Errors', 'p50 ms', 'p95 ms', 'p99 ms'],
  ...(hasStreams ? ['First token p95 ms', 'Between tokens p95 ms'] : []),
  ...usage.map(([title]) => title),
  ...['Agreed', 'Failed by', 'Answered by the primary instead'],
];

/** Counts by reason, the most frequent first. */
function reasons(counts: Readonly<Record<string, number>> = {}): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? '–' : sorted.map(([reason, n]) => `${reason} ${number(n)}`).join(', ');
}

/** The evidence of each step and arm. */
export function Counts({ id, isLive }: { id: string; isLive: boolean }) {
  const evidence = useQuery(evidenceQuery(id, isLive));
  return (
    <section aria-labelledby="counts">
      <h2 id="counts">What was counted</h2>
      <Load query={evidence} lines={3}>
        {(items) => {
          const rows = items.flatMap((item) =>
            (['primary', 'candidate', 'shadow'] as const).map((arm) => ({
              step: Number(item['step']),
              arm,
              tally: item[arm] as unknown as Tally,
            })),
          );
          const counted = rows.filter(
            ({ tally }) => tally.requests > 0 || Object.keys(tally.replaced ?? {}).length > 0,
          );
          if (counted.length === 0)
            return (
              <Empty>Nothing yet: gateways tell what they have counted every few hundred milliseconds.</Empty>
            );
          const usage = usageIn(counted);
          const hasStreams = counted.some(({ tally }) => typeof tally.ttftMs?.p95 === 'number');
          return (
            <Table label="What was counted" columns={columnsOf(hasStreams, usage)}>
              {counted.map(({ step, arm, tally }) => (
                <tr key={`${step} ${arm}`}>
                  <td>{step + 1}</td>
                  <th scope="row">{arm}</th>
                  <td>{number(tally.requests)}</td>
                  <td>{number(tally.errors)}</td>
                  <td>{number(tally.latencyMs.p50)}</td>
                  <td>{number(tally.latencyMs.p95)}</td>
                  <td>{number(tally.latencyMs.p99)}</td>
                  {hasStreams && <td>{number(tally.ttftMs?.p95)}</td>}
                  {hasStreams && <td>{number(tally.interTokenMs?.p95)}</td>}
                  {usage.map(([title, of]) => (
                    <td key={title}>{number(tally.usage?.[of])}</td>
                  ))}
                  <td>{tally.compared ? `${number(tally.agreed)} of ${number(tally.compared)}` : '–'}</td>
                  <td>{reasons(tally.failures)}</td>
                  <td>{reasons(tally.replaced)}</td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Load>
    </section>
  );
}
