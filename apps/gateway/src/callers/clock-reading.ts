import type { Socket } from 'node:net';
import type { ClockReading } from './caller-clock.ts';
import type { CallerRequest } from './caller-request.ts';

/** What a connection's clock is told of its socket and of the request on it. */
export const clockReading = (
  socket: Socket,
  phase: ClockReading['phase'],
  request: CallerRequest | null,
): ClockReading => ({
  phase,
  unsent: socket.writableLength,
  leaving: leavingBytes(socket),
  given: phase === 'body' ? socket.bytesWritten : 0,
  contested: request?.isContested === true ? request.receivedBytes : null,
});

/** What the system has not taken of the present write, however large it is. Node tells only by the handle. */
function leavingBytes(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? socket.writableLength;
}
