import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readReceipt } from '#libs/receipts';
import type { Socket } from 'node:net';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { sayRaw, startRawServer } from '../support/model-servers/raw-http.ts';

/** Which arm a receipt names: what callers report counts for that one. */
const KEY = 'key-that-signs-receipts';
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
type Server = Awaited<ReturnType<typeof startRawServer>>;
let gateway: LoneGateway;
let [primary, candidate]: Server[] = [];
const held: Socket[] = [];
let candidateSays: (socket: Socket) => void;
const says =
  (status: string) =>
  (socket: Socket): void =>
    void socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nok`, 'latin1');
const holds = (socket: Socket): void => void held.push(socket);

beforeAll(async () => {
  primary = await startRawServer(says('200 OK'));
  candidate = await startRawServer((socket) => candidateSays(socket));
  const to = (model: string) =>
    routeTo(model, primary?.url ?? '', {
      rolloutId: ROLLOUT,
      candidate: { version: 2, url: candidate?.url ?? '', mode: 'canary', weight: 5_000 },
      callers: { ...{ unit: { from: 'header', name: 'x-unit' }, repeatable: true } },
    });
  gateway = await startLoneGateway([to('dead'), to('busy'), to('well')], { CANDIDATE_CONCURRENCY: '1' });
});
afterAll(async () => {
  for (const socket of held) socket.destroy();
  await gateway.stop();
  await primary?.stop();
  await candidate?.stop();
});

/** What one unit gets: who answered, and the arm that its receipt names; `null`: no receipt. */
async function ask(model: string, unit: string) {
  const head = `POST /models/${model}/infer HTTP/1.1\r\nhost: g\r\nx-unit: ${unit}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`;
  const answer = await sayRaw(gateway.port, head, 10_000);
  const receipt = /x-understudy-receipt: (\S+)/.exec(answer)?.[1];
  return {
    by: /x-understudy-arm: (\w+)/.exec(answer)?.[1],
    receipt: receipt === undefined ? null : (readReceipt(receipt, KEY)?.arm ?? 'unreadable'),
  };
}

describe('a receipt', () => {
  it('names the arm that has answered', async () => {
    candidateSays = says('200 OK');
    const seen = new Set<string>();
    for (let unit = 0; unit < 30; unit++) {
      const { by, receipt } = await ask('well', String(unit));
      expect(receipt).toBe(by);
      seen.add(String(by));
    }
    expect([...seen].sort()).toEqual(['candidate', 'primary']);
  });

  it('of a request that the candidate has failed is its own, though the primary answers; in a pause there is none, for either arm', async () => {
    candidateSays = says('500 Internal Server Error');
    const answers = [];
    for (let unit = 0; unit < 60; unit++) answers.push(await ask('dead', String(unit)));
    expect(new Set(answers.map(({ by }) => by))).toEqual(new Set(['primary']));
    const failed = answers.filter(({ receipt }) => receipt === 'candidate').length;
    // Eight failures pause its traffic; from then on nobody is asked on trial.
    expect(failed).toBe(8);
    const lastOfTrial = answers.findLastIndex(({ receipt }) => receipt === 'candidate');
    expect(answers.slice(lastOfTrial + 1).map(({ receipt }) => receipt)).toEqual(
      answers.slice(lastOfTrial + 1).map(() => null),
    );
  });

  it('is not given where the candidate was never asked, for the gateway asks it no more at once', async () => {
    // Units of the candidate, by what became of them before.
    const ofCandidate: string[] = [];
    candidateSays = says('200 OK');
    for (let unit = 0; ofCandidate.length < 3; unit++)
      if ((await ask('busy', String(unit))).by === 'candidate') ofCandidate.push(String(unit));
    candidateSays = holds;
    const [first = '', ...others] = ofCandidate;
    const under = ask('busy', first);
    while (held.length === 0) await new Promise((done) => setTimeout(done, 20));
    for (const unit of others) expect(await ask('busy', unit)).toEqual({ by: 'primary', receipt: null });
    for (const socket of held.splice(0)) says('200 OK')(socket);
    expect(await under).toEqual({ by: 'candidate', receipt: 'candidate' });
  });
});
