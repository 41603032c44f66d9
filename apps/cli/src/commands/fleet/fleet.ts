import type { Command } from 'commander';
import type { Schemas } from '#libs/client';
import { type Context, dataOf, type Output, printList } from '../../context.ts';
import { ago } from '../../table.ts';

type Plane = Schemas['DataPlane'];

/** Who serves, and who works. */
export function fleetCommand(program: Command, context: () => Context): void {
  program
    .command('fleet')
    .description('Data planes, which of them are behind or silent, and whether workers are there')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const fleet = dataOf(await it.client.GET('/api/v1/fleet'));
      const output = command.optsWithGlobals<Output>();
      if (output.output === 'json') return it.print.json(fleet);
      const { planes, models, workers } = fleet;
      printList(it, output, planes, columnsOf(models), 'No data plane was heard of in the last day.');
      const { alive, heardAt, judges } = workers;
      const can = judges.length === 0 ? '' : `; beside counts they can ask ${judges.join(', ')}`;
      it.print.note(
        alive
          ? `workers: heard ${ago(heardAt, now())}${can}\n`
          : 'No worker is alive: rollouts stand still.\n',
      );
    });
}

const now = (): number => Date.now();
const columnsOf = (models: number) => ({
  'data plane': (plane: Plane) => plane.id,
  kind: ({ kind, proxies }: Plane) => (proxies === null ? kind : `${kind ?? ''} (${proxies} Envoys)`),
  release: (plane: Plane) => plane.release,
  state: (plane: Plane) => plane.state,
  routes: ({ acknowledged, behind }: Plane) =>
    `${acknowledged} of ${models}${behind === 0 ? '' : `, ${behind} behind`}`,
  'behind with': ({ firstBehind }: Plane) => firstBehind.map(({ model }) => model).join(', '),
  heard: (plane: Plane) => ago(plane.heardAt, now()),
  'evidence lost': (plane: Plane) => plane.lostRequests,
  'copies dropped': (plane: Plane) => plane.droppedCopies,
});
