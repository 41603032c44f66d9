import type { Socket } from 'node:net';
import { atTurnEnd, fault, PROCESS } from '#libs/data-plane';

/** Sockets that something was written to in this turn of the event loop. */
let held: Socket[] = [];
/** `NaN`: nobody has asked in this turn. */
let time = NaN;
let endIsDue = false;

/**
 * Holds a socket's writes back until the end of this turn of the event loop, when all of them leave one
 * behind the other: each write by itself wakes a peer that has just fallen asleep again, and costs several
 * times as much. Nobody waits longer than for what came in at the same moment.
 */
export function holdWrites(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  held.push(socket);
  endTurn();
}

/**
 * The process's clock, read once in a turn of the event loop: for limits of seconds, of which several begin with each request. Never for
 * what is measured.
 */
export function turnTime(): number {
  if (Number.isNaN(time)) {
    time = performance.now();
    endTurn();
  }
  return time;
}

function endTurn(): void {
  if (endIsDue) return;
  endIsDue = true;
  atTurnEnd(PROCESS, flush);
}

function flush(): void {
  const sockets = held;
  held = [];
  time = NaN;
  endIsDue = false;
  for (const socket of sockets) {
    try {
      socket.uncork();
    } catch (error) {
      fault({ place: 'caller', endBy: () => void socket.destroy() }, error);
    }
  }
}
