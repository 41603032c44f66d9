import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { addressPolicy } from '#libs/addresses';
import {
  deliverDue,
  deliverEvent,
  type DeliveryPorts,
  GIVEN_UP_AFTER_MS,
  pauseAfter,
  rotateSecret,
  setAlias,
  subscribe,
  type SubscriptionRecord,
  takeDue,
} from '#libs/engine';
import { eventSender, outboundFetch } from '#libs/outbound';
import { register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

const HOUR = 3_600_000;
const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

interface Received {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: { type: string; subject: string; data: { sequence: number; version?: number } };
}

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let endpoint: Server;
let url: string;
/** What the endpoint answers, one after the other; then 204. */
let answers: (number | [number, Record<string, string>])[];
let isDown: boolean;
let received: Received[];
let tries: number;
let now: number;
let modelCount = 0;
let ports: DeliveryPorts;

beforeEach(async () => {
  [answers, isDown, received, tries, now] = [[], false, [], 0, Date.now() + 30_000];
  db = await freshUnitOfWork();
  endpoint = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      tries++;
      const body = Buffer.concat(parts).toString('utf8');
      const next = isDown ? 503 : (answers.shift() ?? 204);
      const [status, headers] = typeof next === 'number' ? [next, {}] : next;
      if (status < 300) {
        const said = request.headers as Record<string, string>;
        received.push({
          id: said['webhook-id'] ?? '',
          headers: said,
          body,
          event: JSON.parse(body) as never,
        });
      }
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
  const sender = eventSender(outboundFetch(addressPolicy(['127.0.0.0/8'])));
  ports = { uow: db.uow, sender, publicUrl: 'https://understudy.example' };
});
afterEach(async () => {
  await db.close();
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
});

const added = (over: Partial<Parameters<typeof subscribe>[1]> = {}): Promise<SubscriptionRecord> =>
  db.uow.run((stores) =>
    subscribe(
      stores,
      {
        name: 's',
        url,
        events: ['version.*', 'model.*'],
        models: null,
        format: 'cloudevents',
        secret: SECRET,
        ...over,
      },
      'admin',
    ),
  );
/** Everything that is due now. */
async function deliver(): Promise<void> {
  while ((await deliverDue(ports, now, () => 0.5)) > 0);
}
/** Time goes by, in steps of a minute: the first one, and each in which something falls due. The others are one step with the next of these. */
async function pass(ms: number): Promise<void> {
  const until = now + ms;
  for (let due = now; now < until; due = await nextDue(until)) {
    now += Math.max(1, Math.ceil((due - now) / 60_000)) * 60_000;
    await deliver();
  }
}
async function nextDue(until: number): Promise<number> {
  const [next] = await db.query<{ due: number | null }>(
    `SELECT (extract(epoch FROM min(next_at)) * 1000)::float8 AS due FROM outgoing
     WHERE state = 'waiting' AND next_at > to_timestamp($1::float8 / 1000)`,
    [now],
  );
  return Math.min(next?.due ?? until, until);
}
const registered = async (model: string, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await register(db.uow, model, { rollout: false });
};
const of = (model: string) => received.filter(({ event }) => event.subject === model);
const stateOf = async (id: string) => (await db.uow.read((stores) => stores.subscriptions.find(id)))?.state;

describe('a subscription', () => {
  it('gets what it asked for, as a CloudEvent, signed', async () => {
    await added();
    await registered('m', 2);
    await deliver();
    expect(received.map(({ event }) => event.type)).toEqual([
      'io.understudy.model.created',
      'io.understudy.version.registered',
      'io.understudy.version.registered',
    ]);
    const { body = '', headers = {}, id = '' } = received[0] ?? {};
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'user-agent': 'understudy',
    });
    expect(JSON.parse(body)).toMatchObject({
      ...{ specversion: '1.0', id, subject: 'm', source: 'https://understudy.example/api/v1/models/m' },
      data: { model: 'm', actor: 'test', sequence: 1 },
    });
    // Their own library, at the time of signing.
    const signed = new Webhook(SECRET).sign(id, new Date(Number(headers['webhook-timestamp']) * 1_000), body);
    expect(headers['webhook-signature']).toBe(signed);
  });

  it('gets nothing of other models and other events, and of nothing that was rolled back', async () => {
    await added({ models: ['search-*'], events: ['version.registered'] });
    await registered('search-ranker', 1);
    await registered('fraud', 1);
    await db.uow.run((stores) => setAlias(stores, 'search-ranker', 'best', 1, 'test'));
    const broken = db.uow.run(async (stores) => {
      await stores.models.lock('search-ranker');
      const model = await stores.models.find('search-ranker');
      const event = {
        modelId: model?.id ?? '',
        rolloutId: null,
        type: 'version.registered',
        actor: 'x',
        data: {},
      };
      await stores.events.append(event);
      throw new Error('it all did not happen');
    });
    await expect(broken).rejects.toThrow();
    await deliver();
    expect(received.map(({ event }) => [event.subject, event.type])).toEqual([
      ['search-ranker', 'io.understudy.version.registered'],
    ]);
  });

  it('is told by two processes at once, and nothing comes twice or out of order', async () => {
    await added();
    for (let i = 0; i < 10; i++) await Promise.all(['a', 'b', 'c', 'd'].map((model) => registered(model, 3)));
    await Promise.all([deliver(), deliver(), deliver()]);
    await deliver();
    expect(received).toHaveLength(4 * 31);
    expect(new Set(received.map(({ id }) => id)).size).toBe(received.length);
    for (const model of ['a', 'b', 'c', 'd']) {
      const sequences = of(model).map(({ event }) => event.data.sequence);
      expect(sequences).toEqual([...sequences].sort((x, y) => x - y));
    }
  });

  it('that was down for a day gets every event once it is back, in order, none twice with a new identity', async () => {
    await added();
    isDown = true;
    // All day long things happen.
    for (let hour = 0; hour < 24; hour++) {
      await Promise.all([registered('a', 1), registered('b', 2)]);
      await pass(HOUR);
    }
    expect(received).toEqual([]);
    // It was not asked all the time: some dozens of tries for each of the two models.
    expect(tries).toBeLessThan(80);
    isDown = false;
    await pass(3 * HOUR);
    expect(of('a').map(({ event }) => event.data.sequence)).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
    expect(of('b').map(({ event }) => event.data.sequence)).toEqual(
      Array.from({ length: 49 }, (_, i) => i + 1),
    );
    expect(new Set(received.map(({ id }) => id)).size).toBe(25 + 49);
  });

  it('gets an event again, as the same one, when its answer was lost', async () => {
    await added();
    await registered('m', 1);
    answers = [500];
    const ids: string[] = [];
    endpoint.on('request', (request) => ids.push(String(request.headers['webhook-id'])));
    await pass(10 * 60_000);
    expect(ids[0]).toBe(ids[1]);
    expect(received).toHaveLength(2);
  });

  it('is asked again when it says, and not before', async () => {
    await added();
    await registered('m', 1);
    answers = [[429, { 'retry-after': '600' }]];
    await pass(9 * 60_000);
    expect(tries).toBe(1);
    await pass(2 * 60_000);
    expect(received.length).toBeGreaterThan(0);
  });

  it('is asked again a pause after its answer, however long that took', async () => {
    await added();
    await registered('m', 1);
    const [delivery] = await takeDue(ports, now);
    if (!delivery) throw new Error('nothing is due');
    const post = async () => {
      now += 9_000;
      return { status: 503, retryAfterMs: null };
    };
    await deliverEvent({ ...ports, sender: { post } }, delivery, () => now, 0.5);
    expect(Math.round(await nextDue(Infinity))).toBe(now + 5_000);
  });

  it('is not followed elsewhere, and not posted to where the policy says no', async () => {
    await added();
    await added({ url: 'http://169.254.169.254/latest', name: 'metadata' });
    await registered('m', 1);
    answers = [[307, { location: 'http://127.0.0.1:1/' }]];
    await deliver();
    const [first, second] = await db.uow.read((stores) => stores.subscriptions.list());
    const last = async (id = '') =>
      (await db.uow.read((s) => s.subscriptions.deliveries(id, null, { pageSize: 9, pageToken: null })))
        .items;
    expect((await last(first?.id)).find(({ attempts }) => attempts > 0)).toMatchObject({ lastStatus: 307 });
    expect((await last(second?.id)).find(({ attempts }) => attempts > 0)).toMatchObject({
      lastError: expect.stringMatching(/may not be connected to/),
    });
  });
});

