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

const DRAIN_MS = 1_000;

/**
 * An Envoy that refuses what it is told to: whole messages, with all that is in them. It has callers at all times:
 * each goes on by the routes that it began with for `DRAIN_MS`.
 */
class ToldEnvoy {
  readonly clusters = new Set<string>();
  routes = new Set<string>();
  session: EnvoySession;
  private readonly accepted = new Accepted();
  private readonly underWay: { readonly push: Push; readonly at: number }[] = [];
  /** Of callers that have begun, until when they may ask for a cluster. */
  private readonly asked = new Map<string, number>();
  private now = 0;
  private messages = 0;

  constructor(
    private readonly refuses: ReadonlySet<string>,
    /** Clusters are answered to when their names are looked up. */
    private readonly answerMs = 0,
    private readonly routesMs = answerMs,
  ) {
    this.session = this.connect();
  }

  /** As after a restart of the xDS server (`isAnother`), or of the connection: what was under way is lost, though it may have been taken. */
  reconnect(isAnother: boolean): void {
    for (const { push } of this.underWay.splice(0)) this.take(push);
    this.session = this.connect(isAnother ? new Accepted() : this.accepted);
  }

  want(parts: readonly ModelRoutes[]): void {
    this.session.want({ models: new Map(parts.map((part) => [part.model, part])), listener });
    this.hearOut();
  }

  /** Answers, until nothing more is to be sent. */
  settle(): void {
    for (this.hearOut(); this.underWay.length > 0; this.hearOut())
      this.pass(Math.max(this.answerMs, this.routesMs));
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (let at = this.nextAt(); at <= until; at = this.nextAt()) {
      this.now = Math.max(at, this.now);
      this.callersCome();
      const [answer] = this.underWay;
      if (answer && answer.at <= this.now) this.answer(answer.push);
      this.hearOut();
    }
    this.now = until;
    this.callersCome();
  }

  private nextAt(): number {
    return Math.min(this.session.nextAt() ?? Infinity, this.underWay[0]?.at ?? Infinity);
  }

  private connect(accepted = this.accepted): EnvoySession {
    const session = new EnvoySession(accepted, DRAIN_MS);
    const clusters = Object.fromEntries([...this.clusters].map((name) => [name, name]));
    for (const kind of ['cluster', 'listener', 'routes'] as const) {
      const versions = kind === 'cluster' ? clusters : {};
      session.hear({ of: kind, subscribe: [], versions, nonce: '', error: null });
    }
    return session;
  }

  private hearOut(): void {
    for (const push of this.session.next(this.now)) {
      if (++this.messages > 2_000) throw new Error('it does not end');
      this.underWay.push({ push, at: this.now + (push.kind === 'cluster' ? this.answerMs : this.routesMs) });
      this.underWay.sort((a, b) => a.at - b.at);
    }
  }

  private callersCome(): void {
    for (const name of this.routes) this.asked.set(name, this.now + DRAIN_MS);
  }

  private answer(push: Push): void {
    this.underWay.shift();
    const isTaken = this.take(push);
    const { kind: of, nonce } = push;
    this.session.hear({ of, subscribe: [], versions: {}, nonce, error: isTaken ? null : 'no' });
  }

  private take(push: Push): boolean {
    const named = push.kind === 'routes' ? clustersIn(push) : push.resources.map(({ name }) => name);
    const tag = push.kind === 'routes' ? 'route ' : '';
    const isTaken = !named.some((name) => this.refuses.has(tag + name));
    if (isTaken && push.kind === 'cluster') for (const name of named) this.clusters.add(name);
    if (isTaken && push.kind === 'routes') this.routes = new Set(named);
    this.callersCome();
    for (const name of push.removed) this.clusters.delete(name);
    // No caller meets a cluster that is not there: neither one that begins, nor one whose attempt has failed.
    const isUnderWay = [...this.asked].flatMap(([name, until]) => (until > this.now ? [name] : []));
    expect([...this.routes, ...isUnderWay].filter((name) => !this.clusters.has(name))).toEqual([]);
    return isTaken;
  }
}

const clustersIn = (push: Push): string[] => {
  const [configuration] = push.resources;
  // Whatever wraps a route: it is one that names its cluster.
  return [...JSON.stringify(configuration?.body ?? {}).matchAll(/"route":\{"cluster":"([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
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
        envoy.settle();
        for (const [model, revision] of revisions) {
          const name = `${model}/${revision}`;
          if (!refuses.has(name) && !refuses.has(`route ${name}`)) good.set(model, name);
        }
        expect([...envoy.routes].sort()).toEqual([...good.values()].sort());
      }
      // What nobody needs any more is taken away, in time.
      envoy.pass(DRAIN_MS);
      envoy.settle();
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

type Event =
  | { readonly kind: 'want'; readonly parts: readonly (readonly [string, number])[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'reconnect'; readonly isAnother: boolean };

const answerTime = fc.integer({ min: 0, max: 3_000 });
const revisionOf = fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 3 }));
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.array(revisionOf).map((parts) => ({ kind: 'want', parts }) as const) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5_000 }).map((ms) => ({ kind: 'pass', ms }) as const) },
  { weight: 1, arbitrary: fc.boolean().map((isAnother) => ({ kind: 'reconnect', isAnother }) as const) },
);

it('routes may be turned over at any time, also back, and connections be lost: no caller meets a cluster that is not there, and none stays for ever', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 30 }), fc.tuple(answerTime, answerTime), (list, times) => {
      const envoy = new ToldEnvoy(new Set(), ...times);
      let wanted: ModelRoutes[] = [];
      for (const event of list) {
        if (event.kind === 'pass') envoy.pass(event.ms);
        if (event.kind === 'reconnect') envoy.reconnect(event.isAnother);
        if (event.kind === 'want') wanted = [...new Map(event.parts)].map((part) => partOf(...part));
        if (event.kind !== 'pass') envoy.want(wanted);
      }
      envoy.want(wanted);
      envoy.settle();
      envoy.pass(DRAIN_MS + 2 * Math.max(...times));
      envoy.settle();
      const names = wanted.flatMap(({ clusters }) => clusters.map(({ name }) => name)).sort();
      expect([...envoy.routes].sort()).toEqual(names);
      expect([...envoy.clusters].sort()).toEqual(names);
    }),
    { numRuns: 1_000 },
  );
});
