import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A server of names by which every name is 127.0.0.1, once the test lets it say so. */
export interface SlowDns {
  readonly port: number;
  /** Questions that wait. */
  waiting(): number;
  answer(): void;
  stop(): Promise<void>;
}

const HEAD_BYTES = 12;
const TYPE_A = 1;
/** An answer, and recursion is there. */
const FLAGS = 0x8180;
const LOOPBACK = [127, 0, 0, 1];

export async function startSlowDns(): Promise<SlowDns> {
  const socket = createSocket('udp4');
  let waiting: (() => void)[] = [];
  let isOpen = false;
  socket.on('message', (question, { port, address }) => {
    const answer = (): void => socket.send(answerTo(question), port, address);
    if (isOpen) answer();
    else waiting.push(answer);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: (socket.address() as AddressInfo).port,
    waiting: () => waiting.length,
    answer: () => {
      isOpen = true;
      for (const one of waiting) one();
      waiting = [];
    },
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The question once more, and an address where one is asked for; of IPv6 there is none. */
function answerTo(question: Buffer): Buffer {
  const end = question.indexOf(0, HEAD_BYTES) + 1;
  const isForAddress = question.readUInt16BE(end) === TYPE_A;
  const head = Buffer.from(question.subarray(0, HEAD_BYTES));
  head.writeUInt16BE(FLAGS, 2);
  head.writeUInt16BE(isForAddress ? 1 : 0, 6);
  head.fill(0, 8);
  // The name of byte 12 on, class IN, for one second.
  const address = Buffer.from([
    0xc0,
    HEAD_BYTES,
    0,
    TYPE_A,
    0,
    1,
    0,
    0,
    0,
    1,
    0,
    LOOPBACK.length,
    ...LOOPBACK,
  ]);
  const asked = question.subarray(HEAD_BYTES, end + 4);
  return Buffer.concat([head, asked, ...(isForAddress ? [address] : [])]);
}

/** What has an Envoy ask that server, at the end of its bootstrap. */
export const askingDns = ({ port }: SlowDns): string => `typed_dns_resolver_config:
  name: envoy.network.dns_resolver.cares
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig
    resolvers: [{ socket_address: { address: 127.0.0.1, port_value: ${port} } }]
    dns_resolver_options: { no_default_search_domain: true }
`;
