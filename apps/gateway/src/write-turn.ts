import type { Socket } from 'node:net';
import { atTurnEnd, contain, PROCESS } from './contained.ts';

/** Sockets that something was written to in this turn of the event loop. */
let held: Socket[] = [];

/**
 * Holds a socket's writes back until the end of this turn of the event loop, when all of them leave one
 * behind the other: each write by itself wakes a peer that has just fallen asleep again, and costs several
 * times as much. Nobody waits longer than for what came in at the same moment.
 */
export function holdWrites(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (held.length === 0) atTurnEnd(PROCESS, flush);
  held.push(socket);
}

function flush(): void {
  const sockets = held;
  held = [];
  for (const socket of sockets)
    contain({ place: 'caller', endBy: () => void socket.destroy() }, () => socket.uncork());
}
