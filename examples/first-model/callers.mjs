// Callers, 50 a second until Ctrl-C: node callers.mjs [gateway] [model]
const { fetch, setInterval } = globalThis;
const [gateway = 'http://127.0.0.1:7401', model = 'hello'] = process.argv.slice(2);
const seen = {};
let n = 0;
setInterval(async () => {
  const headers = { 'content-type': 'application/json', 'x-understudy-unit': `user-${n++ % 1_000}` };
  const answer = await fetch(`${gateway}/models/${model}/predict`, {
    method: 'POST',
    headers,
    body: '{}',
  }).catch(() => null);
  await answer?.arrayBuffer();
  const key =
    answer === null
      ? 'nobody answered'
      : `version ${answer.headers.get('x-understudy-version')}: ${answer.status}`;
  seen[key] = (seen[key] ?? 0) + 1;
}, 20);
setInterval(() => console.log(seen), 2_000);
