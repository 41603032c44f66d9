import { createServer, type Server } from 'node:https';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressPolicy } from '#libs/addresses';
import { modelCaller, outboundFetch, servingProbe } from '#libs/outbound';
import { upstreamTls } from '#libs/tls';
import { startApi } from '../support/api.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/lone-gateway.ts';
import { type IssuedPair, makePrivateCa, opensslIsAvailable, type PrivateCa } from '../support/private-ca.ts';
import { startProcess } from '../support/processes.ts';

/** Counted as skipped, with its reason, where certificates cannot be made. */
const when = opensslIsAvailable ? describe : describe.skip;
const because = opensslIsAvailable ? '' : ' (skipped: no openssl command here to make certificates with)';

when(`model servers that speak https only with clients they know${because}`, () => {
  let ca: PrivateCa;
  let client: IssuedPair;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    ca = makePrivateCa();
    client = ca.issue('client');
    const { cert, key } = ca.issue('model');
    server = createServer({ cert, key, ca: ca.ca, requestCert: true }, (request, response) => {
      request.resume().on('end', () => {
        const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ asks: CN }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    ca.remove();
  });

  const settings = (): Record<string, string> => ({
    UPSTREAM_TLS_CA: ca.caFile,
    UPSTREAM_TLS_CERT: client.certFile,
    UPSTREAM_TLS_KEY: client.keyFile,
  });
  const ask = (gateway: LoneGateway): Promise<Response> =>
    fetch(`${gateway.url}/models/m/predict`, { method: 'POST', body: '{}' });

  it.each([
    ['what it shows is asked for', 200, ['UPSTREAM_TLS_CA', 'UPSTREAM_TLS_CERT', 'UPSTREAM_TLS_KEY']],
    ['it shows nothing', 502, ['UPSTREAM_TLS_CA']],
    ['it knows no such authority', 502, ['UPSTREAM_TLS_CERT', 'UPSTREAM_TLS_KEY']],
  ])('a gateway: %s', async (_, status, names) => {
    const set = Object.fromEntries(Object.entries(settings()).filter(([name]) => names.includes(name)));
    const gateway = await startLoneGateway([routeTo('m', url)], set);
    try {
      for (let i = 0; i < 3; i++) {
        const response = await ask(gateway);
        expect(response.status).toBe(status);
        const said = await response.json();
        if (status === 200) expect(said).toEqual({ asks: 'client' });
        else expect(said).toMatchObject({ code: 'model_unreachable' });
      }
    } finally {
      await gateway.stop();
    }
  });

  it('probes and checks of api and worker speak as the gateway does', async () => {
    const policy = addressPolicy(['127.0.0.0/8']);
    const files = { ca: ca.caFile, cert: client.certFile, key: client.keyFile };
    const known = outboundFetch(policy, undefined, upstreamTls(files));
    expect(await servingProbe('/ready', known).probe({ url, healthPath: null })).toMatchObject({
      state: 'ready',
    });
    const { status, body } = await modelCaller(known).call(`${url}/x`, { method: 'POST', body: {} });
    expect([status, body]).toEqual([200, { asks: 'client' }]);
    const stranger = servingProbe('/ready', outboundFetch(policy));
    expect(await stranger.probe({ url, healthPath: null })).toMatchObject({ state: 'unreachable' });
  });

  it('an api of these settings finds them ready, and one without does not', async () => {
    const version = { servingUrl: url, healthPath: '/ready', createModel: true, rollout: false };
    for (const [env, expected] of [
      [settings(), 201],
      [{}, 422],
    ] as const) {
      const api = await startApi({ UNDERSTUDY_HOME: ca.folder, ...env });
      try {
        const { status, body } = await api.call('POST', '/models/m/versions', version);
        expect(status).toBe(expected);
        if (expected === 422) expect(body['errors'][0].detail).toMatch(/^unreachable: .*certificate/);
      } finally {
        await api.close();
      }
    }
  });

  it.each([
    ['UPSTREAM_TLS_CA', 'nowhere.pem', null, 'it cannot be read (ENOENT)'],
    ['UPSTREAM_TLS_CA', 'text.pem', 'hello', 'it holds no certificate in PEM'],
    ['UPSTREAM_TLS_CA', 'cut.pem', 'half', 'a certificate in it is cut off'],
    ['UPSTREAM_TLS_KEY', 'text.key', 'hello', 'it holds no private key in PEM'],
    [
      'UPSTREAM_TLS_KEY',
      'other.key',
      'other',
      'does not belong to the first certificate of UPSTREAM_TLS_CERT',
    ],
  ])('no process starts where %s names %s', async (setting, name, content, words) => {
    const file = path.join(ca.folder, name);
    if (content === 'half') writeFileSync(file, ca.ca.slice(0, ca.ca.length / 2));
    else if (content === 'other') writeFileSync(file, ca.issue('other').key);
    else if (content !== null) writeFileSync(file, content);
    const start = startProcess('apps/gateway/src/main.js', {
      ...{ UNDERSTUDY_HOME: ca.folder, UNDERSTUDY_TOKEN: 'none', API_URL: 'http://127.0.0.1:1' },
      ...{ GATEWAY_PORT: '0', GATEWAY_ADMIN_PORT: '0' },
      ...settings(),
      [setting]: file,
    });
    const error = await start.then(
      () => 'it has started',
      (reason: Error) => reason.message,
    );
    expect(error).toContain(`${setting} (${file})`);
    expect(error).toContain(words);
  });
});
