import type { Socket } from 'node:net';
import { contained, type Owner } from '#libs/data-plane';
import type { BodyFlow } from '../../callers/body-flow.ts';
import { holdWrites } from '../../request/write-turn.ts';

/** Bodies up to this size leave in one piece with their head. */
export const ONE_PIECE_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

/** Sends a request whose body is there. @param head as latin1 */
export function writeWhole(socket: Socket, head: string, bytes: Buffer): void {
  holdWrites(socket);
  if (bytes.length === 0) socket.write(head, 'latin1');
  else if (bytes.length <= ONE_PIECE_BYTES) {
    const whole = Buffer.allocUnsafe(head.length + bytes.length);
    whole.write(head, 0, 'latin1');
    bytes.copy(whole, head.length);
    socket.write(whole);
  } else {
    socket.write(head, 'latin1');
    socket.write(bytes);
  }
}

/** A body that is still coming in, on its way to a model server. */
export interface Pouring {
  /** The body comes without a length, so it is sent in chunks. */
  readonly chunked: boolean;
  /** Is its exchange still this connection's? */
  isUnderWay(): boolean;
  /** Do others wait for the place of a body that is still coming in? */
  isContested(): boolean;
  moves(): void;
  /** All of it has been written. */
  ended(): void;
  /** Its caller has left in the middle of it. */
  broken(): void;
}

/** Passes a body on as it comes, as fast as the server takes it; the head has been written. */
export function pourRequest(owner: Owner, socket: Socket, flow: BodyFlow, pouring: Pouring): void {
  const { chunked } = pouring;
  flow.pour({
    isContested: () => pouring.isContested(),
    data: (bytes) => {
      // Answered before all of it was there: the rest is dropped.
      if (!pouring.isUnderWay() || bytes.length === 0) return true;
      pouring.moves();
      if (chunked) socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
      let goOn = socket.write(bytes);
      if (chunked) goOn = socket.write('\r\n', 'latin1');
      if (!goOn || bytes.length >= ONE_PIECE_BYTES || socket.writableLength === 0) return goOn;
      // The server is behind: each small piece would be an object that waits. Until this one has left, the next gather
      // at the caller's. An empty write is done when all before it is.
      socket.write(
        NOTHING,
        contained(owner, () => flow.resume()),
      );
      return false;
    },
    end: () => {
      if (!pouring.isUnderWay()) return;
      if (chunked) socket.write('0\r\n\r\n', 'latin1');
      pouring.ended();
    },
    broken: () => {
      if (pouring.isUnderWay()) pouring.broken();
    },
  });
}
