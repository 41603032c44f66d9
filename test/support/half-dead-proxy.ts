import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that breaks as networks do: cleanly, or without a word. */
export interface HalfDeadProxy {
  readonly port: number;
  /** New connections are closed at once; `cut` ends those that there are. */
  refuse(): void;
  /** Ends every connection, as a reset does. */
  cut(): void;
  /** Not another byte goes through, either way, with no FIN and no RST; new connections are accepted, and as silent. */
  silence(): void;
  /** New connections work again. Those that were silenced stay silent for good, as behind a firewall that forgot them. */
  accept(): void;
  /** Where new connections lead from now on; those that there are stay where they are. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

interface Connection {
  readonly inner: Socket;
  readonly outer: Socket | null;
  isSilent: boolean;
}

/** @param target the port on loopback that it stands in front of */
export async function startHalfDeadProxy(target: number): Promise<HalfDeadProxy> {
  const open = new Set<Connection>();
  let mode: 'accepts' | 'refuses' | 'silent' = 'accepts';
  let leadsTo = target;
  const server = createServer((inner) => {
    inner.on('error', () => undefined);
    if (mode === 'refuses') return void inner.destroy();
    const outer = mode === 'silent' ? null : connect(leadsTo, '127.0.0.1');
    const connection: Connection = { inner, outer, isSilent: outer === null };
    open.add(connection);
    inner.on('close', () => {
      open.delete(connection);
      outer?.destroy();
    });
    if (!outer) return;
    outer.on('error', () => inner.destroy());
    outer.on('close', () => {
      if (!connection.isSilent) inner.destroy();
    });
    inner.on('data', (bytes) => connection.isSilent || outer.write(bytes));
    outer.on('data', (bytes) => connection.isSilent || inner.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const { inner, outer } of open) {
      inner.destroy();
      outer?.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => void (mode = 'refuses'),
    cut,
    silence: () => {
      mode = 'silent';
      for (const connection of open) connection.isSilent = true;
    },
    accept: () => void (mode = 'accepts'),
    leadTo: (port) => void (leadsTo = port),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