describe('an endpoint that is dead', () => {
  it('is given up after two days, disabled with a notice, and gets what it missed by hand', async () => {
    const { id } = await added();
    await added({ name: 'watcher', events: ['subscription.disabled'], url: `${url}?watcher` });
    await registered('m', 1);
    const isForWatcher: boolean[] = [];
    endpoint.on('request', (request) => isForWatcher.push(request.url?.endsWith('watcher') ?? false));
    isDown = true;
    await pass(GIVEN_UP_AFTER_MS + 3 * HOUR);
    expect(await stateOf(id)).toBe('disabled');
    isDown = false;
    await pass(HOUR);
    expect(received.map(({ event }) => event.type)).toEqual(['io.understudy.subscription.disabled']);
    const dead = () =>
      db.uow.read((stores) => stores.subscriptions.deliveries(id, 'dead', { pageSize: 9, pageToken: null }));
    expect((await dead()).items).toHaveLength(1);
    // What happens meanwhile is not kept for it.
    await registered('m', 1);
    await db.uow.run((stores) => stores.subscriptions.update(id, { state: 'active', because: '' }));
    expect(await db.uow.run((stores) => stores.subscriptions.replay(id, null))).toBe(1);
    await pass(60_000);
    expect(of('m').map(({ event }) => event.data.sequence)).toEqual([1, 2]);
    expect((await dead()).items).toEqual([]);
  });

  it('that says it is gone is disabled at once', async () => {
    const { id } = await added();
    await registered('m', 1);
    answers = [410];
    await deliver();
    expect(await stateOf(id)).toBe('disabled');
    expect(received).toEqual([]);
  });

  it('is not what fails on one event only', async () => {
    const { id } = await added();
    await registered('a', 1);
    const a = await db.uow.read((stores) => stores.models.find('a'));
    endpoint.removeAllListeners('request');
    endpoint.on('request', (request, response) => {
      const isPoison = request.headers['webhook-id'] === `evt_${a?.id ?? ''}_1`;
      request.resume().on('end', () => response.writeHead(isPoison ? 400 : 204).end());
    });
    for (let hour = 0; hour < 60; hour++) {
      await registered('b', 1);
      await pass(HOUR);
    }
    expect(await stateOf(id)).toBe('active');
    const { items } = await db.uow.read((stores) =>
      stores.subscriptions.deliveries(id, null, { pageSize: 100, pageToken: null }),
    );
    expect(items.filter(({ state }) => state === 'dead').map(({ sequence }) => sequence)).toEqual([1]);
    expect(items.filter(({ state }) => state === 'waiting')).toEqual([]);
  });
});

