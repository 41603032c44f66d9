import { type Command, Option } from 'commander';
import { allPages, type Schemas } from '#libs/client';
import { type Context, dataOf, type Output, printDocument, printList, printOne } from '../../context.ts';
import { given, listOf } from '../../options/pairs.ts';
import { numberIn } from '../../options/number-in.ts';

const SUBSCRIPTION = '/api/v1/subscriptions/{id}';
type Subscription = Schemas['Subscription'];
type Delivery = Schemas['Delivery'];

/** Who outside is told what happens here. */
export function subscriptionCommands(program: Command, context: () => Context): void {
  const subscription = program
    .command('subscription')
    .description('URLs that are told what happens: webhooks, and Slack');
  subscription
    .command('list')
    .description('List subscriptions')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const { items } = dataOf(await it.client.GET('/api/v1/subscriptions'));
      printList(it, command.optsWithGlobals<Output>(), items, COLUMNS, 'Nobody is told anything.');
    });
  subscription
    .command('show <id>')
    .alias('get')
    .description('Everything of a subscription, without its secret')
    .action(async (id: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(await it.client.GET(SUBSCRIPTION, { params: { path: { id } } }));
      await printDocument(it, command.optsWithGlobals<Output>(), known);
    });
  subscription
    .command('create <name> <url>')
    .description('Subscribe a URL; what deliveries are signed with is shown this once')
    .addOption(eventsOption())
    .addOption(modelsOption())
    .addOption(new Option('--format <format>', 'what is sent').choices(['cloudevents', 'slack']))
    .option('--secret <secret>', 'whsec_ and base64; left out: a new one')
    .action(async (name: string, url: string, options: object, command: Command) => {
      const it = context();
      const body = { name, url, ...given({ ...options }) } as never;
      const made = dataOf(await it.client.POST('/api/v1/subscriptions', { body }));
      printOne(it, command.optsWithGlobals<Output>(), made, [
        `${name} is subscription ${made.id}`,
        `secret ${made.secret}`,
      ]);
    });
  subscription
    .command('edit <id>')
    .description('Change it; a disabled one that is made active gets what waits for it')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another URL')
    .addOption(eventsOption())
    .addOption(modelsOption())
    .addOption(new Option('--state <state>', 'whether it is told').choices(['active', 'disabled']))
    .action(async (id: string, options: object, command: Command) => {
      const it = context();
      const body = given({ ...options }) as never;
      const after = dataOf(await it.client.PATCH(SUBSCRIPTION, { params: { path: { id } }, body }));
      printOne(it, command.optsWithGlobals<Output>(), after, `${after.name} is ${after.state}`);
    });
  subscription
    .command('delete <id>')
    .description('Unsubscribe; what waits for it is forgotten')
    .action(async (id: string) => {
      const it = context();
      await it.client.DELETE(SUBSCRIPTION, { params: { path: { id } } });
      it.print.write(`${id} is unsubscribed\n`);
    });
  subscription
    .command('rotate-secret <id>')
    .description('A new secret; until the overlap is over, deliveries are signed with the old one too')
    .option('--overlap <duration>', 'such as 24h', '24h')
    .action(async (id: string, body: { overlap: string }, command: Command) => {
      const it = context();
      const made = dataOf(
        await it.client.POST('/api/v1/subscriptions/{id}/rotate-secret', { params: { path: { id } }, body }),
      );
      printOne(it, command.optsWithGlobals<Output>(), made, made.secret);
    });
  deliveryCommands(subscription, context);
}

function deliveryCommands(subscription: Command, context: () => Context): void {
  subscription
    .command('deliveries <id>')
    .description('What was sent, what waits, and what was given up, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['waiting', 'delivered', 'dead']))
    .option('--limit <number>', 'at most so many', numberIn({ least: 1, isWhole: true }), 100)
    .action(async (id: string, { state, limit }: { state?: string; limit: number }, command: Command) => {
      const it = context();
      const items = await allPages<Delivery>(
        async (pageToken) =>
          dataOf(
            await it.client.GET('/api/v1/subscriptions/{id}/deliveries', {
              params: { path: { id }, query: { pageToken, ...given({ state }) } as never },
            }),
          ),
        limit,
      );
      const shown = items.slice(0, limit);
      printList(it, command.optsWithGlobals<Output>(), shown, DELIVERY_COLUMNS, 'Nothing was sent.');
    });
  subscription
    .command('replay <id> [delivery]')
    .description('Send what was given up again: one delivery, or all')
    .action(async (id: string, delivery: string | undefined, _options: object, command: Command) => {
      const it = context();
      const done = dataOf(
        delivery === undefined
          ? await it.client.POST('/api/v1/subscriptions/{id}/deliveries/replay', { params: { path: { id } } })
          : await it.client.POST('/api/v1/subscriptions/{id}/deliveries/{delivery}/replay', {
              params: { path: { id, delivery } },
            }),
      );
      const count = Number(done['replayed']);
      const said = `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again`;
      printOne(it, command.optsWithGlobals<Output>(), done, said);
    });
}

const eventsOption = (): Option =>
  new Option('--events <types>', 'with commas; a prefix ends with *: rollout.*,alias.*').argParser(listOf);
const modelsOption = (): Option =>
  new Option('--models <patterns>', 'of these models, with commas: search-*,fraud').argParser(listOf);

const COLUMNS = {
  id: (one: Subscription) => one.id,
  name: (one: Subscription) => one.name,
  url: (one: Subscription) => one.url,
  events: (one: Subscription) => one.events.join(', '),
  models: (one: Subscription) => one.models?.join(', ') ?? 'all',
  state: (one: Subscription) => [one.state, one.because].filter(Boolean).join(': '),
};
const DELIVERY_COLUMNS = {
  id: (one: Delivery) => one.id,
  type: (one: Delivery) => one.type,
  model: (one: Delivery) => one.model,
  state: (one: Delivery) => one.state,
  attempts: (one: Delivery) => one.attempts,
  last: (one: Delivery) => one.lastError ?? one.lastStatus,
  next: (one: Delivery) => one.nextAt,
};
