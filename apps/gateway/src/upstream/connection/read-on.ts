import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Lets a socket read on when a write has failed. A server that answers early and closes resets what it has not read: the
 * write fails, and Node destroys the socket with the answer unread in the kernel's buffer. What is written afterwards is
 * dropped; the end of what can be read tells the end of the connection, at once, as the kernel has closed it.
 * @param failed told of the first write that failed
 */
export function readOnWhenWritesFail(socket: Socket, failed: () => void): void {
  let isBroken = false;
  /** Of the write that is under way: the stream begins no other before that is done. */
  let present: Done | null = null;
  const mended: Done = (error) => {
    const done = present;
    present = null;
    if (!error || socket.destroyed) return done?.(error);
    if (!isBroken) failed();
    isBroken = true;
    done?.();
  };
  // Node's own ways to the handle; whoever calls them is the stream, one at a time.
  const write = socket._write.bind(socket);
  const writeMany = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done: Done) => {
    if (isBroken) return done();
    present = done;
    write(chunk, encoding, mended);
  };
  if (writeMany)
    socket._writev = (chunks, done: Done) => {
      if (isBroken) return done();
      present = done;
      writeMany(chunks, mended);
    };
}
