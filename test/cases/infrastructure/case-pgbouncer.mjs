// Run against an installation whose DATABASE_URL goes through PgBouncer:
//   pgbouncer.ini: pool_mode = session (A: as it comes; B: + ignore_startup_parameters = extra_float_digits,options,idle_in_transaction_session_timeout), C: pool_mode = transaction + B's line
//   DATABASE_URL=postgres://…@127.0.0.1:6432/db API_PORT=17530 GATEWAY_PORT=17531 WORKER_PORT=17532 npm start
// A: does not start (stack trace: "unsupported startup parameter"). B: starts, says it is ready, but no job is ever taken and the role of the record's protection is lost.
// C: starts, says it is ready, and every call is 500 ("prepared statement … does not exist").
import { api, model, json, call, sleep, RUN, check, finish, API } from './lib.mjs';
const m = await model((q, s) => json(s, { y: 1 }));
const n = `pgb-${RUN}`;
const ready = await fetch(`${API}/readyz`).then(
  (r) => r.status,
  () => 0,
);
const v = await api('POST', `/api/v1/models/${n}/versions`, {
  createModel: true,
  servingUrl: m.url,
  rollout: true,
});
check(v.status === 201, 'a version is registered', { readyz: ready, status: v.status, code: v.json?.code });
let got;
for (let i = 0; i < 40; i++) {
  got = await call(`/models/${n}/x`);
  if (got.status === 200) break;
  await sleep(500);
}
check(got.status === 200, 'within 20 s the gateway serves it', { status: got.status });
await finish();
