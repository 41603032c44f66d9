import net from 'node:net';
import tls from 'node:tls';
import { contained, on, once, type Owner } from '#libs/data-plane';
import type { Origin } from '../origin.ts';
import { contextOf, type Dial } from './dial.ts';
import { readOnWhenWritesFail } from './read-on.ts';

/** All plain connections read into it, one after the other: a buffer of their own for each read costs more than parsing. */
const SHARED = Buffer.alloc(65_536);

/** Bytes to keep: what is read next overwrites what was read into the shared buffer. */
export const ownBytes = (bytes: Buffer): Buffer =>
  bytes.buffer === SHARED.buffer ? Buffer.from(bytes) : bytes;

/** What happens on a socket to a model server; none of it before `openSocket` has returned. */
export interface SocketEvents {
  /** Valid within the call only (`ownBytes`). */
  bytes(bytes: Buffer): void;
  /** The server reads no more; what it has said is read all the same. */
  cutOff(): void;
  /** One of the server's addresses did not take it. */
  missed(address: string | undefined): void;
  /** It is connected to one of the server's addresses; over TLS that is before the handshake. */
  reached(address: string | undefined): void;
  /** It is set up. */
  connected(): void;
  ended(): void;
  failed(error: Error): void;
  closed(): void;
  drained(): void;
}

/** Connects to a model server. @param owner who is ended where one of the events' callbacks throws */
export function openSocket(owner: Owner, origin: Origin, dial: Dial, events: SocketEvents): net.Socket {
  const { host, port, secure } = origin;
  const { lookup } = dial;
  const socket = secure
    ? tls.connect({
        ...{ host, port, lookup, servername: net.isIP(host) ? '' : host },
        ...contextOf(dial),
        ALPNProtocols: ['http/1.1'],
      })
    : net.connect({ host, port, lookup, onread: { buffer: SHARED, callback: sharedReader(owner, events) } });
  if (secure) on(owner, socket, 'data', (bytes: Buffer) => events.bytes(bytes));
  readOnWhenWritesFail(socket, () => events.cutOff());
  socket.setNoDelay(true);
  let missed: string | undefined;
  let reached: string | undefined;
  let isConnected = false;
  // Of all addresses that are tried for it.
  for (const event of ['connectionAttemptFailed', 'connectionAttemptTimeout'])
    on(owner, socket, event, (address: string) => events.missed((missed = address)));
  once(owner, socket, 'connect', () => events.reached((reached = socket.remoteAddress)));
  once(owner, socket, secure ? 'secureConnect' : 'connect', () => {
    isConnected = true;
    events.connected();
  });
  on(owner, socket, 'end', () => events.ended());
  on(owner, socket, 'error', (error: Error) => {
    // The handshake failed, or no attempt could be made: there is no such name, or no way there.
    if (!isConnected && (reached !== undefined || missed === undefined)) events.missed(reached);
    events.failed(error);
  });
  on(owner, socket, 'close', () => events.closed());
  on(owner, socket, 'drain', () => events.drained());
  return socket;
}

/** As Node wants it: `true` to go on reading. */
function sharedReader(owner: Owner, events: SocketEvents): (bytes: number) => boolean {
  const read = contained(owner, (bytes: number) => events.bytes(SHARED.subarray(0, bytes)));
  return (bytes) => {
    read(bytes);
    return true;
  };
}
