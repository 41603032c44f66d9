import type { Server } from 'node:net';
import { DomainError } from '#libs/kernel';

/**
 * Starts a server.
 * @param setting the environment variable that names the port, for the error
 * @returns the port (the one that was free, when 0 was asked for)
 * @throws DomainError that says which setting to change when the port is taken
 */
export function listen(server: Server, port: number, host: string, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host, setting)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : port);
    });
  });
}

/** The error of a failed listen, with the mend. */
function listenError(error: NodeJS.ErrnoException, port: number, host: string, setting: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new DomainError(
      'unavailable',
      'port_in_use',
      `Port ${port} on ${host} is in use. End what listens there, or set ${setting} to another port (0: any free one).`,
    );
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    return new DomainError(
      'unavailable',
      'cannot_listen',
      `Cannot listen on ${host}:${port} (${error.code}). Set ${setting} or BIND to something this machine allows.`,
    );
  }
  return error;
}
