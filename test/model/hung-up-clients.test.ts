import { once } from 'node:events';
import { createServer, request as ask, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { ModelVersionsController } from '../../apps/api/src/mlflow/model-versions.controller.ts';
import { mlflowParamsOf } from '../../apps/api/src/mlflow/params.ts';
import { lenientPorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/** A client's call that has come to the api, and how the client hangs up. */
async function called(): Promise<{ readonly raw: ServerResponse; hangUp(): Promise<void>; end(): void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = ask({ method: 'POST', port: (server.address() as AddressInfo).port });
  client.on('error', () => undefined);
  const come = once(server, 'request');
  client.end();
  const [, raw] = (await come) as [unknown, ServerResponse];
  const hangUp = async (): Promise<void> => {
    const closed = once(raw, 'close');
    client.destroy();
    await closed;
  };
  const end = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { raw, hangUp, end };
}

/* MLflow's client repeats what takes too long: whoever has hung up meanwhile gets no version, or each try would make one. */
it.each(['reads', 'checks'] as const)(
  'a client that hangs up while the api %s what it registers has no version of it',
  async (during) => {
    const db = new MemoryDatabase();
    await register(db.uow, 'm', { rollout: false });
    for (const hangsUp of [false, true]) {
      const before = db.state.versions.size;
      const { raw, hangUp, end } = await called();
      const slow = async (at: typeof during): Promise<void> => {
        if (hangsUp && at === during) await hangUp();
      };
      const controller = new ModelVersionsController(
        db.uow,
        { ...lenientPorts(db.uow), artifacts: { verify: () => slow('checks'), describe: async () => null } },
        {
          resolve: async (uri) => {
            await slow('reads');
            return { uri, digest: `sha256:${'1'.repeat(64)}` };
          },
          run: async () => null,
          fetched: { tidy: async () => 0 },
        },
      );
      const params = mlflowParamsOf({ query: {}, body: { name: 'm', source: 'runs:/1/model' } });
      const by = { actor: 'ann', authority: 'admin' as const };
      const outcome = await controller
        .create(params, by as never, { models: null } as never, { raw } as never)
        .then(
          () => 'registered',
          (error: Error & { code?: string }) => error.code ?? error.message,
        );
      end();
      expect([hangsUp, outcome, db.state.versions.size - before]).toEqual(
        hangsUp ? [true, 'TEMPORARILY_UNAVAILABLE', 0] : [false, 'registered', 1],
      );
    }
  },
);