describe('what an endpoint does not take', () => {
  it.each([400, 401, 403, 404, 405, 413, 415, 422, 431, 451])(
    'a %d is about that message: it is dead at once, and the next one comes',
    async (status) => {
      const { id } = await added();
      await registered('m', 2);
      answers = [status];
      await deliver();
      expect(of('m').map(({ event }) => event.data.sequence)).toEqual([2, 3]);
      const { items } = await db.uow.read((stores) =>
        stores.subscriptions.deliveries(id, 'dead', { pageSize: 9, pageToken: null }),
      );
      expect(items.map(({ sequence, lastStatus }) => [sequence, lastStatus])).toEqual([[1, status]]);
      expect(await stateOf(id)).toBe('active');
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 301])(
    'after a %d it comes again, before the next one',
    async (status) => {
      await added();
      await registered('m', 2);
      answers = [status];
      await deliver();
      expect(of('m')).toEqual([]);
      await pass(60_000);
      expect(of('m').map(({ event }) => event.data.sequence)).toEqual([1, 2, 3]);
    },
  );

  it('one that refuses everything is disabled after two days', async () => {
    const { id } = await added();
    endpoint.removeAllListeners('request');
    endpoint.on('request', (request, response) => {
      request.resume().on('end', () => response.writeHead(404).end());
    });
    for (let hour = 0; hour < 50; hour++) {
      expect(await stateOf(id)).toBe(hour < 49 ? 'active' : 'disabled');
      await registered('b', 1);
      await pass(HOUR);
    }
  });

  it('one that refused two events with days in between is not', async () => {
    const { id } = await added();
    for (let i = 0; i < 2; i++) {
      answers = [404, 404];
      await registered('b', 1);
      await pass(3 * 24 * HOUR);
    }
    expect(await stateOf(id)).toBe('active');
  });

  it('alarms wait for what is before all verdicts', async () => {
    await added({ events: ['rollout.*'] });
    const model = await register(db.uow, 'm', { rollout: false });
    await db.uow.run(async (stores) => {
      for (const type of ['created', 'judged', 'rolled_back'])
        await stores.events.append({
          ...{ modelId: model.version.modelId, rolloutId: null, type: `rollout.${type}` },
          ...{ actor: 'engine', data: {} },
        });
    });
    answers = [503];
    await deliver();
    expect(received).toEqual([]);
    await pass(60_000);
    expect(received.map(({ event }) => event.type.replace(/^.*[.]/, ''))).toEqual([
      'created',
      'judged',
      'rolled_back',
    ]);
  });

  it('alarms do not wait behind verdicts, and nothing else goes before its turn', async () => {
    await added({ events: ['rollout.*'] });
    const types = ['judged', 'judged', 'rolled_back', 'judged', 'paused', 'created', 'rolled_back'];
    const [model] = [await register(db.uow, 'm', { rollout: false })];
    await db.uow.run(async (stores) => {
      for (const type of types)
        await stores.events.append({
          ...{ modelId: model.version.modelId, rolloutId: null, type: `rollout.${type}` },
          ...{ actor: 'engine', data: {} },
        });
    });
    endpoint.removeAllListeners('request');
    const taken: string[] = [];
    let takesVerdicts = false;
    endpoint.on('request', (request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const type = (JSON.parse(body) as { type: string }).type.replace(/^.*[.]/, '');
        const takes = takesVerdicts || type !== 'judged';
        if (takes) taken.push(type);
        response.writeHead(takes ? 204 : 503).end();
      });
    });
    await deliver();
    // What was created waits for verdicts; no alarm waits for it.
    expect(taken).toEqual(['rolled_back', 'paused', 'rolled_back']);
    takesVerdicts = true;
    await pass(2 * 60_000);
    expect(taken.slice(3)).toEqual(['judged', 'judged', 'judged', 'created']);
  });

  it('no alarm waits behind what its subscriber asked to have again, be it an alarm, nor behind what waits for that; the others keep their order', async () => {
    const ALARMS = ['rolled_back', 'paused', 'waits', 'not_started'];
    const type = fc.constantFrom('created', 'advanced', 'judged', 'rolled_back', 'paused', 'waits');
    const asked = fc.constantFrom(3 * HOUR, 60_000, 0);
    await fc.assert(
      fc.asyncProperty(
        fc.array(type, { minLength: 2, maxLength: 7 }),
        fc.nat(6),
        asked,
        async (types, refused, retryAfterMs) => {
          const { id } = await added({ events: ['rollout.*'] });
          const name = `m${modelCount++}`;
          const { version } = await register(db.uow, name, { rollout: false });
          const append = { modelId: version.modelId, rolloutId: null, actor: 'engine' };
          await db.uow.run(async (stores) => {
            for (const [nth, one] of types.entries())
              await stores.events.append({ ...append, type: `rollout.${one}`, data: { nth } });
          });
          const order: number[] = [];
          let isRush = true;
          const sender = {
            post: async (_url: string, _headers: unknown, body: string) => {
              const { nth } = (JSON.parse(body) as { data: { nth: number } }).data;
              if (isRush && nth === refused) return { status: 429, retryAfterMs };
              order.push(nth);
              return { status: 204, retryAfterMs: null };
            },
          };
          while ((await deliverDue({ ...ports, sender }, now, () => 0.5)) > 0);
          const alarms = [...types.keys()].filter((nth) => ALARMS.includes(types[nth] ?? ''));
          // One that is tried again soon keeps its place.
          if (alarms.includes(refused) && retryAfterMs < HOUR)
            expect(order.every((nth) => nth < refused)).toBe(true);
          // What is asked for again and again, each time soon, has been tried for long by then.
          for (let minute = 0; minute < 3; minute++) {
            now += 61_000;
            while ((await deliverDue({ ...ports, sender }, now, () => 0.5)) > 0);
          }
          expect(order.filter((nth) => alarms.includes(nth))).toEqual(
            alarms.filter((nth) => nth !== refused),
          );
          expect(order).not.toContain(refused);
          isRush = false;
          // So long is heeded, and no longer.
          now += 15 * 60_000;
          while ((await deliverDue({ ...ports, sender }, now, () => 0.5)) > 0);
          expect([...order].sort()).toEqual([...types.keys()]);
          const others = order.filter((nth) => !alarms.includes(nth));
          expect(others).toEqual([...others].sort());
          await db.uow.run((stores) => stores.subscriptions.remove(id));
        },
      ),
      { numRuns: 25 },
    );
  });
});

