// Shared helpers. Every case: `node case-NAME.mjs API GATEWAY TOKEN` (defaults: http://127.0.0.1:7530 http://127.0.0.1:7531, $TOKEN).
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
export { sleep, http, net };
export const [API, GATEWAY, TOKEN] = [
  process.argv[2] ?? 'http://127.0.0.1:7530',
  process.argv[3] ?? 'http://127.0.0.1:7531',
  process.argv[4] ?? process.env.TOKEN,
];
export const RUN = `${Date.now().toString(36)}${process.pid.toString(36)}`;
const results = [];
export function check(ok, what, got) {
  results.push(ok);
  console.log(
    `${ok ? 'ok  ' : 'BAD '} ${what}${got === undefined ? '' : `   -> ${typeof got === 'string' ? got : JSON.stringify(got)}`}`,
  );
}
const cleanups = [];
export const onEnd = (f) => cleanups.push(f);
export async function finish() {
  for (const f of cleanups.reverse()) await Promise.resolve(f()).catch(() => undefined);
  const bad = results.filter((r) => !r).length;
  console.log(bad === 0 ? 'PASS' : `FAIL (${bad} of ${results.length})`);
  process.exit(bad === 0 ? 0 : 1);
}
export async function api(method, path, body, headers = {}) {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const r = await fetch(API + path, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await r.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    /* text */
  }
  return { status: r.status, json, text, headers: r.headers };
}
/** A model server; `handle(req, res, body)`; returns { url, server, seen }. */
export async function model(handle, host = '127.0.0.1') {
  const seen = [];
  const server = http.createServer((req, res) => {
    const parts = [];
    req.on('data', (d) => parts.push(d));
    req.on('error', () => undefined);
    req.on('end', () => {
      const body = Buffer.concat(parts);
      seen.push({ method: req.method, url: req.url, headers: req.headers, raw: req.rawHeaders, body });
      if (req.url.endsWith('/v2/health/ready')) return res.end('{}');
      handle(req, res, body);
    });
  });
  await new Promise((r) => server.listen(0, host, r));
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, seen, port: server.address().port, url: `http://${host}:${server.address().port}` };
}
/** A model server by bytes. */
export async function rawModel(onConnection, host = '127.0.0.1') {
  const server = net.createServer((s) => {
    s.on('error', () => undefined);
    onConnection(s);
  });
  await new Promise((r) => server.listen(0, host, r));
  onEnd(() => server.close());
  return { server, port: server.address().port, url: `http://${host}:${server.address().port}` };
}
export const json = (res, value, status = 200, headers = {}) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  res
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
};
export async function register(name, servingUrl, more = {}) {
  const r = await api('POST', `/api/v1/models/${encodeURIComponent(name)}/versions`, {
    createModel: true,
    servingUrl,
    rollout: true,
    ...more,
  });
  if (r.status >= 300) throw new Error(`register ${name}: ${r.status} ${r.text}`);
  return r.json;
}
export async function until(what, f, ms = 30_000, every = 200) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await f();
    if (v) return v;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await sleep(every);
  }
}
/** One request through the gateway (or anywhere) by node:http; gives raw header list and whole body. */
export function call(
  path,
  { method = 'POST', headers = {}, body = '{}', base = GATEWAY, agent = false, timeout = 30_000 } = {},
) {
  return new Promise((resolve) => {
    const u = new URL(base + path);
    const req = http.request(
      {
        host: u.hostname,
        port: u.port,
        path: u.pathname + u.search,
        method,
        headers: { ...(body ? { 'content-length': Buffer.byteLength(body) } : {}), ...headers },
        agent,
        timeout,
      },
      (res) => {
        const parts = [];
        res.on('data', (d) => parts.push(d));
        res.on('end', () =>
          resolve({
            status: res.statusCode,
            headers: res.headers,
            raw: res.rawHeaders,
            bytes: Buffer.concat(parts),
            text: Buffer.concat(parts).toString('utf8'),
            trailers: res.trailers,
          }),
        );
        res.on('error', (e) => resolve({ status: 0, error: e.message, bytes: Buffer.concat(parts) }));
      },
    );
    req.on('timeout', () => req.destroy(new Error('timeout')));
    req.on('error', (e) => resolve({ status: 0, error: e.message, headers: {} }));
    if (body) req.write(body);
    req.end();
  });
}
/** Bytes over TCP; resolves with all that came until close or `ms`. */
export function raw(port, bytes, { ms = 3000, half = false } = {}) {
  return new Promise((resolve) => {
    const s = net.connect(port, '127.0.0.1');
    let out = '';
    s.on('data', (d) => (out += d.toString('latin1')));
    s.on('error', (e) => (out += `[${e.code}]`));
    s.on('close', () => resolve(out));
    s.on('connect', () => {
      s.write(bytes, 'latin1');
      if (half) s.end();
    });
    setTimeout(() => s.destroy(), ms);
  });
}
/** Waits until the gateway serves version v of a model in arm primary. */
export const served = (name, version, path = '/x') =>
  until(`gateway serves ${name} v${version}`, async () => {
    const r = await call(`/models/${encodeURIComponent(name)}${path}`, { method: 'POST' });
    return r.headers?.['x-understudy-version'] === String(version) ? r : null;
  });
export const rollout = async (id) => (await api('GET', `/api/v1/rollouts/${id}`)).json;
export const evidence = async (id) => (await api('GET', `/api/v1/rollouts/${id}/evidence`)).json;
export const POLICY = (steps, gates, more = {}) => ({
  name: 'case',
  steps,
  gates,
  onUndecided: 'pause',
  onNoData: 'pause',
  ...more,
});
