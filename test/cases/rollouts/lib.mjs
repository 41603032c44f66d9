// Shared helpers. Every case: node case-NAME.mjs API GATEWAY TOKEN
import http from 'node:http';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
export { sleep, http };
export const API = process.argv[2] ?? 'http://127.0.0.1:7520';
export const GATEWAY = process.argv[3] ?? 'http://127.0.0.1:7521';
export const TOKEN = process.argv[4] ?? process.env.TOKEN ?? '';
const RUN = `${Date.now().toString(36)}${process.pid.toString(36)}`;
export const name = (base) => `${base}-${RUN}`;
const cleanups = [];
export const onEnd = (f) => cleanups.push(f);
const results = [];
export function check(ok, what, got) {
  results.push(!!ok);
  console.log(
    `  ${ok ? 'ok  ' : 'BAD '} ${what}${got === undefined ? '' : `  -> ${typeof got === 'string' ? got : JSON.stringify(got)}`}`,
  );
}
export const note = (...a) =>
  console.log('  ..  ', ...a.map((x) => (typeof x === 'string' ? x : JSON.stringify(x))));
export async function finish() {
  for (const f of cleanups.reverse()) await Promise.resolve(f()).catch(() => undefined);
  const bad = results.filter((r) => !r).length;
  console.log(bad === 0 ? 'PASS' : `FAIL (${bad} of ${results.length} checks)`);
  process.exit(bad === 0 ? 0 : 1);
}
process.on('unhandledRejection', (e) => {
  console.log('  ERR ', e);
  finishError();
});
function finishError() {
  console.log('FAIL (error)');
  process.exit(2);
}
export async function api(method, path, body, headers = {}) {
  const r = await fetch(`${API}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await r.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: r.status, json, text, headers: r.headers };
}
/** Throws unless 2xx. */
export async function must(method, path, body, headers) {
  const r = await api(method, path, body, headers);
  if (r.status >= 300) throw new Error(`${method} ${path}: ${r.status} ${r.text.slice(0, 600)}`);
  return r.json;
}
/** A model server. behave(req, res, body) or a plain answer object. `m.behave` can be changed later. */
export async function server(behave, { host = '127.0.0.1', port = 0 } = {}) {
  const m = { behave, seen: 0 };
  const s = http.createServer((req, res) => {
    const parts = [];
    req.on('data', (d) => parts.push(d));
    req.on('error', () => undefined);
    req.on('end', () => {
      if (req.url.includes('/v2/health/ready')) return res.end('{}');
      m.seen++;
      m.behave(req, res, Buffer.concat(parts));
    });
  });
  s.keepAliveTimeout = 60_000;
  await new Promise((ok, no) => {
    s.on('error', no);
    s.listen(port, host, ok);
  });
  m.close = () =>
    new Promise((r) => {
      s.closeAllConnections();
      s.close(() => r());
    });
  onEnd(m.close);
  m.port = s.address().port;
  m.url = `http://${host}:${m.port}`;
  return m;
}
export const say =
  (value, status = 200, ms = 0) =>
  (_req, res) => {
    const go = () => {
      const t = JSON.stringify(value);
      res
        .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(t) })
        .end(t);
    };
    if (ms > 0) setTimeout(go, ms);
    else go();
  };
/** One of the behaviours by chance. */
export const mix = (share, a, b) => (req, res, body) => (Math.random() < share ? a : b)(req, res, body);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
export function call(
  model,
  { unit, headers = {}, body = '{"x":1}', path = '/infer', timeout = 15_000, method = 'POST' } = {},
) {
  return new Promise((done) => {
    const u = new URL(`${GATEWAY}/models/${encodeURIComponent(model)}${path}`);
    const startedAt = performance.now();
    const req = http.request(
      {
        host: u.hostname,
        port: u.port,
        path: u.pathname + u.search,
        method,
        agent,
        headers: {
          ...(body === null
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(unit === undefined ? {} : { 'x-understudy-unit': unit }),
          ...headers,
        },
      },
      (res) => {
        const parts = [];
        res.on('data', (d) => parts.push(d));
        res.on('error', () => done({ status: 0 }));
        res.on('end', () =>
          done({
            status: res.statusCode,
            headers: res.headers,
            text: Buffer.concat(parts).toString(),
            ms: performance.now() - startedAt,
            version: Number(res.headers['x-understudy-version'] ?? 0),
            arm: res.headers['x-understudy-arm'],
            receipt: res.headers['x-understudy-receipt'],
          }),
        );
      },
    );
    req.setTimeout(timeout, () => req.destroy(new Error('timeout')));
    req.on('error', (e) =>
      done({ status: 0, error: e.message, headers: {}, ms: performance.now() - startedAt }),
    );
    if (body !== null) req.write(body);
    req.end();
  });
}
/** Callers asking all the while: about `rps` requests a second; stop() ends it. tally: by version and status. */
export function traffic(model, { rps = 60, units = 500, make = () => ({}) } = {}) {
  const t = { stop: null, by: {}, statuses: {}, n: 0, failed: 0 };
  let on = true;
  const every = Math.max(1, Math.round(1000 / rps));
  const timer = setInterval(() => {
    if (!on) return;
    const opts = { unit: `u${Math.floor(Math.random() * units)}`, ...make() };
    void call(model, opts).then((r) => {
      t.n++;
      t.by[r.version ?? 0] = (t.by[r.version ?? 0] ?? 0) + 1;
      t.statuses[r.status] = (t.statuses[r.status] ?? 0) + 1;
      if (r.status === 0 || r.status >= 500) t.failed++;
    });
  }, every);
  t.stop = () => {
    on = false;
    clearInterval(timer);
  };
  onEnd(t.stop);
  return t;
}
export async function until(what, f, ms = 30_000, every = 150) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await f();
    if (v) return v;
    if (Date.now() > end) {
      note(`not within ${ms} ms: ${what}`);
      return null;
    }
    await sleep(every);
  }
}
export const rollout = (id) => must('GET', `/rollouts/${id}`);
export const events = async (id) => (await must('GET', `/rollouts/${id}/events`)).items;
export const evidence = async (id) => (await must('GET', `/rollouts/${id}/evidence`)).items;
export const ENDED = ['succeeded', 'rolled_back', 'aborted', 'superseded'];
export const state =
  (id, ...states) =>
  async () => {
    const r = await rollout(id);
    return states.includes(r.state) ? r : null;
  };
export const ended = (id, ms) => until(`rollout ${id} ends`, state(id, ...ENDED, 'paused'), ms);
/** Registers a version; the first becomes primary (waits until it serves). */
export async function first(model, url, more = {}) {
  const v = await must('POST', `/models/${encodeURIComponent(model)}/versions`, {
    createModel: true,
    servingUrl: url,
    rollout: { policy: AT_ONCE },
    ...more,
  });
  await until(`${model} serves`, async () => (await call(model)).status === 200, 20_000);
  return v;
}
export async function release(model, url, policy, more = {}) {
  return must('POST', `/models/${encodeURIComponent(model)}/versions`, {
    servingUrl: url,
    rollout: policy === undefined ? true : { policy },
    ...more,
  });
}
export const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
export const rolloutOf = (answer) => answer.rollout?.id ?? answer.rolloutId ?? answer.rollout;
