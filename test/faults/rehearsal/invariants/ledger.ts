import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from '../site/callers.ts';
import type { Operator } from '../site/operator.ts';
import type { Asked, Counted, Happened } from './story.ts';

const SHARE = 0.2;
/** A gateway tells the api what it counted at least so often, where it can. */
const TOLD_MS = 3_000;

/**
 * A model with one rollout that never ends: what its callers were answered is counted here and in the record. Some of them say
 * afterwards what became of the answer, until they are heard.
 */
export class Ledger {
  static readonly MODEL = 'ledger';
  static readonly POLICY = {
    name: 'ledger',
    steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1d' } }],
    gates: [
      { metric: 'error_rate', maxIncrease: 0.9 },
      { metric: 'feedback.click', maxDecrease: 0.9, window: '1s' },
    ],
    localTrip: false,
  };
  private readonly answers: Answered[] = [];
  private readonly sending = new Set<Promise<void>>();
  private taken = 0;

  constructor(
    private readonly operator: Operator,
    private readonly rolloutId: string,
    private readonly random: () => number,
  ) {}

  hear(answered: Answered): void {
    if (answered.model !== Ledger.MODEL) return;
    this.answers.push(answered);
    const { receipt } = answered;
    if (receipt === null || this.random() >= SHARE) return;
    const items = [{ receipt, metric: 'click', value: this.random() < 0.5 ? 1 : 0 }];
    const one = this.operator.until('POST', '/feedback', { items }).then(({ status, body }) => {
      if (status === 200) this.taken += body['counted'] + body['repeated'];
    });
    this.sending.add(one);
    void one.finally(() => this.sending.delete(one)).catch(() => undefined);
  }

  /** To be asked when nobody calls any more: gateways have a minute to tell what they counted. */
  async countWhenTold(
    asked: readonly Asked[],
    happened: readonly Happened[],
    roundsFrom: readonly number[],
  ): Promise<Counted[]> {
    await sleep(TOLD_MS);
    for (let tries = 0; ; tries++) {
      const counted = await this.count(asked, happened, roundsFrom);
      const isWhole = counted.every((one) => one.recorded >= one.acknowledged - one.mayBeMissing);
      if (isWhole || tries === 60) return counted;
      await sleep(1_000);
    }
  }

  private async count(
    asked: readonly Asked[],
    happened: readonly Happened[],
    roundsFrom: readonly number[],
  ): Promise<Counted[]> {
    await Promise.all(this.sending);
    const { body } = await this.operator.until('GET', `/rollouts/${this.rolloutId}/evidence`);
    const arms = (body['items'] as Record<string, Arm>[]).flatMap(({ primary, candidate }) =>
      [primary, candidate].filter((arm) => arm !== undefined),
    );
    const sum = (of: (arm: Arm) => number): number => arms.reduce((all, arm) => all + of(arm), 0);
    const unsure = asked.filter(({ model, problem }) => model === Ledger.MODEL && problem !== null).length;
    return [
      {
        what: 'answers of the ledger',
        acknowledged: this.answers.length,
        recorded: sum(({ requests }) => requests),
        mayBeMissing: this.untold(happened, roundsFrom),
        mayBeMore: unsure,
      },
      {
        what: 'feedback of the ledger',
        acknowledged: this.taken,
        recorded: sum(({ measures }) => measures?.['feedback.click']?.n ?? 0),
        ...{ mayBeMissing: 0, mayBeMore: 0 },
      },
    ];
  }

  /** What a gateway had counted in its memory at most when it was killed: since before the round began, as the api may have been away. */
  private untold(happened: readonly Happened[], roundsFrom: readonly number[]): number {
    const kills = happened.filter(({ fault }) => fault.kind === 'kill');
    const isUntold = ({ gateway, at }: Answered): boolean =>
      kills.some(({ fault, from }) => {
        const round = roundsFrom.findLast((start) => start <= from) ?? 0;
        return fault.place === gateway && at >= round - TOLD_MS && at <= from + 100;
      });
    return this.answers.filter(isUntold).length;
  }
}

interface Arm {
  readonly requests: number;
  readonly measures?: Readonly<Record<string, { readonly n: number }>>;
}
