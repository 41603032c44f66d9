import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { type LoneXds, startLoneXds } from '../support/gateways/lone-xds.ts';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/**
 * Two xDS servers behind one address, as the Helm chart has them: an Envoy's connections are spread over both, so that one of them tells it the routes
 * while the other one takes what it logs.
 */
const POLICY = {
  name: 'two-steps',
  gates: [{ metric: 'error_rate', maxIncrease: 0.2, startPeriod: '0s' }],
  steps: ['20%', '50%'].map((weight) => ({ canary: { weight, minRequests: 60, maxDuration: '10m' } })),
};

let site: Installation;
let both: LoneXds[] = [];
let envoy: TestEnvoy;
let front: Front;
const servers: TestModelServer[] = [];

interface Front {
  readonly port: number;
  /** Connections to each. */
  readonly counts: number[];
  stop(): Promise<void>;
}

/** Takes the first connection, which is that for the routes, to the first port, and all others to the second one. */
async function startFront(ports: readonly [number, number]): Promise<Front> {
  const counts = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const to = counts[0] === 0 ? 0 : 1;
    counts[to] = (counts[to] ?? 0) + 1;
    const onward = connect(ports[to] ?? 0, '127.0.0.1');
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const serving = async (): Promise<string> => {
  const server = await startModelServer((_q, _b, response) => json(response, {}));
  servers.push(server);
  return server.url;
};
const release = async (servingUrl: string, rollout: unknown): Promise<string> => {
  const { status, body } = await site.api.call('POST', '/models/m/versions', {
    ...{ createModel: true, servingUrl, rollout },
  });
  expect([status, body['detail']]).toEqual([201, undefined]);
  return String(body['rollout'].id);
};
const ended = (id: string) =>
  eventually(
    async () => (await site.api.call('GET', `/rollouts/${id}`)).body,
    ({ state }) => state === 'succeeded' || state === 'rolled_back',
    180_000,
  );

(ENVOY ? describe : describe.skip)(
  'two xDS servers, and an Envoy whose logs do not come to the one with its routes',
  () => {
    beforeAll(async () => {
      site = await startInstallation();
      await site.gateway.kill('SIGTERM');
      const token = await site.api.token('gateway');
      for (const name of ['one', 'two'])
        both.push(
          await startLoneXds([], {
            ...{ API_URL: site.api.url, UNDERSTUDY_TOKEN: token, GATEWAY_ID: `xds-${name}` },
          }),
        );
      const [one, two] = both.map(({ port }) => port) as [number, number];
      front = await startFront([one, two]);
      envoy = await startEnvoy({ port: front.port, token }, 'one-of-two');
      await isServing(envoy);
    }, 400_000);
    afterAll(async () => {
      await envoy?.kill();
      await front?.stop();
      for (const xds of both) await xds.stop();
      both = [];
      await site?.close();
      for (const server of servers) await server.stop();
    });

    it('steps begin by the word of the one with its routes, and are judged by the logs of the other', async () => {
      expect((await ended(await release(await serving(), true)))['state']).toBe('succeeded');
      const url = `${envoy.url}/models/m/infer`;
      await eventually(
        async () => (await fetch(url, { method: 'POST', body: '{}' })).status,
        (status) => status === 200,
      );
      const callers = startCallers(url, () => '{}', 60);
      const id = await release(await serving(), { policy: POLICY });
      expect((await ended(id))['state']).toBe('succeeded');
      const { statuses } = await callers.stop();
      expect(Object.keys(statuses)).toEqual(['200']);
      expect(front.counts).toEqual([1, 1]);
      const { body } = await site.api.call('GET', `/rollouts/${id}/events`);
      const started = (body['items'] as { type: string; data: Record<string, unknown> }[]).filter(
        ({ type }) => type === 'rollout.step_started',
      );
      expect(started.map(({ data }) => [data['step'], data['notWaitedFor']])).toEqual([
        [0, undefined],
        [1, undefined],
      ]);
    }, 400_000);
  },
);
