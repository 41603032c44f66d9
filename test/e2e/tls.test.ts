import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as netConnect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressPolicy } from '#libs/addresses';
import { modelCaller, outboundFetch, servingProbe } from '#libs/outbound';
import { upstreamTls } from '#libs/tls';
import { startApi } from '../support/api.ts';
import { askByGrpc } from '../support/callers/grpc-caller.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import {
  type IssuedPair,
  makePrivateCa,
  opensslIsAvailable,
  type PrivateCa,
} from '../support/gateways/private-ca.ts';
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

  it('a new authority and a new certificate of ours are taken up while gateway and checks run', async () => {
    const [before, after] = [makePrivateCa(), makePrivateCa()];
    const own = before.issue('client');
    const { cert, key } = after.issue('model');
    const moved = createServer({ cert, key, ca: after.ca, requestCert: true }, (request, response) => {
      request.resume().on('end', () => {
        const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
        const { servername } = request.socket as TLSSocket & { servername?: string };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ asks: CN, servername }));
      });
    });
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    const place = `https://localhost:${(moved.address() as AddressInfo).port}`;
    const said: string[] = [];
    const say = (_of: object, words: string): void => void said.push(words);
    const files = { ca: before.caFile, cert: own.certFile, key: own.keyFile };
    const gateway = await startLoneGateway([routeTo('m', place)], {
      ...{ UPSTREAM_TLS_CA: files.ca, UPSTREAM_TLS_CERT: files.cert, UPSTREAM_TLS_KEY: files.key },
    });
    try {
      const policy = addressPolicy(['127.0.0.0/8']);
      const known = outboundFetch(policy, undefined, upstreamTls(files, { info: say, error: say }));
      const probe = () => servingProbe('/ready', known).probe({ url: place, healthPath: null });
      expect([(await ask(gateway)).status, (await probe()).state]).toEqual([502, 'unreachable']);
      const renewed = after.issue('renewed');
      // Half of it: a key of another certificate. The old ones stay in use.
      writeFileSync(own.keyFile, renewed.key);
      await eventually(
        () => Promise.resolve(said),
        (words) => words.includes('the TLS for model servers stays as it was'),
      );
      writeFileSync(own.certFile, renewed.cert);
      writeFileSync(before.caFile, after.ca);
      await eventually(
        () => ask(gateway),
        ({ status }) => status === 200,
      );
      expect(await (await ask(gateway)).json()).toEqual({ asks: 'renewed', servername: 'localhost' });
      expect((await eventually(probe, ({ state }) => state === 'ready')).state).toBe('ready');
      const { body } = await modelCaller(known).call(`${place}/x`, { method: 'POST', body: {} });
      expect(body).toEqual({ asks: 'renewed', servername: 'localhost' });
      expect(said.at(-1)).toBe('the TLS for model servers was read again');
    } finally {
      await gateway.stop();
      moved.closeAllConnections();
      moved.close();
      for (const one of [before, after]) one.remove();
    }
  });

  it('a certificate that has expired is said so by checks, and sends nobody there', async () => {
    const { cert, key } = ca.issue('late', -1);
    const late = createServer({ cert, key }, (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
    const place = `https://127.0.0.1:${(late.address() as AddressInfo).port}`;
    const gateway = await startLoneGateway([routeTo('m', place)], settings());
    try {
      // What callers are told names no servers; the operator reads the cause where the primary's health is shown.
      expect((await ask(gateway)).status).toBe(502);
      const files = { ca: ca.caFile, cert: client.certFile, key: client.keyFile };
      const known = outboundFetch(addressPolicy(['127.0.0.0/8']), undefined, upstreamTls(files));
      const found = await servingProbe('/ready', known).probe({ url: place, healthPath: null });
      expect([found.state, JSON.stringify(found)]).toEqual([
        'unreachable',
        expect.stringContaining('certificate has expired'),
      ]);
    } finally {
      await gateway.stop();
      late.closeAllConnections();
      late.close();
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

when(`callers over TLS${because}`, () => {
  let ca: PrivateCa;
  let pair: IssuedPair;
  let model: TestModelServer;
  let gateway: LoneGateway;
  let schemes: unknown[] = [];

  beforeAll(async () => {
    ca = makePrivateCa();
    pair = ca.issue('gateway');
    model = await startModelServer((asked, body, response) => {
      schemes.push(asked.headers['x-forwarded-proto']);
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body);
    });
    gateway = await startLoneGateway([routeTo('m', model.url)], {
      ...{ GATEWAY_TLS_CERT: pair.certFile, GATEWAY_TLS_KEY: pair.keyFile, LOG_LEVEL: 'info' },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await model.stop();
    ca.remove();
  });

  /** What one connection says to a request text, until `enough`; the connection stays open. */
  const open = async (): Promise<{
    socket: TLSSocket;
    ask(text: string, enough: string): Promise<string>;
  }> => {
    const socket = connect({ host: '127.0.0.1', port: gateway.port, ca: ca.ca });
    await once(socket, 'secureConnect');
    socket.on('error', () => undefined);
    return {
      socket,
      ask: (text, enough) =>
        new Promise((resolve, reject) => {
          let said = '';
          const hear = (bytes: Buffer): void => {
            said += bytes.toString('latin1');
            if (!said.slice(-bytes.length - enough.length).includes(enough)) return;
            socket.off('data', hear);
            resolve(said);
          };
          socket.on('data', hear).once('close', () => reject(new Error(`closed after: ${said}`)));
          socket.write(text);
        }),
    };
  };
  const post = (body: string, more = ''): string =>
    `POST /models/m/predict HTTP/1.1\r\nhost: m\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;
  const shownName = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

  it('are answered, one request after another and ahead, and model servers are told of https', async () => {
    schemes = [];
    const { socket, ask } = await open();
    expect(socket.alpnProtocol).toBe(false);
    expect(await ask(post('one'), 'one')).toMatch(/^HTTP\/1\.1 200/);
    expect(await ask(post('two') + post('three'), 'three')).toMatch(/two[^]*HTTP\/1\.1 200/);
    await ask(post('four', 'x-forwarded-proto: http\r\n'), 'four');
    expect(schemes).toEqual(['https', 'https', 'https', 'http']);
    socket.destroy();
  });

  it('that offer both get HTTP/1.1, and who offers HTTP/2 alone is told what to do instead', async () => {
    const both = connect({
      host: '127.0.0.1',
      port: gateway.port,
      ca: ca.ca,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await once(both, 'secureConnect');
    expect(both.alpnProtocol).toBe('http/1.1');
    both.destroy();
    const { status, message } = await askByGrpc(`https://127.0.0.1:${gateway.port}`, { ca: ca.ca });
    expect([status, message]).toEqual(['12', expect.stringContaining('Ask by HTTP and JSON')]);
  });

  it.each([1, 70_000, 3_000_000])('carry %d bytes both ways', async (size) => {
    const { socket, ask } = await open();
    const body = `${'x'.repeat(size)}.`;
    const said = await ask(post(body), 'x.');
    expect(said.slice(said.indexOf('\r\n\r\n') + 4) === body).toBe(true);
    expect(await ask(post('next'), 'next')).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });

  it('are told what is wrong with a request, by HTTP/1.0 too', async () => {
    const { ask } = await open();
    expect(await ask('nonsense\r\n\r\n', 'request_malformed')).toMatch(/^HTTP\/1\.1 400/);
    const old = await open();
    expect(await old.ask('GET /nowhere HTTP/1.0\r\n\r\n', 'path_unknown')).toMatch(/^HTTP\/1\.1 404/);
  });

  it('cost nobody else an answer when they speak no TLS, or stop in the middle of it', async () => {
    const silent = netConnect(gateway.port, '127.0.0.1');
    const plain = netConnect(gateway.port, '127.0.0.1');
    for (const socket of [silent, plain]) socket.on('error', () => undefined).resume();
    silent.write(Buffer.from([22, 3, 1, 2]));
    plain.write('GET / HTTP/1.1\r\nhost: m\r\n\r\n');
    await once(plain, 'close');
    const { socket, ask } = await open();
    expect(await ask(post('fine'), 'fine')).toMatch(/^HTTP\/1\.1 200/);
    for (const one of [silent, socket]) one.destroy();
  });

  it('are shown a new certificate once its files are there, and none of them loses its connection', async () => {
    const kept = await open();
    expect(shownName(kept.socket)).toBe('gateway');
    const shown = async (): Promise<string> => {
      const { socket, ask } = await open();
      expect(await ask(post('new'), 'new')).toMatch(/^HTTP\/1\.1 200/);
      const name = shownName(socket);
      socket.destroy();
      return name;
    };
    const logged = (text: string): number => gateway.process.output().split(text).length - 1;
    const renewed = ca.issue('renewed');
    // A key that is of no use with the certificate: the old pair stays, which is said once.
    writeFileSync(pair.keyFile, renewed.key);
    await eventually(
      () => Promise.resolve(logged('stays as it was')),
      (times) => times > 0,
    );
    await sleep(2_500);
    expect(logged('stays as it was')).toBe(1);
    expect(gateway.process.output()).toContain(
      'does not belong to the first certificate of GATEWAY_TLS_CERT',
    );
    expect(await shown()).toBe('gateway');
    // Now both are there.
    writeFileSync(pair.certFile, renewed.cert);
    expect(await eventually(shown, (name) => name === 'renewed')).toBe('renewed');
    expect(logged('was read again')).toBe(1);
    // Whole, but not to be read.
    rmSync(pair.certFile);
    await eventually(
      () => Promise.resolve(logged('cannot be read (ENOENT)')),
      (times) => times > 0,
    );
    expect(await shown()).toBe('renewed');
    expect(await kept.ask(post('still here'), 'still here')).toMatch(/^HTTP\/1\.1 200/);
    expect(shownName(kept.socket)).toBe('gateway');
    kept.socket.destroy();
  });

  it.each([
    ['GATEWAY_TLS_KEY', 'other', 'does not belong to the first certificate of GATEWAY_TLS_CERT'],
    ['GATEWAY_TLS_CERT', 'none', 'GATEWAY_TLS_CERT: needed with GATEWAY_TLS_KEY'],
  ])('no gateway starts with a bad %s', async (setting, which, words) => {
    const [good, other] = [ca.issue('good'), ca.issue('other')];
    const start = startLoneGateway([], {
      ...{ GATEWAY_TLS_CERT: good.certFile, GATEWAY_TLS_KEY: good.keyFile },
      [setting]: which === 'none' ? '' : other.keyFile,
    });
    await expect(start).rejects.toThrow(words);
  });
});
