import { type MakeWorld, type Random, spells, uniform, wait, zipf } from '../worlds.fixture.ts';

const { floor, min } = Math;

/** Requests that a failed one is tried again, of which most fail, too. */
const RETRIES = 4;
const FAILS_AGAIN = 0.8;

/** Beta by its mean and how alike units are (the sum of its parameters), by Jöhnk's method for small ones. */
function beta(random: Random, mean: number, alike: number): number {
  const [a, b] = [mean * alike, (1 - mean) * alike];
  for (;;) {
    const [x, y] = [random() ** (1 / a), random() ** (1 / b)];
    if (x + y <= 1) return x + y > 0 ? x / (x + y) : Number(random() < mean);
  }
}

/** Users who differ a lot, few of whom send most. */
const byZipf =
  (mean: number): MakeWorld =>
  (random, worse) => {
    const draw = zipf(5_000, 1.2);
    const rates = Array.from({ length: 5_000 }, () => beta(random, mean, 3));
    return {
      next(_now, arm) {
        const unit = draw(random);
        return { unit, value: Number(random() < min(1, (rates[unit] ?? 0) + (arm(unit) ? worse : 0))) };
      },
    };
  };

/** Some units send a share of all requests, and fail more often than the others (1 %). */
const busy =
  (units: number, share: number, rate: number): MakeWorld =>
  (random, worse) => ({
    next(_now, arm) {
      const isBusy = random() < share;
      const unit = isBusy ? 5_000 + uniform(units)(random) : uniform(5_000)(random);
      return { unit, value: Number(random() < (isBusy ? rate : 0.01) + (arm(unit) ? worse : 0)) };
    },
  });

/** Whether a request is bad: 1 or 0. */
export const RATES = {
  independent: (random, worse) => ({
    next(_now, arm) {
      const unit = uniform(5_000)(random);
      return { unit, value: Number(random() < 0.02 + (arm(unit) ? worse : 0)) };
    },
  }),
  'users by Zipf 1.2, each with a rate of its own': byZipf(0.8),
  'users by Zipf 1.2 who fail seldom, each with a rate of its own': byZipf(0.02),
  'one unit with 30 % of the traffic, which fails ten times as often': busy(1, 0.3, 0.1),
  'thirty units with 60 % of the traffic, which fail 15 times as often': busy(30, 0.6, 0.15),
  'sessions of 20 that fail as a whole': sessions(20),
  'sessions of 100 that fail as a whole': sessions(100),
  'requests that fail by chance, sessions of 20 that fail as a whole': sessions(20, 0.005),
  'sessions of 20, of which none fails but those of a bad candidate, as a whole': sessions(20, 0),
  'requests that fail by chance, sessions of 5 that fail as a whole': sessions(5, 0.005),
  'own outages of 2 s each 40 s': outages(40, 2),
  'own outages of 2 s each 2 minutes': outages(120, 2),
  'own outages of 5 s each 5 minutes': outages(300, 5),
  'failures that are tried again at once, four times': retries(),
  'an outage of both, 40 % for half a minute': (random, worse) => {
    const from = 60 * random();
    return {
      next(now, arm) {
        const unit = uniform(5_000)(random);
        const rate = (now > from && now < from + 30 ? 0.4 : 0.02) + (arm(unit) ? worse : 0);
        return { unit, value: Number(random() < rate) };
      },
    };
  },
} satisfies Record<string, MakeWorld>;

/**
 * One unit after the other sends so many requests on average, of which all fail or none: 2 % of the sessions, and of the candidate's `worse` more.
 * @param byChance if given, of requests: then only what is worse about the candidate comes in whole sessions
 */
function sessions(length: number, byChance?: number): MakeWorld {
  return (random, worse) => {
    let [left, unit, fails, failsMore] = [0, 0, false, false];
    return {
      next(_now, arm) {
        if (left-- <= 0) {
          left = floor(wait(random, length));
          unit = uniform(100_000)(random);
          fails = random() < (byChance === undefined ? 0.02 : 0);
          failsMore = random() < worse;
        }
        const isBad = fails || (byChance !== undefined && random() < byChance);
        return { unit, value: Number(isBad || (arm(unit) === 1 && failsMore)) };
      },
    };
  };
}

/** A failed request is sent again by its unit, one right after the other. */
function retries(): MakeWorld {
  // Of a first try that fails with chance f, f (1 + 4 · 0.8) in 1 + 4 f requests fail.
  const failing = 1 + RETRIES * FAILS_AGAIN;
  const usual = (0.004 * failing) / (1 + RETRIES * 0.004);
  const firstOf = (rate: number): number => rate / (failing - RETRIES * rate);
  return (random, worse) => {
    let [left, unit] = [0, 0];
    return {
      next(_now, arm) {
        if (left-- > 0) return { unit, value: Number(random() < FAILS_AGAIN) };
        unit = uniform(5_000)(random);
        const isBad = random() < firstOf(usual + (arm(unit) ? worse : 0));
        left = isBad ? RETRIES : 0;
        return { unit, value: Number(isBad) };
      },
    };
  };
}

/** Of 60 % of an arm's requests. */
function outages(every: number, seconds: number): MakeWorld {
  return (random, worse) => {
    const isOut = spells(random, every, seconds);
    return {
      next(now, arm) {
        const unit = uniform(5_000)(random);
        const rate = (isOut(arm(unit), now) ? 0.6 : 0.005) + (arm(unit) ? worse : 0);
        return { unit, value: Number(random() < rate) };
      },
    };
  };
}
