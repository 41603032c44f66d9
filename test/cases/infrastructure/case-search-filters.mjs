// Filters and pages: quotes, %, _, backslash, times that are none, tampered tokens, inserts between pages, names by case and normalization.
import { api, RUN, check, finish } from './lib.mjs';
const P = `sf${RUN}`;
const make = (name, tags = {}) => api('POST', '/api/v1/models', { name, tags });
const names = async (filter, more = '') => {
  const r = await api('GET', `/api/v1/models?pageSize=200&filter=${encodeURIComponent(filter)}${more}`);
  return r.status === 200
    ? r.json.items.map((m) => m.name).sort()
    : `${r.status} ${r.json?.code} ${r.json?.detail?.slice(0, 120)}`;
};
for (const n of [
  `${P} a%b`,
  `${P} a_b`,
  `${P} axb`,
  `${P} a\\b`,
  `${P} it's`,
  `${P} say "hi"`,
  `${P} it's "both"`,
  `${P} AND x`,
  `${P} é`,
  `${P} e\u0301`,
  `${P} ÀB`,
]) {
  const r = await make(n, { team: n });
  if (r.status !== 201) check(false, `make ${n}`, r.text.slice(0, 150));
}
check(
  String(await names(`name = '${P} a%b'`)) === `${P} a%b`,
  '= is literal about %',
  await names(`name = '${P} a%b'`),
);
{
  const v = await names(`name LIKE '${P} a\\_b'`);
  check(String(v) === `${P} a_b`, 'LIKE a\\_b: the underscore itself', v);
}
{
  const v = await names(`name LIKE '${P} a\\'`);
  check(Array.isArray(v) || /^422|^400/.test(v), 'LIKE with a backslash at its end: no 5xx', v);
}
{
  const v = await names(`tags.team LIKE '${P} a\\'`);
  check(Array.isArray(v) || /^422|^400/.test(v), 'tags LIKE with a backslash at its end: no 5xx', v);
}
{
  const v = await names(`name ILIKE '${P} a\\'`);
  check(Array.isArray(v) || /^422|^400/.test(v), 'ILIKE with a backslash at its end: no 5xx', v);
}
{
  const v = await names(`name = "${P} it's"`);
  check(String(v) === `${P} it's`, 'a name with an apostrophe', v);
}
{
  const v = await names(`name = '${P} it''s "both"'`);
  check(String(v) === `${P} it's "both"`, "a name with both quotes ('' as SQL has it)", v);
}
{
  const v = await names(`name = '${P} AND x'`);
  check(String(v) === `${P} AND x`, 'AND within quotes', v);
}
{
  const v = await names(`name ILIKE '${P} àb'`);
  check(String(v) === `${P} ÀB`, 'ILIKE beyond ASCII', v);
}
{
  const v = await names(`name IN ('${P} a_b','${P} axb')`);
  check(v.length === 2, 'IN', v);
}
{
  const v = await names(`name IN ('${P} a_b' '${P} axb')`);
  check(typeof v === 'string', 'IN without a comma is refused', v);
}
for (const t of ['version 3', '2026-13-45', 'yesterday', '12', '2026-02-31', '11/12/2026']) {
  const v = await names(`createdAt > '${t}'`);
  check(
    typeof v === 'string' && v.startsWith('422'),
    `createdAt > '${t}' is refused`,
    typeof v === 'string' ? v : `${v.length} models`,
  );
}
{
  // a time without a zone: whose?
  const now = new Date();
  const local = now.toISOString().slice(0, 19);
  const v = await names(
    `name LIKE '${P}%' AND createdAt < '${new Date(Date.now() + 60_000).toISOString().slice(0, 19)}'`,
  );
  const w = await names(
    `name LIKE '${P}%' AND createdAt > '${new Date(Date.now() - 600_000).toISOString().slice(0, 19)}'`,
  );
  check(
    v.length === 11 && w.length === 11,
    `a time without a zone is UTC, wherever the api runs (try TZ=America/New_York) (${local})`,
    [v.length ?? v, w.length ?? w],
  );
}
for (const [what, token] of [
  ['not base64', '%%%'],
  ['another order', Buffer.from('["zzz","1"]').toString('base64url')],
  ['a number', Buffer.from('5').toString('base64url')],
  ['a NUL', Buffer.from('["a\\u0000"]').toString('base64url')],
  ['half a pair', Buffer.from('["\\ud800"]').toString('base64url')],
]) {
  const r = await api('GET', `/api/v1/models?pageToken=${encodeURIComponent(token)}`);
  check(r.status < 500, `page token: ${what}`, { status: r.status, code: r.json?.code });
}
for (const [what, token] of [
  ['an instant that is too large', '["99999999999999999","x"]'],
  ['minus', '["-99999999999999999","x"]'],
]) {
  const r = await api(
    'GET',
    `/api/v1/models?orderBy=createdAt&pageToken=${Buffer.from(token).toString('base64url')}`,
  );
  check(r.status < 500, `page token: ${what}`, { status: r.status, code: r.json?.code });
}
{
  const q = `/api/v1/models?pageSize=4&filter=${encodeURIComponent(`name LIKE '${P}%'`)}&orderBy=createdAt`;
  const got = [];
  let token = null,
    i = 0;
  do {
    const r = await api('GET', q + (token ? `&pageToken=${encodeURIComponent(token)}` : ''));
    got.push(...r.json.items.map((m) => m.name));
    token = r.json.nextPageToken;
    await make(`${P} new ${i++}`);
  } while (token && i < 30);
  check(
    new Set(got).size === got.length && got.length >= 11,
    'pages while others are made: nothing twice, nothing left out',
    got.length,
  );
}
{
  const r = await api('GET', `/api/v1/models/${encodeURIComponent(`${P} e\u0301`)}`);
  check(r.json?.name === `${P} e\u0301`, 'names by normalization are two models, each found', r.json?.name);
}
{
  const a = await make(`${P} \u200b`);
  check(a.status === 422, 'a name that ends with a zero-width space, which nobody can see, is refused', {
    status: a.status,
    name: a.json?.name && encodeURIComponent(a.json.name),
  });
}
{
  const a = await make(`${P}\u202egnp`);
  check(a.status === 422, 'a name with a right-to-left override is refused', a.status);
}
await finish();
