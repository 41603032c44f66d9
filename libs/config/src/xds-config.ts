import { z } from 'zod';

const port = z.coerce
  .number({ error: 'not a number' })
  .int('not a whole number')
  .min(0, 'a port is 0 to 65535')
  .max(65_535, 'a port is 0 to 65535');

const DEFAULT_LISTEN = { host: '127.0.0.1', port: 7406 };

/** `host:port`; the host of IPv6 in brackets. */
const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^:\s]+)):(\d{1,5})$/i;

/** @returns `null`: it is no address with a port */
export function readListen(text: string): { readonly host: string; readonly port: number } | null {
  const [, six, other, digits] = ADDRESS.exec(text) ?? [];
  const host = six ?? other;
  const number = Number(digits);
  return host === undefined || number > 65_535 ? null : { host, port: number };
}

export const xdsSettings = {
  /** Where Envoys get their configuration; unset: `npm start` starts no xDS server. */
  XDS_PORT: port.optional(),
  /** Figures of the xDS server; unset: 7405, or any free port where that one is taken. */
  XDS_ADMIN_PORT: port.optional(),
  /** Where Envoys take callers, unless their node's metadata say otherwise (`listen`). */
  ENVOY_LISTEN: z
    .string()
    .refine((text) => readListen(text) !== null, 'not an address such as 0.0.0.0:7406')
    .default(`${DEFAULT_LISTEN.host}:${DEFAULT_LISTEN.port}`),
};

type Read = Readonly<{
  XDS_PORT?: number | undefined;
  XDS_ADMIN_PORT?: number | undefined;
  ENVOY_LISTEN: string;
}>;

export const xdsConfig = (env: Read) => ({
  /** `null`: nobody has asked for an xDS server. */
  xdsPort: env.XDS_PORT ?? null,
  xdsAdminPort: env.XDS_ADMIN_PORT ?? null,
  envoyListen: readListen(env.ENVOY_LISTEN) ?? DEFAULT_LISTEN,
});
