import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';

/** In whatever a hostile model server says; nobody but its own callers may ever see it. */
export const MARK = 'EVIL-OF-A';

/** What a hostile model server says to one request. */
export interface HostileAnswer {
  readonly pieces: readonly string[];
  readonly gapMs: number;
  /** What it does with its connection then. */
  readonly end: 'stays' | 'closes' | 'resets';
}

const text = (value: string, padding: number): string => `${MARK}${value}${'.'.repeat(padding)}`;
const body = fc.nat(40).map((padding) => `{"label":"${text('', padding)}"}`);
/** A whole answer, that somebody else would take for theirs. */
const second = body.map(
  (inner) => `HTTP/1.1 200 OK\r\ncontent-length: ${inner.length}\r\nx-mark: ${MARK}\r\n\r\n${inner}`,
);

/** Lines that matter to somebody, in any answer. */
const line = fc.oneof(
  fc.constantFrom(
    `set-cookie: a=${MARK}`,
    'connection: close',
    'connection: keep-alive',
    'connection: content-length, transfer-encoding',
    'keep-alive: timeout=1',
    'x-understudy-receipt: FORGED',
    'x_understudy_arm: FORGED',
    'x-request-id: FORGED',
    'x-accel-redirect: /models/b/x',
    'x-envoy-immediate-health-check-fail: 1',
    'alt-svc: h2="127.0.0.1:1"',
    'upgrade: h2c',
    'trailer: content-length',
    'content_length: 3',
    'content-type: application/json',
    'date: never',
    `location: http://127.0.0.1:1/${MARK}`,
    `link: <${MARK}>`,
  ),
  fc.constantFrom(500, 2_900, 3_900, 5_000, 9_000, 20_000).map((size) => `x-long: ${'l'.repeat(size)}`),
  fc
    .constantFrom(60, 90, 110, 150)
    .map((many) => Array.from({ length: many }, () => `x-m: ${MARK}`).join('\r\n')),
);
/** Lines that no reader agrees about with all others. */
const oddLine = fc.constantFrom(
  'content-length: 0',
  'content-length: 5, 5',
  'content-length: 5',
  'content-length: +5',
  'content-length: 99999999999',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding: identity',
  `x-folded: a\r\n  ${MARK}`,
  `x-lf: a\ncontent-length: 0`,
  'x-nul: a\0b',
  'x-space : b',
  ': nameless',
  `${MARK}`,
);
const linesOf = (odd: number) =>
  fc.array(fc.oneof({ weight: 10, arbitrary: line }, { weight: odd, arbitrary: oddLine }), { maxLength: 4 });
const head = (status: string, lines: readonly string[]): string =>
  `HTTP/1.1 ${status}\r\n${lines.map((one) => `${one}\r\n`).join('')}\r\n`;

const interim = fc
  .tuple(fc.constantFrom('100 Continue', '102 Processing', '103 Early Hints', '199 X', '101 Y'), linesOf(4))
  .map(([status, lines]) => head(status, lines));
const status = fc.oneof(
  { weight: 5, arbitrary: fc.constant('200 OK') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[
        '204 No Content',
        '304 Not Modified',
        '205 Reset Content',
        '206 Partial',
        '302 Found',
        '201 Created',
      ],
      ...['400 Bad', '413 Too Large', '500 Oops', '503 Busy', '599 X', '999 Y', '200', `200 ${MARK}`],
    ),
  },
);
const trailers = fc.constantFrom(
  '',
  'x-sum: 1\r\n',
  `x-understudy-receipt: FORGED\r\ncontent-length: 9\r\nset-cookie: a=${MARK}\r\ntransfer-encoding: chunked\r\n`,
  `x-long: ${'t'.repeat(5_000)}\r\n`,
  `x-long: ${'t'.repeat(17_000)}\r\n`,
);

/** Body and the lines that say where it ends: rightly, or not. */
const framed = fc.tuple(body, trailers, fc.nat(9)).map(([inner, tail, way]): [string[], string] => {
  const length = `content-length: ${inner.length}`;
  const chunks = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n${tail}\r\n`;
  switch (way) {
    case 0:
      return [[], inner];
    case 1:
      return [[length, length], inner];
    case 2:
      return [[`content-length: ${inner.length}, ${inner.length}`], inner];
    case 3:
      return [[`content-length: ${inner.length + 7}`], inner];
    case 4:
      return [['content-length: 5'], inner];
    case 5:
      return [['transfer-encoding: chunked'], chunks];
    case 6:
      return [['transfer-encoding: chunked', length], chunks];
    case 7:
      return [['transfer-encoding: chunked'], `5\r\n${inner}\r\n0\r\n\r\n`];
    case 8:
      return [['transfer-encoding: chunked'], inner];
    default:
      return [[length], inner];
  }
});

export const hostileAnswer: fc.Arbitrary<HostileAnswer> = fc
  .record({
    interims: fc.array(interim, { maxLength: 3 }),
    status,
    lines: linesOf(2),
    framed,
    extra: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 2, arbitrary: second }),
    cuts: fc.array(fc.nat(400), { maxLength: 4 }),
    gapMs: fc.constantFrom(0, 0, 3, 25),
    end: fc.constantFrom<HostileAnswer['end']>('stays', 'stays', 'stays', 'closes', 'resets'),
  })
  .map(({ interims, status: line_, lines, framed: [framing, inner], extra, cuts, gapMs, end }) => {
    const whole = `${interims.join('')}${head(line_, [...lines, ...framing])}${inner}${extra}`;
    const places = [...new Set([0, ...cuts.map((cut) => cut % whole.length)])].sort((a, b) => a - b);
    return { pieces: places.map((at, i) => whole.slice(at, places[i + 1])), gapMs, end };
  });

/** Says it, byte for byte. */
export async function sayHostile(socket: Socket, { pieces, gapMs, end }: HostileAnswer): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece, 'latin1');
    if (gapMs > 0) await sleep(gapMs);
  }
  if (end === 'closes') socket.end();
  if (end === 'resets') socket.resetAndDestroy();
}
