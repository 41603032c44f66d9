import type { Command } from 'commander';
import { allPages, type Schemas } from '#libs/client';
import { type Context, dataOf, type Output, printList, printOne } from '../../context.ts';
import { parsed } from '../../input.ts';
import { numberOf } from '../../requests/named.ts';
import { numberIn } from '../../options/number-in.ts';

type Section = Schemas['MlTestScore']['sections']['data'];
const METRICS = '/api/v1/models/{model}/versions/{version}/metrics';
const at = (model: string, version: string) => ({ path: { model, version: numberOf(version) } });

/** What is known of a version beside its record. */
export function versionFactCommands(version: Command, context: () => Context): void {
  version
    .command('card <model> <version>')
    .description('Its model card, in Markdown')
    .action(async (model: string, number: string) => {
      const it = context();
      const { data } = await it.client.GET('/api/v1/models/{model}/versions/{version}/card', {
        params: at(model, number),
        parseAs: 'text',
      });
      if (!data) it.print.note(`${model} ${number} has no card.\n`);
      else it.print.write(data.endsWith('\n') ? data : `${data}\n`);
    });
  version
    .command('compatibility <model> <version>')
    .description('Can callers of another version go on as they are?')
    .option('--with <version>', 'the other one; left out: the primary')
    .action(async (model: string, number: string, options: { with?: string }, command: Command) => {
      const it = context();
      const query = options.with === undefined ? {} : { with: numberOf(options.with) };
      const answer = dataOf(
        await it.client.GET('/api/v1/models/{model}/versions/{version}/compatibility', {
          params: { ...at(model, number), query },
        }),
      );
      const { comparedWith, compatible, because, breaks } = answer;
      const word = compatible === null ? 'nobody knows' : compatible ? 'yes' : 'no';
      const said = `callers of version ${comparedWith} can go on: ${word}; ${because}`;
      printOne(it, command.optsWithGlobals<Output>(), answer, [said, ...breaks.map((one) => `  ${one}`)]);
    });
  version
    .command('lineage <model> <version>')
    .description('What feeds a version, and what consumes it')
    .option('--depth <number>', 'how far', numberIn({ isWhole: true }))
    .action(async (model: string, number: string, { depth }: { depth?: number }, command: Command) => {
      const it = context();
      const query = depth === undefined ? {} : { depth };
      const { nodes, ...rest } = dataOf(
        await it.client.GET('/api/v1/models/{model}/versions/{version}/lineage', {
          params: { ...at(model, number), query },
        }),
      );
      const output = command.optsWithGlobals<Output>();
      if (output.output === 'json') return it.print.json({ nodes, ...rest });
      type Node = (typeof nodes)[number];
      const columns = {
        direction: (one: Node) => one.direction,
        model: (one: Node) => one.model,
        version: (one: Node) => one.version,
        distance: (one: Node) => one.distance,
      };
      printList(it, output, nodes, columns, 'Nothing feeds it, and nothing consumes it.');
    });
  version
    .command('score <model> <version>')
    .description("The version by Google's ML Test Score, and what is missing")
    .action(async (model: string, number: string, _options: object, command: Command) => {
      const it = context();
      const score = dataOf(
        await it.client.GET('/api/v1/models/{model}/versions/{version}/score', { params: at(model, number) }),
      );
      const lines = (Object.entries(score.sections) as [string, Section][]).flatMap(
        ([name, { points, tests }]) => [
          `  ${name}: ${points}`,
          ...tests.filter(({ by }) => by === 'missing').map(({ title }) => `    missing: ${title}`),
        ],
      );
      printOne(it, command.optsWithGlobals<Output>(), score, [`${score.score}: ${score.meaning}`, ...lines]);
    });
  metricCommands(version, context);
}

function metricCommands(version: Command, context: () => Context): void {
  version
    .command('metrics <model> <version>')
    .description('Its evaluation metrics, by name and step')
    .option('--metric <name>', 'one of them')
    .action(async (model: string, number: string, { metric }: { metric?: string }, command: Command) => {
      const it = context();
      const more = metric === undefined ? {} : { metric };
      const points = await allPages(async (pageToken) =>
        dataOf(
          await it.client.GET(METRICS, {
            params: { ...at(model, number), query: { pageToken, ...more } as never },
          }),
        ),
      );
      type Point = (typeof points)[number];
      const columns = {
        metric: (one: Point) => String(one['metric']),
        step: (one: Point) => Number(one['step']),
        value: (one: Point) => Number(one['value']),
        at: (one: Point) => String(one['timestamp']),
      };
      printList(it, command.optsWithGlobals<Output>(), points, columns, `${model} ${number} has no metric.`);
    });
  version
    .command('add-metrics <model> <version> <file>')
    .description(
      'Add metrics: {metrics: {name: value}, step} or {points: […]}; a name and step again replaces',
    )
    .action(async (model: string, number: string, file: string, _options: object, command: Command) => {
      const it = context();
      const body = (await parsed(file)) as never;
      const latest = dataOf(await it.client.POST(METRICS, { params: at(model, number), body }));
      const names = Object.keys(latest.metrics as object).join(', ');
      printOne(it, command.optsWithGlobals<Output>(), latest, `${model} ${number} has ${names}`);
    });
}
