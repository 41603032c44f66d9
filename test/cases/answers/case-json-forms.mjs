// JSON as model servers really write it: a byte order mark (.NET), NaN in a field that nobody reads (Python), gzip'd requests, -0, floats in other spellings, duplicate keys, a charset.
import {
  model,
  json,
  register,
  served,
  rollout,
  evidence,
  POLICY,
  call,
  sleep,
  finish,
  RUN,
  until,
  check,
  api,
} from './lib.mjs';
import zlib from 'node:zlib';
async function shadow(name, a, b, spec, { body = '{"user":"u"}', headers = {}, unit = null, n = 30 } = {}) {
  const m = `${name}-${RUN}`;
  const h =
    (text, type = 'application/json') =>
    (q, s) => {
      const z = Buffer.isBuffer(text) ? text : Buffer.from(text);
      s.writeHead(200, { 'content-type': type, 'content-length': z.length }).end(z);
    };
  await register(m, (await model(h(a))).url, { outputSpec: spec });
  await served(m, 1);
  if (unit) await api('PUT', `/api/v1/models/${m}/callers`, { unit, repeatable: true });
  const r = await register(m, (await model(h(b))).url, {
    outputSpec: spec,
    rollout: {
      policy: POLICY(
        [{ shadow: { sample: '100%', minRequests: 100000, maxDuration: '5m' } }],
        [{ metric: 'agreement', min: 0.9 }],
      ),
    },
  });
  await until('shadow', async () => (await rollout(r.rollout.id)).step?.kind === 'shadow');
  await sleep(300);
  for (let i = 0; i < n; i++) await call(`/models/${m}/x`, { body, headers });
  return until(
    'evidence',
    async () => {
      const e = (await evidence(r.rollout.id)).items[0];
      return e?.shadow.requests + e?.shadow.dropped >= n ? e : null;
    },
    20_000,
  );
}
const score = { kind: 'score', path: '$.y', tolerance: 0.001 };
{
  const e = await shadow('bom', '\ufeff{"y":1}', '\ufeff{"y":1}', score);
  check(e.shadow.compared === 30 && e.shadow.agreed === 30, 'a byte order mark before the JSON of both', {
    compared: e.shadow.compared,
    violations: e.primary.measures.schema_violation?.mean,
  });
}
{
  const e = await shadow('nan', '{"y":1,"debug":{"loss":NaN}}', '{"y":9,"debug":{"loss":NaN}}', score);
  check(
    e.shadow.compared === 30 && e.shadow.agreed === 0,
    'NaN in a field that is not the output (Python writes it): the output is compared',
    { compared: e.shadow.compared, agreed: e.shadow.agreed },
  );
}
{
  const e = await shadow('inf', '{"y":Infinity}', '{"y":Infinity}', score);
  check(e.primary.measures.schema_violation?.mean === 1, 'Infinity as the output is a violation', {
    compared: e.shadow.compared,
    violations: e.primary.measures.schema_violation?.mean,
  });
}
{
  const e = await shadow('mzero', '{"y":-0.0}', '{"y":0}', score);
  check(e.shadow.agreed === 30, '-0 and 0 agree', { agreed: e.shadow.agreed });
}
{
  const e = await shadow('mzl', '{"y":-0.0}', '{"y":0}', { kind: 'label', path: '$.y' });
  check(e.shadow.agreed === 30, 'label -0.0 and 0 agree', { agreed: e.shadow.agreed });
}
{
  const e = await shadow('spell', '{"y":1.0}', '{"y":1}', { kind: 'label', path: '$.y' });
  check(e.shadow.agreed === 30, 'label 1.0 and 1 agree', { agreed: e.shadow.agreed });
}
{
  const e = await shadow(
    'utf16',
    Buffer.from('\ufeff{"y":1}', 'utf16le'),
    Buffer.from('\ufeff{"y":1}', 'utf16le'),
    score,
  );
  check(e.shadow.compared === 30 || true, 'UTF-16 (not interoperable by RFC 8259; for the record)', {
    compared: e.shadow.compared,
  });
}
{
  const e = await shadow('latin', Buffer.from('{"y":"é"}', 'latin1'), Buffer.from('{"y":"è"}', 'latin1'), {
    kind: 'label',
    path: '$.y',
  });
  check(e.shadow.agreed === 0, 'labels in Latin-1 that differ (é, è) do not agree', {
    compared: e.shadow.compared,
    agreed: e.shadow.agreed,
  });
}
{
  const e = await shadow('dup', '{"y":1,"y":2}', '{"y":2}', score);
  check(e.shadow.agreed === 30, 'duplicate keys: the last counts', { agreed: e.shadow.agreed });
}
{
  const e = await shadow(
    'proto',
    '{"__proto__":{"y":1},"constructor":{"y":3}}',
    '{"__proto__":{"y":1},"constructor":{"y":4}}',
    { kind: 'score', path: "$['__proto__'].y", tolerance: 0 },
  );
  check(e.shadow.agreed === 30, '__proto__ as a key is a key like any other', {
    agreed: e.shadow.agreed,
    compared: e.shadow.compared,
  });
}
{
  const e = await shadow('jsonl', '{"y":1}\n{"y":2}\n', '{"y":1}\n{"y":2}\n', null);
  check(e.shadow.compared === 30, 'JSON lines, no output spec: the same bytes agree', {
    compared: e.shadow.compared,
    agreed: e.shadow.agreed,
  });
}
{
  const e = await shadow('text', 'positive', 'negative', null);
  check(
    e.shadow.compared === 30 && e.shadow.agreed === 0,
    'plain text, no output spec: different bytes do not agree',
    { compared: e.shadow.compared, agreed: e.shadow.agreed },
  );
}
{
  // gzip'd request: the unit is still found
  const m = `gzreq-${RUN}`;
  await register(m, (await model((q, s) => json(s, { y: 1 }))).url);
  await served(m, 1);
  await api('PUT', `/api/v1/models/${m}/callers`, { unit: { jsonPath: '$.user' }, repeatable: true });
  const r = await register(m, (await model((q, s) => json(s, { y: 1 }))).url, {
    rollout: {
      policy: POLICY(
        [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '5m' } }],
        [{ metric: 'error_rate', maxIncrease: 0.1 }],
      ),
    },
  });
  await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
  await sleep(500);
  const arms = new Set(),
    plain = new Set();
  for (let i = 0; i < 24; i++) {
    arms.add(
      (
        await call(`/models/${m}/x`, {
          body: zlib.gzipSync('{"user":"anna"}'),
          headers: { 'content-encoding': 'gzip' },
        })
      ).headers['x-understudy-arm'],
    );
    plain.add((await call(`/models/${m}/x`, { body: '{"user":"anna"}' })).headers['x-understudy-arm']);
  }
  check(plain.size === 1, 'a unit in a plain request stays on its arm', [...plain]);
  check(arms.size === 1, "a unit in a gzip'd request stays on its arm", [...arms]);
  const bom = new Set();
  for (let i = 0; i < 24; i++)
    bom.add((await call(`/models/${m}/x`, { body: '\ufeff{"user":"anna"}' })).headers['x-understudy-arm']);
  check(bom.size === 1, 'a unit in a request with a byte order mark stays on its arm', [...bom]);
}
await finish();
