import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ModelRoutes } from '../resources/model-routes.ts';
import type { EnvoyResource } from '../resources/resource.ts';
import { Accepted } from './accepted.ts';
import { EnvoySession } from './envoy-session.ts';
import type { Push } from './sent-resources.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const listener: EnvoyResource = { kind: 'listener', name: 'understudy', version: '1', body: {} };

/** A model's part at a revision, with one cluster of that revision. */
const partOf = (model: string, revision: number): ModelRoutes => {
  const name = `${model}/${revision}`;
  return {
    ...{ model, revision, digest: name, limits: [] },
    routes: [{ route: { cluster: name } }],
    clusters: [{ kind: 'cluster', name, version: name, body: {} }],
  };
};

/** An Envoy that refuses what it is told to: whole messages, with all that is in them. */
class ToldEnvoy {
  readonly clusters = new Set<string>();
  routes = new Set<string>();
  readonly session = new EnvoySession(new Accepted());
  messages = 0;

  constructor(private readonly refuses: ReadonlySet<string>) {
    for (const kind of ['cluster', 'listener', 'routes'] as const)
      this.session.hear({ of: kind, subscribe: [], versions: {}, nonce: '', error: null });
  }

  want(parts: readonly ModelRoutes[]): void {
    this.session.want({ models: new Map(parts.map((part) => [part.model, part])), listener });
    for (let due = this.session.next(); due.length > 0; due = this.session.next())
      for (const push of due) this.answer(push);
  }

  private answer(push: Push): void {
    if (++this.messages > 500) throw new Error('it does not end');
    const named = push.kind === 'routes' ? clustersIn(push) : push.resources.map(({ name }) => name);
    const tag = push.kind === 'routes' ? 'route ' : '';
    const isTaken = !named.some((name) => this.refuses.has(tag + name));
    if (isTaken && push.kind === 'cluster') for (const name of named) this.clusters.add(name);
    if (isTaken && push.kind === 'routes') this.routes = new Set(named);
    for (const name of push.removed) this.clusters.delete(name);
    // No caller meets a cluster that is not there.
    expect([...this.routes].filter((name) => !this.clusters.has(name))).toEqual([]);
    const { kind: of, nonce } = push;
    this.session.hear({ of, subscribe: [], versions: {}, nonce, error: isTaken ? null : 'no' });
  }
}

const clustersIn = (push: Push): string[] => {
  const [configuration] = push.resources;
  const [host] = (configuration?.body['virtual_hosts'] ?? []) as {
    routes: { route?: { cluster: string } }[];
  }[];
  return (host?.routes ?? []).flatMap(({ route }) => (route ? [route.cluster] : []));
};

const changes = fc.array(fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }), { maxLength: 6 });
const refusals = fc.uniqueArray(
  fc.tuple(fc.constantFrom('', 'route '), fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 7 })),
  { maxLength: 5 },
);

it('whatever an Envoy refuses, it keeps the last part that it has taken of that model, and all the others', () => {
  fc.assert(
    fc.property(changes, refusals, (steps, refused) => {
      const refuses = new Set(refused.map(([tag, model, revision]) => `${tag}${model}/${revision}`));
      const envoy = new ToldEnvoy(refuses);
      const revisions = new Map(NAMES.map((model) => [model, 1]));
      const good = new Map<string, string>();
      for (const step of [NAMES, ...steps]) {
        if (step !== NAMES) for (const model of step) revisions.set(model, (revisions.get(model) ?? 0) + 1);
        envoy.want([...revisions].map(([model, revision]) => partOf(model, revision)));
        for (const [model, revision] of revisions) {
          const name = `${model}/${revision}`;
          if (!refuses.has(name) && !refuses.has(`route ${name}`)) good.set(model, name);
        }
        expect([...envoy.routes].sort()).toEqual([...good.values()].sort());
      }
      // What nobody needs any more is taken away.
      expect([...envoy.clusters].filter((name) => !envoy.routes.has(name) && isOld(name, revisions))).toEqual(
        [],
      );
    }),
    { numRuns: 1_000 },
  );
});

const isOld = (name: string, revisions: ReadonlyMap<string, number>): boolean => {
  const [model = '', revision] = name.split('/');
  return Number(revision) < (revisions.get(model) ?? 0);
};
