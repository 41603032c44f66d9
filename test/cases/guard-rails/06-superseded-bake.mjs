// A newer release must not end the watch over a version that still bakes and leave it primary.
import {
  call,
  check,
  finish,
  firstPrimary,
  inState,
  model,
  modelServer,
  predict,
  RUN,
  sleep,
  token,
} from './lib.mjs';

const sound = await modelServer(() => [200, {}, '{"label":"a"}']);
let fails = false;
const baking = await modelServer(() => (fails ? [500, {}, 'x'] : [200, {}, '{"label":"a"}']));
const name = `bake-${RUN}`;
await firstPrimary(name, sound.url);
await call('PUT', `/models/${name}/policy`, {
  name: 'p',
  steps: [{ canary: { weight: '50%', minRequests: 5, maxDuration: '1h' } }, { bake: { duration: '10m' } }],
  promoteWhen: 'notFailed',
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
});
const publisher = await token({ role: 'publisher', models: [name] });
const start = async (url) =>
  (await call('POST', `/models/${name}/versions`, { servingUrl: url, rollout: true }, publisher)).body.rollout
    .id;
const second = await start(baking.url);
let over = false;
const traffic = (async () => {
  while (!over) {
    await predict(name);
    await sleep(15);
  }
})();
check(await inState(second, 'baking', 30_000), 'version 2 bakes');
await start(sound.url);
await sleep(1_500);
fails = true;
await sleep(8_000);
over = true;
await traffic;
const { primary } = await model(name);
check(primary !== 2, 'version 2 fails and is not the primary', primary);
const answers = await Promise.all(Array.from({ length: 20 }, () => predict(name)));
check(
  answers.every(({ status }) => status === 200),
  'callers are served',
  answers.map(({ status }) => status).join(),
);
await finish();
