// GitHub's deliveries in their other forms: application/x-www-form-urlencoded (payload=…), up to 25 MB, a run on a branch that is the head of some pull request, ping.
import { api, API, RUN, check, finish, model, json } from './lib.mjs';
import { createHmac, randomUUID } from 'node:crypto';
const m = await model((q, s) => json(s, {}));
const secret = 'a-secret-of-some-length-123';
const name = `gh-${RUN}`;
const made = await api('POST', '/api/v1/webhook-sources', {
  name,
  kind: 'github',
  models: [`${name}*`],
  secret,
  events: ['workflow_run', 'repository_dispatch'],
  repositoryIds: [7],
  branches: ['main'],
  manifest: { template: { model: `${name}-{{/workflow_run/id}}`, servingUrl: m.url, rollout: false } },
});
if (made.status !== 201) console.log(made.status, made.text);
const post = async (event, text, type = 'application/json', path = '') => {
  const r = await fetch(`${API}/api/v1/webhooks/github/${name}${path}`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': type,
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'user-agent': 'GitHub-Hookshot/1',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
    },
  });
  return { status: r.status, text: (await r.text()).slice(0, 300) };
};
let id = Number(String(Date.now()).slice(-9));
const run = (more = {}, top = {}) => ({
  action: 'completed',
  repository: { id: 7, full_name: 'acme/models' },
  workflow_run: {
    id: ++id,
    run_attempt: 1,
    event: 'push',
    status: 'completed',
    conclusion: 'success',
    head_branch: 'main',
    head_sha: 'a'.repeat(40),
    path: '.github/workflows/train.yml',
    html_url: 'https://github.com/x',
    updated_at: new Date().toISOString(),
    head_repository: { id: 7 },
    pull_requests: [],
    ...more,
  },
  ...top,
});
const ok = (r) => r.status === 200 && /"version":1/.test(r.text);
{
  const r = await post('workflow_run', JSON.stringify(run()));
  check(ok(r), 'workflow_run as JSON', r);
}
{
  const r = await post(
    'workflow_run',
    `payload=${encodeURIComponent(JSON.stringify(run()))}`,
    'application/x-www-form-urlencoded',
  );
  check(ok(r), "the same as a form (payload=…), which is what GitHub's webhook page has preset", r);
}
{
  const r = await post(
    'ping',
    JSON.stringify({ zen: 'x', hook_id: 1, repository: { id: 7, full_name: 'acme/models' } }),
  );
  check(r.status === 200, 'ping', r);
}
{
  const r = await post('workflow_run', JSON.stringify(run({}, { padding: 'x'.repeat(6 * 1024 * 1024) })));
  check(ok(r), "a payload of 6 MB (GitHub's limit is 25 MB)", r);
}
{
  const r = await post(
    'workflow_run',
    JSON.stringify(
      run({
        pull_requests: [
          { number: 5, head: { ref: 'main', repo: { id: 7 } }, base: { ref: 'production', repo: { id: 7 } } },
        ],
      }),
    ),
  );
  check(ok(r), 'a push run on main while a pull request main → production is open', r);
}
{
  const r = await post('workflow_run', JSON.stringify(run({ event: 'schedule' })));
  check(ok(r), 'a scheduled run', r);
}
{
  const r = await post('workflow_run', JSON.stringify(run()), 'application/json; charset=utf-8', '');
  check(ok(r), 'content-type with charset', r);
}
{
  const r = await post('workflow_run', JSON.stringify(run()), 'application/json', '/');
  check(ok(r), 'URL with a slash at its end', r);
}
{
  const r = await post('workflow_run', '\ufeff' + JSON.stringify(run()));
  check(ok(r), 'a BOM before the JSON', r);
}
{
  const t = JSON.stringify(run({ display_title: 'fix 😀 \\ud83d' })).replace('\\\\ud83d', '\\ud83d');
  const r = await post('workflow_run', t);
  check(ok(r), 'half a surrogate pair in a commit title that nobody reads', r);
}
{
  const r = await post('workflow_run', JSON.stringify(run({ display_title: 'a\u0000b' })));
  check(ok(r), 'a NUL in a commit title that nobody reads', r);
}
{
  const r = await post(
    'workflow_run',
    JSON.stringify(run()).replace('"action"', '"__proto__":{"x":1},"action"'),
  );
  check(ok(r), 'a key __proto__ that nobody reads', r);
}
{
  const r = await post(
    'workflow_run',
    JSON.stringify(
      run({ head_commit: { message: 'x', nested: JSON.parse('['.repeat(70) + ']'.repeat(70)) } }),
    ),
  );
  check(r.status < 500, 'nested 70 deep in what nobody reads', r);
}
{
  const r = await post(
    'workflow_run',
    JSON.stringify(run({ updated_at: new Date(Date.now() + 4 * 60_000).toISOString() })),
  );
  check(ok(r), 'a clock that is 4 minutes ahead', r);
}
await api('DELETE', `/api/v1/webhook-sources/${name}`);
await finish();
