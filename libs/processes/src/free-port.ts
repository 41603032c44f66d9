import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what systems give to outgoing connections (Linux: from 32768, others: from 49152): a connection of anybody's would
 * take a port between the moment it was found free and the moment it is listened on.
 */
const [LOWEST, HIGHEST] = [15_000, 32_000];
const TRIES = 20;

/**
 * A port of 127.0.0.1 that was free a moment ago: `preferred` when it is (0: none is), else any.
 * @param draw a whole number from `min` to below `max`
 */
export async function freePort(
  preferred = 0,
  draw: (min: number, max: number) => number = randomInt,
): Promise<number> {
  if (preferred > 0 && (await isFree(preferred))) return preferred;
  for (let i = 0; i < TRIES; i++) {
    const port = draw(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free: ${TRIES} from ${LOWEST} to ${HIGHEST} were tried on 127.0.0.1`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
