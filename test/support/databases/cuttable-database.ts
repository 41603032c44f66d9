import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '#libs/db';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';

const TEMPLATE = 'understudy_cut_template';

/**
 * A PostgreSQL of its own that can be stopped and started again at the same address (a relay keeps
 * the port). `freshDatabase` makes its databases there from then on.
 */
export async function startCuttableDatabase() {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-cut-'));
  let server: RunningPostgres | null = await startEmbeddedPostgres(home);
  const open = new Set<Socket>();
  const relay = createServer((inner) => {
    if (!server) {
      inner.destroy();
      return;
    }
    const outer = connect(Number(new URL(server.url).port), '127.0.0.1');
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo;
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(server.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
  const url = new URL(server.url);
  url.port = String(port);
  process.env['TEST_SERVER_URL'] = url.href;
  process.env['TEST_TEMPLATE'] = TEMPLATE;
  return {
    /** As a crash of its machine looks from outside: every connection is gone, and nobody answers. */
    stop: async () => {
      const running = server;
      server = null;
      for (const socket of open) socket.destroy();
      await running?.stop();
    },
    start: async () => {
      server = await startEmbeddedPostgres(home);
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
      await server?.destroy();
      await rm(home, { recursive: true, force: true });
    },
  };
}
