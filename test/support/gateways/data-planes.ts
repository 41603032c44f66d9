import type { Installation } from '../installation.ts';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from './envoy.ts';
import { type LoneXds, startLoneXds } from './lone-xds.ts';

/** What callers meet. */
export interface DataPlane {
  readonly url: string;
  /** Nobody but this one sends evidence. */
  stop(): Promise<void>;
}

/** Both data planes, each beside an api and a worker; without Envoy, the gateway alone. */
export const DATA_PLANES: readonly [string, (site: Installation) => Promise<DataPlane>][] = [
  ['the built-in gateway', builtIn],
  ...(ENVOY === undefined ? [] : [['Envoy', envoy] satisfies [string, typeof envoy]]),
];

function builtIn(site: Installation): Promise<DataPlane> {
  return Promise.resolve({ url: site.gatewayUrl, stop: () => Promise.resolve() });
}

async function envoy(site: Installation): Promise<DataPlane> {
  await site.gateway.kill('SIGTERM');
  const token = await site.api.token('gateway');
  const xds: LoneXds = await startLoneXds([], { API_URL: site.api.url, UNDERSTUDY_TOKEN: token });
  const running: TestEnvoy = await startEnvoy({ port: xds.port, token }, 'plane');
  await isServing(running);
  return {
    url: running.url,
    stop: async () => {
      await running.kill();
      await xds.stop();
    },
  };
}
