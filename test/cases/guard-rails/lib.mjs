// What the cases share: API client, model servers, raw sockets, checks. Loopback only.
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };
export const API = process.env.API ?? 'http://127.0.0.1:7540';
export const GW = process.env.GW ?? 'http://127.0.0.1:7541';
export const GATEWAY_PORT = Number(new URL(GW).port);
/** Process ids of a gateway with a small heap and of the api, where the case needs them. */
export const GATEWAY_PID = Number(process.env.GATEWAY_PID);
export const API_PID = Number(process.env.API_PID);
export const ADMIN = process.env.ADMIN ?? '';
/** Makes names unique, so that a case can be run again. */
export const RUN = `${Date.now().toString(36)}${process.pid.toString(36)}`;
export const JSON_TYPE = { 'content-type': 'application/json' };

const results = [];
const cleanups = [];
/** Notes whether `ok` holds; `got` is shown. */
export function check(ok, what, got) {
  results.push(Boolean(ok));
  console.log(`${ok ? 'ok  ' : 'BAD '} ${what}${got === undefined ? '' : `   -> ${JSON.stringify(got)}`}`);
}
export const onEnd = (cleanup) => cleanups.push(cleanup);
/** Prints PASS or FAIL and ends the process. */
export async function finish() {
  for (const cleanup of cleanups.reverse()) await Promise.resolve(cleanup()).catch(() => undefined);
  const bad = results.filter((ok) => !ok).length;
  console.log(bad === 0 && results.length > 0 ? 'PASS' : `FAIL (${bad} of ${results.length})`);
  process.exit(bad === 0 && results.length > 0 ? 0 : 1);
}

export async function call(method, path, body, token = ADMIN, headers = {}) {
  const plain = typeof body === 'string' || Buffer.isBuffer(body);
  const response = await fetch(`${API}${path.startsWith('/api') ? '' : '/api/v1'}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : JSON_TYPE),
      ...headers,
    },
    body: body === undefined ? undefined : plain ? body : JSON.stringify(body),
  });
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  return { status: response.status, body: value, text, headers: response.headers };
}

/** A new token with these rights. */
export async function token(spec) {
  const { status, body } = await call('POST', '/tokens', { name: `t-${RUN}-${Math.random()}`, ...spec });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.token;
}

/** A model server of a function (request, body) -> [status, headers, body]; it is ready always. */
export function modelServer(answer) {
  return new Promise((resolve) => {
    const server = http.createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('error', () => undefined);
      request.on('end', async () => {
        if (request.url.endsWith('/v2/health/ready')) return response.end('ok');
        const [status, headers, body] = await answer(request, Buffer.concat(parts));
        response.writeHead(status, headers);
        response.end(body);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      const close = () => (server.closeAllConnections(), server.close());
      onEnd(close);
      resolve({ port, url: `http://127.0.0.1:${port}`, close, server });
    });
  });
}

/** A model server by bytes. */
export function rawServer(onConnection) {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    server.listen(0, '127.0.0.1', () => {
      onEnd(() => server.close());
      const { port } = server.address();
      resolve({ port, url: `http://127.0.0.1:${port}`, server });
    });
  });
}

/** Sends bytes and gives what came until the peer closed or `wait` ms passed. */
export function raw(text, { port = GATEWAY_PORT, wait = 800 } = {}) {
  return new Promise((resolve) => {
    const parts = [];
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let over = false;
    const end = (closed) => {
      if (over) return;
      over = true;
      socket.destroy();
      resolve({ text: Buffer.concat(parts).toString('latin1'), closed });
    };
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => undefined);
    socket.on('close', () => end(true));
    setTimeout(() => end(false), wait);
  });
}

/** Asks until the answer is truthy; `null` when it never is. */
export async function waitFor(ask, ms = 30_000, step = 100) {
  for (const until = Date.now() + ms; ;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > until) return null;
    await sleep(step);
  }
}

/** Asks the gateway for an answer of a model. */
export async function predict(model, path = '/x', options = {}) {
  const request = { method: 'POST', body: '{}', ...options };
  try {
    const response = await fetch(`${GW}/models/${encodeURIComponent(model)}${path}`, request);
    const text = await response.text();
    return { status: response.status, text, version: response.headers.get('x-understudy-version') };
  } catch (error) {
    return { status: 0, text: error.cause?.code ?? error.message, version: null };
  }
}

export const rollout = async (id) => (await call('GET', `/rollouts/${id}`)).body;
export const model = async (name) => (await call('GET', `/models/${encodeURIComponent(name)}`)).body;
export const inState = (id, state, ms) => waitFor(async () => (await rollout(id)).state === state, ms);
/** Waits until a rollout's step sends traffic. */
export const underWay = async (id) => {
  await waitFor(async () => (await rollout(id)).step?.startedAt, 15_000);
  await sleep(1_000);
};

/** Registers version 1 and makes it primary, as an admin. */
export async function firstPrimary(name, url, more = {}) {
  const path = `/models/${encodeURIComponent(name)}`;
  const made = await call('POST', `${path}/versions`, {
    createModel: true,
    servingUrl: url,
    rollout: false,
    ...more,
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const { version } = made.body;
  const promoted = await call('POST', `${path}/promote`, { version, reason: 'setup' });
  if (promoted.status !== 200) throw new Error(JSON.stringify(promoted.body));
  await waitFor(async () => (await model(name)).primary === version);
  await waitFor(async () => (await predict(name)).version === String(version), 10_000);
  return version;
}

/** Registers a version and starts its rollout, as an admin. Returns the rollout's id. */
export async function release(name, url, policy, more = {}, as = ADMIN) {
  const body = { servingUrl: url, rollout: policy ? { policy } : true, ...more };
  const made = await call('POST', `/models/${encodeURIComponent(name)}/versions`, body, as);
  if (made.status !== 201) throw new Error(`${made.status} ${JSON.stringify(made.body)}`);
  return made.body.rollout.id;
}

/** A canary that goes on until it is ended. */
export const CANARY = (weight, more = {}) => ({
  name: 'p',
  steps: [{ canary: { weight, minRequests: 100_000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
  ...more,
});
/** A rollout that waits for an approval. */
export const WAIT = {
  name: 'wait',
  steps: [{ approval: {} }],
  gates: [],
  promoteWhen: 'notFailed',
  first: 'approval',
};
