import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { follow, type StreamEvent } from './stream.ts';

const eventOf = (id: string): StreamEvent => ({
  ...{ id, type: 'rollout.advanced', model: 'modèle ☃ 🦉', rolloutId: null, version: 2 },
  ...{ actor: 'ada', at: '2026-11-29T12:00:00.000Z' },
});
let close = (): void => undefined;
afterEach(() => close());

/** A server that sends the bytes in the parts that it is given, one turn after the other, and then nothing more. */
async function sending(parts: readonly Buffer[]): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    void (async () => {
      for (const part of parts) {
        response.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The events that a follower hears, until it has heard `many`. */
async function heard(parts: readonly Buffer[], many: number): Promise<StreamEvent[]> {
  const url = await sending(parts);
  const events: StreamEvent[] = [];
  const stop = new AbortController();
  await follow({
    ...{ url, token: () => null, signal: stop.signal, connected: () => undefined },
    event: (event) => {
      events.push(event);
      if (events.length === many) stop.abort();
    },
  });
  close();
  return events;
}

/** Lines end as the specification lets them; a proxy may have changed them. */
const written = fc.record({
  end: fc.constantFrom('\n', '\r\n', '\r'),
  space: fc.constantFrom(' ', ''),
  cuts: fc.array(fc.nat(2_000), { maxLength: 12 }),
});

it('hears each event once, however its bytes are cut and its lines end', async () => {
  await fc.assert(
    fc.asyncProperty(written, async ({ end, space, cuts }) => {
      const events = [eventOf('m/1'), eventOf('m/2'), eventOf('m/3')];
      const blocks = events.map((event) =>
        [`id:${space}${event.id}`, `event:${space}x`, `data:${space}${JSON.stringify(event)}`, '', ''].join(
          end,
        ),
      );
      const bytes = Buffer.from([`: ping${end}${end}`, ...blocks, `: ping${end}${end}`].join(''));
      const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
      const parts = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
      expect(
        await heard(
          parts.filter((part) => part.length > 0),
          events.length,
        ),
      ).toEqual(events);
    }),
    { numRuns: 60 },
  );
});
