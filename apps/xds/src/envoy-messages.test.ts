import { expect, it } from '@jest/globals';
import {
  type EnvoyResource,
  listenerOf,
  modelRoutes,
  type ModelRoutes,
  routeConfiguration,
  type RouteSettings,
} from '#libs/envoy-config';
import type { Route } from '#libs/traffic';
import { loadEnvoyMessages } from './envoy-messages.ts';

const settings: RouteSettings = {
  ...{ connectTimeoutMs: 5_000, primaryConcurrency: 256, candidateConcurrency: 128, authorities: 'PEM' },
  ...{ candidateTimeoutMs: 10_000, upstreamTimeoutMs: 30_000, maxBufferedBytes: 8_388_608 },
};
const route: Route = {
  model: 'ranker',
  primary: {
    version: 1,
    url: 'http://10.0.0.1:80/base',
    urls: ['http://10.0.0.1:80/base', 'http://10.0.0.2/base'],
  },
  candidate: { version: 2, url: 'https://ranker.example/base', mode: 'canary', weight: 500 },
  ...{ salt: 'salt', revision: 3, rolloutId: 'r', outputSpec: null, reading: null },
  callers: { unit: { from: 'cookie', name: 'sid' }, repeatable: false },
};

/** What protobuf.js does not know it leaves out without a word: all that is written is read again. */
it('no field of a resource is lost on its way', () => {
  const messages = loadEnvoyMessages();
  const parts: ModelRoutes[] = [
    route,
    { ...route, model: 'gone', retired: { reason: 'old', since: '' } },
  ].map((one) => modelRoutes(one, settings));
  const listener = listenerOf({
    ...{ host: '0.0.0.0', port: 80, maxBufferedBytes: 1, idleTimeoutMs: 60_000, logToken: 't' },
  });
  const resources: EnvoyResource[] = [
    ...parts.flatMap(({ clusters }) => clusters),
    routeConfiguration(parts),
    listener,
  ];
  expect(resources.length).toBe(5);
  for (const resource of resources) {
    const lost = lostIn(resource.body, messages.decode(resource));
    expect([resource.name, lost]).toEqual([resource.name, []]);
  }
});

/** Paths of what was written and is not read again. Defaults are not written. */
function lostIn(written: unknown, read: unknown, at = ''): string[] {
  if (written instanceof Uint8Array) return [];
  if (typeof written === 'object' && written !== null)
    return Object.entries(written).flatMap(([key, value]) =>
      lostIn(value, (read as Record<string, unknown> | undefined)?.[key], `${at}/${key}`),
    );
  const isDefault = [0, '', false].includes(written as never) && read === undefined;
  return isDefault || read === written ? [] : [`${at}: ${String(written)} → ${String(read)}`];
}
