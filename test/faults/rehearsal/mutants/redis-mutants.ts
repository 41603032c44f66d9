import type { FaultMutant } from './mutant.ts';

const QUEUE = 'libs/queue/src/connection.ts';
const HAND_OVER = 'apps/worker/src/hand-over.ts';

/** Those that show only where jobs are kept on Redis. */
export const REDIS_MUTANTS: readonly FaultMutant[] = [
  {
    name: 'sweep-waits',
    shownBy: ['Redis says nothing'],
    needs: 'redis',
    undoes: 'the sweep waits for the queue, and the queue for Redis',
    edits: [
      {
        file: HAND_OVER,
        find: 'await Promise.race([taking, late])',
        replace: 'void late;\n    await taking',
      },
      {
        file: QUEUE,
        find: '  enableOfflineQueue: false,\n  socketTimeout: SILENT_PRODUCER_MS,\n',
        replace: '  maxRetriesPerRequest: null,\n',
      },
    ],
  },
  {
    name: 'queue-brings-nothing',
    by: 'j',
    shownBy: ['Redis is forgotten by a firewall'],
    needs: 'redis',
    undoes: 'a worker leaves to the queue what the queue has taken and does not bring',
    edits: [
      {
        file: HAND_OVER,
        find: 'return at - entrusted.at >= PATIENCE_MS;',
        replace: 'return at - entrusted.at >= 1e9;',
      },
      // Otherwise the queue is heard again after 20 s, which a busy machine may need by itself.
      { file: QUEUE, find: '  socketTimeout: SILENT_CONSUMER_MS,\n', replace: '' },
    ],
  },
  {
    name: 'redis-read-only',
    shownBy: ['Redis fails over'],
    needs: 'redis',
    undoes: 'a connection to what is a replica now is kept',
    edits: [
      {
        file: QUEUE,
        find: '/READONLY|MASTERDOWN|LOADING/',
        replace: '/^none$/',
      },
    ],
  },
  {
    name: 'redis-silence',
    shownBy: ['Redis is forgotten by a firewall'],
    needs: 'redis',
    undoes: 'a silent connection to Redis is waited for without end',
    edits: [
      { file: QUEUE, find: '  socketTimeout: SILENT_PRODUCER_MS,\n', replace: '' },
      { file: QUEUE, find: '  socketTimeout: SILENT_CONSUMER_MS,\n', replace: '' },
    ],
  },
];
