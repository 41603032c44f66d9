import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { frontKinds } from '../support/gateways/fronts.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startRawServer } from '../support/model-servers/raw-http.ts';

/*
 * A model server that says 103 before its answers, and the gateway with INTERIM_ANSWERS=drop: behind each kind of proxy every caller gets the answer
 * whole. Without it nginx before 1.29 gives its callers the 103, and HAProxy 2.6 ends the answer after its head where it has read both at once.
 */
const BODY = '{"label":"whole"}';
const HINT = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
const HEAD = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;
/** As its bytes come: together, or one after the other. */
const WAYS: readonly (readonly string[])[] = [
  [HINT + HEAD, BODY],
  [HINT + HINT + HEAD + BODY.slice(0, 4), BODY.slice(4)],
  [HINT, HEAD, BODY],
  [HINT, HEAD + BODY],
  [HINT + HEAD + BODY],
];

let gateway: LoneGateway;
let server: Awaited<ReturnType<typeof startRawServer>>;
beforeAll(async () => {
  server = await startRawServer((socket, head) => {
    const pieces = WAYS[Number(/\/way(\d)/.exec(head)?.[1])] ?? [];
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await sleep(5);
      }
    })();
  });
  gateway = await startLoneGateway([routeTo('m', server.url)], { INTERIM_ANSWERS: 'drop' });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

describe('with INTERIM_ANSWERS=drop, behind', () => {
  for (const kind of frontKinds()) {
    const on = kind.missing === null ? it : it.skip;
    on(
      `${kind.name}, answers that come after a 1xx are whole`,
      async () => {
        const front = await kind.start(gateway.port);
        try {
          for (let i = 0; i < 4 * WAYS.length; i++) {
            const url = `http://127.0.0.1:${front.port}/models/m/way${i % WAYS.length}`;
            // HAProxy 2.6 cuts it off whether the caller keeps its connection or not.
            const answer = await fetch(url, {
              method: 'POST',
              body: '{}',
              headers: { connection: i % 2 ? 'close' : 'keep-alive' },
            });
            expect([i % WAYS.length, answer.status, await answer.text()]).toEqual([
              i % WAYS.length,
              200,
              BODY,
            ]);
          }
        } finally {
          await front.stop();
        }
      },
      60_000,
    );
  }
});
