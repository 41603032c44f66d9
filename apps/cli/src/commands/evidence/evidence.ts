import type { Command } from 'commander';
import { type Context, dataOf, type Output, printDocument, printList, printOne } from '../../context.ts';
import { idOf } from '../../requests/named.ts';

const OF_ROLLOUT = {
  evidence: {
    description: 'What was counted, per step and arm',
    path: '/api/v1/rollouts/{id}/evidence',
  },
  distributions: {
    description: 'Histograms of outputs, confidence and inputs: of both arms and of the training data',
    path: '/api/v1/rollouts/{id}/distributions',
  },
  samples: {
    description: 'The worst disagreements of the shadow: the request and both answers',
    path: '/api/v1/rollouts/{id}/samples',
  },
} as const;

/** What a rollout has seen, and what happened to it. @param rollout the noun `rollout` */
export function evidenceCommands(rollout: Command, context: () => Context): void {
  for (const [name, { description, path }] of Object.entries(OF_ROLLOUT))
    rollout
      .command(`${name} <rollout>`)
      .description(description)
      .action(async (of: string, _options: object, command: Command) => {
        const it = context();
        const id = await idOf(it, of);
        const { items } = dataOf(await it.client.GET(path, { params: { path: { id } } }));
        const output = command.optsWithGlobals<Output>();
        if (items.length === 0 && output.output === 'table') it.print.note('There is none yet.\n');
        else await printDocument(it, output, items);
      });
  rollout
    .command('share <rollout>')
    .description('Make a link that shows this rollout to people without a login, and a picture of it')
    .option('--expires-in <duration>', 'how long it opens the page: 1m to 30d', '7d')
    .action(async (of: string, { expiresIn }: { expiresIn: string }, command: Command) => {
      const it = context();
      const shared = dataOf(
        await it.client.POST('/api/v1/rollouts/{id}/share', {
          params: { path: { id: await idOf(it, of) } },
          body: { expiresIn },
        }),
      );
      printOne(it, command.optsWithGlobals<Output>(), shared, [shared.url, `until ${shared.expiresAt}`]);
    });
  rollout
    .command('events <rollout>')
    .description('What happened to a rollout, in order')
    .option('--look', 'with what each decision rests on (--output json)')
    .action(async (of: string, { look }: { look?: true }, command: Command) => {
      const it = context();
      const id = await idOf(it, of);
      const query = look ? { include: 'look' as const } : {};
      const { items } = dataOf(
        await it.client.GET('/api/v1/rollouts/{id}/events', { params: { path: { id }, query } }),
      );
      printList(it, command.optsWithGlobals<Output>(), items, EVENT_COLUMNS, 'Nothing has happened yet.');
    });
}

interface Event {
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Why it happened, by whichever name the event has it. */
function becauseOf({ data }: Event): string {
  const said = data['because'] ?? data['reason'] ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}

export const EVENT_COLUMNS = {
  at: ({ at }: Event) => at,
  type: ({ type }: Event) => type,
  by: ({ actor }: Event) => actor,
  because: becauseOf,
};
