import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pingOf, readRouteMessage } from '#libs/gateway-protocol';
import type { Route } from '#libs/traffic';
import { HeardRoutes, RouteAge } from './heard-routes.ts';

const route = (model: string, revision: number) => ({ model, revision }) as Route;
const stateOf = (routes: Route[]) => {
  const { state } = readRouteMessage(JSON.stringify(pingOf(routes, { everyMs: 1_000, ageMs: 0 })));
  if (!state) throw new Error('a ping tells it');
  return state;
};

describe('what was heard of a stream', () => {
  it('is compared: whatever line is lost, that is seen, and nothing else is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (changes, which) => {
          const newest = new Map<string, Route>();
          const lines = changes.map((model) => {
            const next = route(model, (newest.get(model)?.revision ?? 0) + 1);
            newest.set(model, next);
            return next;
          });
          const lost = which % lines.length;
          const [all, some] = [new HeardRoutes(), new HeardRoutes()];
          lines.forEach((line, i) => {
            all.hear({ routes: [line], unreadable: [] });
            if (i !== lost) some.hear({ routes: [line], unreadable: [] });
          });
          const state = stateOf([...newest.values()]);
          expect(all.hasMissed(state)).toBe(false);
          // A line that a later one has replaced is no loss.
          expect(some.hasMissed(state)).toBe(newest.get(lines[lost]?.model ?? '') === lines[lost]);
        },
      ),
    );
  });

  it('cannot be compared where a route was not readable: the gateway goes on, and does not connect for ever', () => {
    const heard = new HeardRoutes();
    heard.hear({ routes: [route('a', 1)], unreadable: [{ model: 'b', reason: 'weight' }] });
    expect(heard.hasMissed(stateOf([route('a', 1), route('b', 4)]))).toBe(false);
  });
});

it("the age of routes is the api's, and what has passed since it told it", () => {
  let now = 0;
  const age = new RouteAge(() => now);
  now = 700;
  expect(age.ms).toBe(700);
  age.hear(300);
  now = 1_000;
  expect(age.ms).toBe(600);
  // Another api that is further behind makes what is known no older.
  age.hear(5_000);
  expect(age.ms).toBe(600);
});
