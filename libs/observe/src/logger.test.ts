import { expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';

it('writes a warning or error that is repeated once, each kind by itself, and all else always', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(
    'test',
    'info',
    (text) => text,
    (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  );
  for (let i = 0; i < 1_000; i++) {
    logger.error(
      { err: new Error(`connect ECONNREFUSED 127.0.0.1:${i}`), url: `/${i % 2}` },
      'request failed',
    );
    logger.warn({ reason: 'it was silent', after: i }, 'lost');
    logger.warn('the disk is full');
  }
  logger.warn({ reason: 'it was closed' }, 'lost');
  logger.error({ err: new Error('another') }, 'request failed');
  for (const message of ['as it is shown', 'shown otherwise', 'as it is shown'])
    logger.error({ err: { type: 'Error', message } }, 'request failed');
  logger.error(new Error('of its own'));
  logger.warn({ much: 1n }, 'odd');
  for (let i = 0; i < 3; i++) logger.info({ i }, 'told');
  for (let i = 0; i < 2; i++) logger.fatal('ends');
  expect(
    lines.map(({ msg, err }) => [msg, (err as Error | undefined)?.message].filter(Boolean).join(': ')),
  ).toEqual([
    'request failed: connect ECONNREFUSED 127.0.0.1:0',
    'lost',
    'the disk is full',
    'lost',
    'request failed: another',
    'request failed: as it is shown',
    'request failed: shown otherwise',
    'of its own: of its own',
    'odd',
    ...['told', 'told', 'told'],
    ...['ends', 'ends'],
  ]);
});
