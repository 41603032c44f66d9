import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { lookAtModel, type Schemas, servesOf, type UnderstudyClient } from '#libs/client';
import { dataOf } from '../context.ts';
import { answering, modelName, MOST_ITEMS, READ_ONLY } from './answer.ts';
import { rolloutInShort } from './rollout-tools.ts';

/** What models there are, and what serves whom. They change nothing. */
export function modelTools(server: McpServer, client: UnderstudyClient): void {
  server.registerTool(
    'list_models',
    {
      title: 'List models',
      description: `Models by name, at most ${MOST_ITEMS}: primary version, tags, whether the primary answers.`,
      inputSchema: z.object({ filter: z.string().optional().describe("As in MLflow: name LIKE 'search%'") }),
      annotations: READ_ONLY,
    },
    ({ filter }) =>
      answering(async () => {
        const query = { pageSize: MOST_ITEMS, ...(filter === undefined ? {} : { filter }) } as never;
        const { items, nextPageToken } = dataOf(await client.GET('/api/v1/models', { params: { query } }));
        return { models: items.map(inShort), more: nextPageToken !== null };
      }),
  );

  server.registerTool(
    'show_model',
    {
      title: 'Show a model',
      description:
        'What serves whom, all settings of a model (policy, callers, segments …), and its last rollouts.',
      inputSchema: z.object({ model: modelName }),
      annotations: READ_ONLY,
    },
    ({ model: name }) =>
      answering(async () => {
        const path = { model: name };
        const query = { pageSize: 5 } as never;
        const seen = await lookAtModel(client, name);
        const { models } = dataOf(
          await client.GET('/api/v1/model-settings', { params: { query: { model: [name] } as never } }),
        );
        const { items } = dataOf(
          await client.GET('/api/v1/models/{model}/rollouts', { params: { path, query } }),
        );
        return {
          serves: servesOf(seen),
          primary: seen.primary,
          settings: models[name],
          rollouts: items.map(rolloutInShort),
        };
      }),
  );
}

const inShort = ({ name, description, tags, primary, primaryOutage }: Schemas['Model']) => ({
  ...{ name, description, tags, primary },
  primaryOutage: primaryOutage?.because ?? null,
});
