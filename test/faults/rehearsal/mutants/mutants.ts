import type { Edit, FaultMutant } from './mutant.ts';
import { REDIS_MUTANTS } from './redis-mutants.ts';

const LISTENING = 'libs/db/src/connection/listening-connection.ts';
const BOUNDS = 'libs/postgres/src/connection-bounds.ts';
const HEALTH = 'apps/api/src/http/api-health.ts';

/** `npm run test:faults -- --mutant NAME` runs the rehearsal over a build with one of them (or several: `a+b`). */
export const FAULT_MUTANTS: readonly FaultMutant[] = [
  {
    name: 'listen-heartbeat',
    // The comparison every 2 s finds what was not heard.
    together: ['route-poll'],
    shownBy: ['it forgets the one that listens'],
    undoes: 'a connection that listens does not tell itself anything: silent, it stays for good',
    edits: [
      {
        file: LISTENING,
        find: 'this.opened = this.failed = null;',
        replace: 'this.opened = this.failed = null;\n    if (this.failed === null) return;',
      },
    ],
  },
  {
    name: 'listen-set-up',
    shownBy: ['new connections meet silence, and later all are forgotten once more'],
    undoes: 'a connection that listens is waited for without end while it is set up',
    edits: [
      {
        file: LISTENING,
        find: 'one.endAfterSilence(SET_UP_MS, `it was not set up within ${SET_UP_MS} ms`);',
        replace: '',
      },
    ],
  },
  {
    name: 'route-comparison',
    shownBy: ['it forgets the one that listens', 'notifications are lost on their way'],
    undoes: 'the api never compares its routes with the database, not even on a new connection',
    edits: [
      {
        file: 'apps/api/src/gateways/route-comparison.ts',
        find: 'if (this.running || this.abandoned) return;',
        replace: 'return;',
      },
    ],
  },
  {
    name: 'route-poll',
    shownBy: ['notifications are lost on their way'],
    undoes: 'the api compares its routes on a new connection only, not every 2 s',
    edits: [
      {
        file: 'apps/api/src/gateways/route-feed.ts',
        find: 'const COMPARE_MS = 2_000;',
        replace: 'const COMPARE_MS = 2 ** 31 - 1;',
      },
    ],
  },
  {
    name: 'gateway-silence',
    shownBy: ['a firewall forgets the streams of routes'],
    undoes: 'a gateway waits for a silent api without end',
    edits: [
      {
        file: 'libs/data-plane/src/routes/route-stream.ts',
        find: 'return afterSilence(ms, contained(PROCESS, giveUp) as () => void);',
        replace: 'void [afterSilence, contained, PROCESS, giveUp];\n      return () => undefined;',
      },
    ],
  },
  {
    name: 'gateway-sum',
    shownBy: ['a proxy loses what the stream of routes says'],
    undoes: 'a gateway does not compare what it has heard with what the api says that it has',
    edits: [
      {
        file: 'libs/data-plane/src/routes/heard-routes.ts',
        find: 'if (!this.isWhole) return false;',
        replace: 'return false;',
      },
    ],
  },
  {
    name: 'connect-bound',
    shownBy: ['new connections meet silence, and later all are forgotten once more'],
    undoes: 'a connection of a pool is waited for without end while it is set up',
    edits: [
      { file: BOUNDS, find: '  connectionTimeoutMillis: CONNECT_MS,\n', replace: '' },
      {
        file: 'libs/db/src/connection/data-source.ts',
        find: '    connectTimeoutMS: CONNECT_MS,\n',
        replace: '',
      },
    ],
  },
  {
    name: 'silence-watch',
    shownBy: ['it forgets those of the pools, and the one that listens lives'],
    undoes: 'a statement that has no answer waits for 20 s, whether its connection is dead or not',
    edits: [
      {
        file: 'libs/postgres/src/silence-watch.ts',
        find: 'if (suspects.length === 0 || this.isAsking) return;',
        replace: 'if (suspects.length >= 0 || this.isAsking) return;',
      },
    ],
  },
  {
    name: 'drop-on-lost',
    // What owes an answer is asked about after 3 s, and the idle ones are ended with it.
    together: ['silence-watch'],
    shownBy: ['a firewall forgets all connections to the database'],
    undoes: 'the pool keeps its connections when the one that listens is lost',
    edits: [
      {
        file: 'libs/db/src/connection/drop-connections.ts',
        find: 'known.get(dataSource)?.drop();',
        replace: 'void dataSource;',
      },
    ],
  },
  {
    name: 'server-of-no-use',
    shownBy: ['new sessions of the database may only read, and stay like that'],
    undoes: 'connections to a server that only reads (25006), or ends (57P01), are kept',
    edits: [
      {
        file: 'libs/postgres/src/database-failure.ts',
        find: "sqlState === READ_ONLY || SERVER_ENDS.includes(sqlState ?? '')",
        replace: "sqlState === 'none'",
      },
    ],
  },
  {
    name: 'unavailable-503',
    shownBy: ['PostgreSQL ends every session, again and again'],
    undoes: 'a database that is away or only reads is answered with 500',
    edits: [
      {
        file: 'apps/api/src/http/problems/problem.ts',
        find: 'if (failure !== null)',
        replace: 'if (failure !== null && Number.isNaN(0))',
      },
    ],
  },
  {
    name: 'ended-transactions',
    shownBy: [
      'transactions wait for longer than PostgreSQL allows',
      'an api and a worker stop in the middle of what they do, and go on',
    ],
    undoes: 'a transaction that PostgreSQL has ended for its length is an error of ours',
    edits: [
      {
        file: 'libs/postgres/src/database-failure.ts',
        find: "const UNDONE = ['40P01', '40001', '25P03', '57P05'];",
        replace: "const UNDONE = ['40P01', '40001'];",
      },
    ],
  },
  {
    name: 'ready-is-writable',
    shownBy: ['a silence of a quarter of a minute'],
    undoes: 'the api says that it is ready whatever its database does',
    edits: [
      {
        file: HEALTH,
        find: 'const writable = await uow.run((stores) => stores.isWritable()).catch(() => null);',
        replace: 'const writable = Boolean(uow) as boolean | null;',
      },
      { file: HEALTH, find: 'return feed.age.tooOld ? feed.age.text : null;', replace: 'return null;' },
    ],
  },
  {
    name: 'primary-outage',
    shownBy: ['the server of a primary is gone'],
    undoes: 'nobody says that a primary answers no caller',
    edits: [
      {
        file: 'apps/worker/src/loops/primary-watch.ts',
        find: 'of await watchPrimaries(uow))',
        replace: 'of [] as Awaited<ReturnType<typeof watchPrimaries>>)',
      },
    ],
  },
  {
    name: 'primary-outage-log',
    shownBy: ['the server of a primary is gone'],
    undoes: 'an outage is in state and figures, and in no log',
    edits: [
      {
        file: 'apps/worker/src/loops/primary-watch.ts',
        find: 'of await watchPrimaries(uow))',
        replace: 'of (await watchPrimaries(uow)).slice(0, 0))',
      },
    ],
  },
  {
    name: 'log-repeats',
    shownBy: ['a silence of a quarter of a minute', 'PostgreSQL ends every session, again and again'],
    undoes: 'an error that comes again and again is written each time',
    edits: [
      {
        file: 'libs/observe/src/logger.ts',
        find: 'if (times === null) return;',
        replace: 'if (times === null) return method.apply(this, words);',
      },
    ],
  },
  ...REDIS_MUTANTS,
];

/** What is changed for it, with what is undone together with it. */
export const editsOf = (mutants: readonly FaultMutant[]): readonly Edit[] => [
  ...new Set(
    mutants.flatMap(({ edits, together = [] }) => [
      ...edits,
      ...together.flatMap((name) => mutantsOf(name).flatMap((one) => one.edits)),
    ]),
  ),
];

/** @param names of one, or of several that are undone together: `a+b` @throws Error for one that there is not */
export function mutantsOf(names: string): readonly FaultMutant[] {
  return names.split('+').map((name) => {
    const found = FAULT_MUTANTS.find((one) => one.name === name);
    if (found) return found;
    throw new Error(`there is no mutant "${name}"; there are ${FAULT_MUTANTS.map((m) => m.name).join(', ')}`);
  });
}