it('a secret that is rotated signs beside the new one until the overlap is over', async () => {
  const { id } = await added();
  const fresh = `whsec_${Buffer.from('another of twenty-four bytes').toString('base64')}`;
  await db.uow.run((stores) => rotateSecret(stores, id, fresh, HOUR, 'admin'));
  const signers = async (): Promise<string[]> => {
    await registered('m', 1);
    await deliver();
    const { headers = {}, body = '', id: messageId = '' } = received.at(-1) ?? {};
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    const signatures = headers['webhook-signature']?.split(' ') ?? [];
    return [SECRET, fresh].filter((secret) =>
      signatures.includes(new Webhook(secret).sign(messageId, at, body)),
    );
  };
  expect(await signers()).toEqual([SECRET, fresh]);
  now += 2 * HOUR;
  expect(await signers()).toEqual([fresh]);
});

it('Slack gets a line with a link that needs a login, and nobody makes links or mentions in it', async () => {
  await added({ format: 'slack', events: ['version.deleted', 'rollout.*'] });
  await register(db.uow, 'm');
  await db.uow.run(async (stores) => {
    const model = await stores.models.lock('m');
    const [rollout] = (
      await stores.rollouts.list({ modelId: model?.id ?? '' }, { pageSize: 1, pageToken: null })
    ).items;
    await stores.events.append({
      modelId: model?.id ?? '',
      rolloutId: rollout?.id ?? null,
      type: 'rollout.paused',
      actor: 'user:anna',
      data: { version: 1, because: '<!channel> see <https://evil.example|here>' },
    });
  });
  await deliver();
  const { text } = JSON.parse(received.at(-1)?.body ?? '{}') as { text: string };
  expect(text).toMatch(
    /^\*m\* version 1: rollout\.paused – &lt;!channel&gt; see &lt;https:\/\/evil\.example\|here&gt; \(user:anna\) <https:\/\/understudy\.example\/rollouts\/[0-9a-f-]{36}\|Open>$/,
  );
  // What comes late says when it was: newer alarms may have come before it.
  await db.uow.run(async (stores) => {
    const model = await stores.models.lock('m');
    await stores.events.append({
      ...{ modelId: model?.id ?? '', rolloutId: null, type: 'rollout.paused', actor: 'user:anna' },
      data: { version: 1 },
    });
  });
  now += 10 * 60_000;
  await deliver();
  const late = JSON.parse(received.at(-1)?.body ?? '{}') as { text: string };
  expect(late.text).toMatch(/^\*m\* version 1: rollout\.paused \(user:anna\) – at 20[0-9T:-]{17}Z$/);
});

it('nothing of a secret or a secret URL is stored in the open', async () => {
  await added({ url: 'https://hooks.slack.com/services/T0/B0/very-secret-path', format: 'slack' });
  const rows = await db.query(
    `SELECT to_jsonb(s) AS row FROM subscription s UNION ALL SELECT to_jsonb(e) FROM event e`,
  );
  expect(JSON.stringify(rows)).not.toMatch(/very-secret-path|whsec_/);
});

it('pauses grow from five seconds to two hours', () => {
  const pauses = Array.from({ length: 12 }, (_, i) => pauseAfter(i + 1, 0.5));
  expect(pauses.slice(0, 4)).toEqual([5_000, 15_000, 45_000, 135_000]);
  expect(pauses.at(-1)).toBe(2 * HOUR);
  expect([pauseAfter(1, 0), pauseAfter(1, 1)]).toEqual([4_500, 5_500]);
});
