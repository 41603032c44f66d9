import pg from 'pg';

type Connect = (this: pg.Client, callback?: (error: Error) => void) => unknown;

/**
 * An error of a client that nobody listens to ends the process. Between two owners there is nobody: when a connection is set up and
 * the pool is yet to hear of it, or when the pool hands it on. The end of a session that comes right behind an answer is read
 * together with it, in that moment. So whatever connects listens to itself, also those that libraries make (BullMQ's, which
 * listens). Nothing is lost by it: whoever asks on such a client is refused by the driver.
 */
function hearErrors(): void {
  const prototype = pg.Client.prototype as unknown as { connect: Connect };
  const { connect } = prototype;
  prototype.connect = function (...given) {
    this.on('error', () => undefined);
    return connect.apply(this, given);
  };
}

// Once, as a module is: before any client can be made by whoever imports this library.
hearErrors();
