import { RATES } from '../../libs/stats/src/rates/rate-worlds.fixture.ts';
import { type MakeWorld, play, uniform } from '../../libs/stats/src/worlds.fixture.ts';
import { MARGIN, rateRules } from './rate-rules.ts';
import { HEAD, row } from './wilson.ts';

/** Both arms fail 2 %, and 40 % for some time. @param seconds until it begins, at most */
const outageOfBoth =
  (seconds: number, lasts: number): MakeWorld =>
  (random, worse) => {
    const from = seconds * random();
    return {
      next(now, arm) {
        const unit = uniform(5_000)(random);
        const rate = (now > from && now < from + lasts ? 0.4 : 0.02) + (arm(unit) ? worse : 0);
        return { unit, value: Number(random() < rate) };
      },
    };
  };

interface Row {
  readonly name: string;
  readonly world: MakeWorld;
  readonly requests: number;
  readonly share?: number;
  readonly base?: number;
}
const ROWS: readonly Row[] = [
  ...Object.entries(RATES).map(([name, world]) => ({
    name: `8, 9: ${name}`,
    world,
    requests: name.includes('sessions') ? 16_000 : 4_000,
    ...(name === 'independent' && { base: 0.02 }),
  })),
  { name: '10: an outage of both, 40 % for three minutes', world: outageOfBoth(60, 180), requests: 12_000 },
  {
    ...{ name: '11: a bake of 95 %, 5 % held back, an outage of both for half a minute', share: 0.95 },
    ...{ world: outageOfBoth(60, 30), requests: 8_000 },
  },
];

/** Rows 8 to 11: rates, with a candidate as good, one at the margin, and one 10 points worse. Twenty looks at each stream. @param only one rule */
export function rates(streams: number, say: (line: string) => void, only?: string): void {
  for (const { name, world, requests, share = 0.5, base } of ROWS) {
    say(`\n${name} (${requests} requests)\n\n${HEAD}`);
    const way = { streams, requests, every: requests / 20, counts: 'rates' as const, share };
    for (const [rule, look] of Object.entries(rateRules(share, requests, base))) {
      if (only !== undefined && rule !== only) continue;
      const good = play(world, 0, look, { ...way, seed: 81 });
      const margin = play(world, MARGIN, look, { ...way, seed: 82 });
      const bad = play(world, 0.1, look, { ...way, seed: 83 });
      const isTwoWay = !rule.startsWith('multinomial');
      say(
        row(rule, streams, {
          ...{
            lost: good.fail,
            promoted: isTwoWay ? good.pass : null,
            passed: isTwoWay ? margin.pass : null,
          },
          ...{ found: bad.fail, after: bad.requests },
        }),
      );
    }
  }
}
