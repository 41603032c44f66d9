import { isOutage, type UnitOfWork, watchPrimaries } from '#libs/engine';
import { Gauge, type Logger, type Registry } from '#libs/observe';
import { repeat, type Repeating } from './repeat.ts';

const TURN_MS = 1_000;

/** Watches over every primary: says in state, record, log and figures which answers nobody. All workers do; each outage is said once. */
export function startPrimaryWatch(
  uow: UnitOfWork,
  registry: Registry,
  logger: Logger,
  onError: (error: unknown) => void,
): Repeating {
  const gauge: Gauge<'model' | 'cause' | 'scope'> = new Gauge({
    name: 'understudy_primary_unreachable',
    help: '1: the primary of this model gives callers no answer (unreachable), errors only (failing), or none are asking and probes say no (not_ready); at all gateways, or some',
    labelNames: ['model', 'cause', 'scope'],
    registers: [registry],
    async collect() {
      const outages = await uow.read((stores) => stores.outages.all());
      gauge.reset();
      for (const { model, outage } of outages)
        if (isOutage(outage)) gauge.set({ model, cause: outage.cause, scope: outage.scope }, 1);
    },
  });
  return repeat(
    TURN_MS,
    async () => {
      for (const { event, ...turn } of await watchPrimaries(uow))
        if (event === 'primary.unreachable') logger.error(turn, 'the primary answers no caller');
        else logger.info(turn, 'the outage of the primary is over');
    },
    onError,
  );
}
