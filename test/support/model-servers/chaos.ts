import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';

/** Bytes that a peer says, and how it breaks off. */
export interface Play {
  readonly bytes: Buffer;
  /** Written so many at a time. */
  readonly piece: number;
  /** Of the bytes, that are said at all. */
  readonly share: number;
  readonly then: 'silence' | 'reset' | 'end' | 'go on';
}

/** Writes of their own at most; what comes on top is one more. */
const MOST_WRITES = 400;

/** Says a play on a socket, no faster than it is read; never fails. */
export async function say(socket: Socket, { bytes, piece, share, then }: Play): Promise<void> {
  const all = bytes.subarray(0, Math.ceil(bytes.length * share));
  let writes = 0;
  for (let at = 0; at < all.length && !socket.destroyed;) {
    const end = ++writes > MOST_WRITES ? all.length : at + piece;
    const goOn = socket.write(all.subarray(at, end));
    at = end;
    if (!goOn) await drained(socket);
    else if (piece < 64) await new Promise((resolve) => setImmediate(resolve));
  }
  if (then === 'reset') socket.resetAndDestroy();
  if (then === 'end') socket.end();
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 1_000);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });

/** A body as JSON of any depth and width, or bytes that are none. */
const jsonBody = fc
  .record({
    depth: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 200_000 })),
    width: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 60_000 })),
    item: fc.constantFrom('1', '{}', '[]', '"a"', '1e999', 'null', '{"":{}}'),
    open: fc.constantFrom('[', '{"y":', '[[', '{"a":['),
  })
  .map(({ depth, width, item, open }) => {
    const close = [...open].reverse().map((c) => ({ '[': ']', '{': '}' })[c] ?? '');
    const inner = `[${Array.from({ length: width }, () => item).join(',')}]`;
    return Buffer.from(`{"y":${open.repeat(depth)}${inner}${close.join('').repeat(depth)}}`);
  });
const body = fc.oneof(
  { weight: 4, arbitrary: jsonBody },
  { weight: 1, arbitrary: fc.nat(300_000).map((n) => Buffer.alloc(n, 'x')) },
);

/** What a body is framed by, and what of that is a lie. */
const framing = fc.oneof(
  fc.record({ kind: fc.constant('length' as const), lie: fc.constantFrom(0, 0, 0, -1, 1, -1e9, 9e6) }),
  fc.record({
    kind: fc.constant('chunks' as const),
    size: fc.oneof(
      fc.constant(1),
      fc.constantFrom(2, 7, 4_096, 65_536),
      fc.integer({ min: 1, max: 100_000 }),
    ),
    extension: fc.constantFrom('', '', ';a=b', `;x=${'y'.repeat(3_000)}`),
    last: fc.constantFrom('0\r\n\r\n', '0\r\n\r\n', '0\r\nx-t: 1\r\n\r\n', '', 'zz\r\n', '1\r\n'),
  }),
  fc.record({ kind: fc.constant('both' as const) }),
  fc.record({ kind: fc.constant('close' as const) }),
);
type Framing = typeof framing extends fc.Arbitrary<infer T> ? T : never;

function framed(bytes: Buffer, how: Framing): { lines: string; bytes: Buffer } {
  switch (how.kind) {
    case 'length':
      return { lines: `content-length: ${Math.max(0, bytes.length + how.lie)}\r\n`, bytes };
    case 'both':
      return { lines: `content-length: ${bytes.length}\r\ntransfer-encoding: chunked\r\n`, bytes };
    case 'close':
      return { lines: '', bytes };
    case 'chunks': {
      const parts: (Buffer | string)[] = [];
      // So many short ones, then all of the rest in one.
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const end = n > 20_000 ? bytes.length : Math.min(bytes.length, at + how.size);
        parts.push(
          `${(end - at).toString(16)}${n < 50 ? how.extension : ''}\r\n`,
          bytes.subarray(at, end),
          '\r\n',
        );
        at = end;
      }
      const text = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
      return {
        lines: 'transfer-encoding: chunked\r\n',
        bytes: Buffer.concat([...text, Buffer.from(how.last)]),
      };
    }
  }
}

/** Header lines up to 64 KB and beyond: few long ones, or many short ones. */
const padding = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.nat(70_000).map((n) => `x-long: ${'a'.repeat(n)}\r\n`) },
  { weight: 1, arbitrary: fc.nat(9_000).map((n) => 'a:b\r\n'.repeat(n)) },
);

const manner = {
  piece: fc.oneof(fc.constant(1), fc.constantFrom(2, 16, 1_024), fc.constant(1_000_000)),
  share: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  then: fc.constantFrom('silence', 'reset', 'end', 'go on', 'go on') as fc.Arbitrary<Play['then']>,
};

/** What a model server says. */
export const answerPlay: fc.Arbitrary<Play> = fc
  .record({
    ...manner,
    body,
    framing,
    padding,
    status: fc.constantFrom('200 OK', '200 OK', '500 No', '204 None', '304 Same', '101 Up', '999 Odd', 'abc'),
    interims: fc.constantFrom(0, 0, 0, 1, 40),
    behind: fc.constantFrom('', '', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad'),
  })
  .map((a) => {
    const { lines, bytes } = framed(a.body, a.framing);
    const interims = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(a.interims);
    const head = `${interims}HTTP/1.1 ${a.status}\r\ncontent-type: application/json\r\n${a.padding}${lines}\r\n`;
    return { ...a, bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(a.behind)]) };
  });

/** What a caller says; several requests, one behind the other, where it is in a hurry. */
export const requestPlay = (target: string): fc.Arbitrary<Play> =>
  fc
    .record({
      ...manner,
      body,
      framing,
      padding,
      method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD', 'PUT', 'BREW'),
      times: fc.constantFrom(1, 1, 1, 3, 2_000),
    })
    .map((a) => {
      const { lines, bytes } = framed(a.body, a.framing);
      const head = `${a.method} ${target} HTTP/1.1\r\nhost: g\r\n${a.padding}${lines}\r\n`;
      const one = Buffer.concat([Buffer.from(head), bytes]);
      const times = Math.max(1, Math.min(a.times, Math.floor(2_000_000 / one.length)));
      return { ...a, bytes: Buffer.concat(Array.from({ length: times }, () => one)) };
    });

/** A model server that says what a test has put down for it, whatever it is asked. */
export async function startChaosServer(): Promise<{
  readonly url: string;
  /** What the next requests are answered with, in turn. */
  plays: readonly Play[];
  stop(): Promise<void>;
}> {
  const sockets = new Set<Socket>();
  let at = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    // Once for each read: sometimes before the request is whole.
    socket.on('data', () => {
      const play = chaos.plays[at++ % Math.max(1, chaos.plays.length)];
      if (play) void say(socket, play);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const chaos = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plays: [] as readonly Play[],
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return chaos;
}

/** A socket to a port of this machine, whose errors are nobody's. */
export const open = (port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(socket));
  });
