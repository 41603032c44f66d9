import type { ServerResponse } from 'node:http';
import type { Route } from '#libs/traffic';
import { routeTo } from '../gateways/lone-gateway.ts';
import { json, startModelServer } from './model-server.ts';

type Misdeed = (response: ServerResponse) => void;

/** What a candidate does to a request; `null`: it is not there any more. */
export const MISDEEDS: readonly (readonly [what: string, answer: Misdeed | null])[] = [
  ['hangs', () => undefined],
  ['resets', (response) => response.socket?.resetAndDestroy()],
  ['answers 500', (response) => json(response, { error: 'no' }, 500)],
  ['answers garbage', (response) => json(response, { label: null })],
  [
    'sends a body without end',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
  ],
  [
    'opens a stream and dies before its first token',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': ping\n\n', () => response.destroy());
    },
  ],
  ['has crashed', null],
];

export async function startBadCandidate(
  answer: Misdeed | null,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (answer) return startModelServer((_request, _body, response) => answer(response));
  return { url: 'http://127.0.0.1:1', stop: async () => undefined };
}

/** A model of that name, whose bad candidate gets half of its units. */
export const badRoute = (what: string, primary: string, candidate: string, n: number): Route =>
  routeTo(what.replaceAll(' ', '-'), primary, {
    candidate: { version: 2, url: candidate, mode: 'canary', weight: 5_000 },
    rolloutId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    outputSpec: { kind: 'label', path: '$.label' },
  });
