import 'reflect-metadata';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { carryOut, look, Probes } from '#libs/engine';

/*
 * The baseline: a worker that asks the database for every live rollout, and looks at one after the
 * other, four at a time, for as long as it runs. It says how many it has looked at once a second.
 */
const [url = ''] = process.argv.slice(2);
const dataSource = await openDataSource(url);
const uow = typeOrmUnitOfWork(dataSource);
let looked = 0;
setInterval(() => process.send?.({ looked }), 1_000);
for (;;) {
  const ids = (
    await dataSource.query<{ id: string }[]>('SELECT id FROM rollout WHERE ended_at IS NULL ORDER BY id')
  ).map((row) => row.id);
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (let i = lane; i < ids.length; i += 4) {
        const seen = await look(uow, ids[i] ?? '');
        if (seen) await carryOut(uow, seen, Probes.FORCED);
        looked++;
      }
    }),
  );
}
