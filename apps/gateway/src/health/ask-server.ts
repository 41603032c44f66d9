import { addressUnder } from '#libs/kernel';
import { Payload, type PathAnswer } from '#libs/traffic';
import { after, PROCESS, soon } from '#libs/data-plane';
import { AnswerClock } from '../upstream/connection/answer-clock.ts';
import { Connection } from '../upstream/connection/connection.ts';
import type { Dial } from '../upstream/connection/dial.ts';
import { ConnectionError } from '../upstream/connection/errors.ts';
import type { Origin } from '../upstream/origin.ts';

/** What is read of a body: it may say that it is not ready. */
const LONGEST_BODY = 64 * 1024;
const LONGEST_HEAD = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** One address of a serving URL, which is asked there and nowhere else. */
export interface Asked {
  readonly origin: Origin;
  readonly address: string;
  readonly family: number;
}

/**
 * Asks one address once, over a connection of its own: so a probe also says whether it takes connections.
 * @param told once: the answer; `null`: none came in time, or no connection
 */
export function askServer(
  { origin, address, family }: Asked,
  path: string,
  { dial, timeoutMs, via }: { readonly dial: Dial; readonly timeoutMs: number; readonly via: string },
  told: (answer: PathAnswer | null) => void,
): void {
  let isOver = false;
  let status = 0;
  let size = 0;
  let headers: readonly string[] = [];
  const parts: Buffer[] = [];
  const settle = (answer: PathAnswer | null): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    soon(PROCESS, () => {
      connection.close(new ConnectionError('the probe is over'));
      told(answer);
    });
  };
  const lookup: Dial['lookup'] = (_host, { all }, done) =>
    all === true ? done(null, [{ address, family }] as never) : done(null, address, family);
  const connection = new Connection(
    origin,
    // Its end is told to the listener too, after an answer that closes it.
    { idle: () => undefined, gone: () => undefined },
    { keepIdleMs: timeoutMs, answerHeadBytes: LONGEST_HEAD, until: Infinity },
    { ...dial, lookup: (host, options, done) => soon(PROCESS, () => lookup(host, options, done)) },
  );
  // The head has said the status: a body that does not end in time takes nothing from it.
  const timer = after(PROCESS, timeoutMs, () => settle(status === 0 ? null : { status }));
  const target = addressUnder(`http://x${origin.base}${origin.query === '' ? '' : `?${origin.query}`}`, path);
  connection.send({
    method: 'GET',
    head: `GET ${target.slice('http://x'.length)} HTTP/1.1\r\nhost: ${origin.authority}\r\nuser-agent: understudy-probe\r\naccept: */*\r\naccept-encoding: identity\r\nvia: 1.1 ${via}\r\n\r\n`,
    body: { kind: 'whole', bytes: NOTHING },
    chunked: false,
    clock: new AnswerClock(LONGEST_BODY),
    listener: {
      ...{ place: 'process', endBy: () => settle(null) },
      head: (got, gotHeaders) => {
        [status, headers] = [got, gotHeaders];
        // What an encoded body grows to is in nobody's budget, and none was asked for.
        if (got !== 200 || isEncoded(gotHeaders)) settle({ status });
      },
      chunk: (bytes) => {
        size += bytes.length;
        if (size > LONGEST_BODY) settle({ status });
        else parts.push(bytes);
        return true;
      },
      end: () => settle({ status, body: new Payload(Buffer.concat(parts), headers).value }),
      failed: () => settle(status === 0 ? null : { status }),
    },
  });
}

const isEncoded = (headers: readonly string[]): boolean =>
  headers.some(
    (name, at) =>
      at % 2 === 0 &&
      name.toLowerCase() === 'content-encoding' &&
      !/^\s*(identity\s*)?$/i.test(headers[at + 1] ?? ''),
  );
