import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Schemas, standingOf, type UnderstudyClient } from '#libs/client';
import { dataOf } from '../context.ts';
import { answering, modelName, MOST_ITEMS, READ_ONLY } from './answer.ts';

const LAST_EVENTS = 20;

/** Which rollouts there are, and why one stands where it stands. They change nothing. */
export function rolloutTools(server: McpServer, client: UnderstudyClient): void {
  server.registerTool(
    'list_rollouts',
    {
      title: 'List rollouts',
      description: `Rollouts of a model, newest first, or all that have not ended; at most ${MOST_ITEMS}.`,
      inputSchema: z.object({ model: modelName.optional() }),
      annotations: READ_ONLY,
    },
    ({ model: name }) =>
      answering(async () => {
        const query = { pageSize: MOST_ITEMS, ...(name === undefined ? { live: 'true' } : {}) } as never;
        const { items, nextPageToken } = dataOf(
          name === undefined
            ? await client.GET('/api/v1/rollouts', { params: { query } })
            : await client.GET('/api/v1/models/{model}/rollouts', {
                params: { path: { model: name }, query },
              }),
        );
        return { rollouts: items.map(rolloutInShort), more: nextPageToken !== null };
      }),
  );

  server.registerTool(
    'explain_rollout',
    {
      title: 'Explain a rollout',
      description:
        'Why a rollout stands where it stands: its step, what it waits for, the verdict of each gate with its numbers, what may be done, and what has happened last.',
      inputSchema: z.object({ rollout: z.uuid().describe('The id of a rollout') }),
      annotations: READ_ONLY,
    },
    ({ rollout: id }) =>
      answering(async () => {
        const params = { path: { id } };
        const found = dataOf(await client.GET('/api/v1/rollouts/{id}', { params }));
        const evidence = dataOf(await client.GET('/api/v1/rollouts/{id}/evidence', { params }));
        const events = dataOf(await client.GET('/api/v1/rollouts/{id}/events', { params }));
        return {
          standing: standingOf(found),
          rollout: found,
          evidence: evidence.items,
          events: events.items.slice(-LAST_EVENTS),
        };
      }),
  );
}

export const rolloutInShort = (one: Schemas['Rollout']) => ({
  ...{ id: one.id, model: one.model, version: one.version, standing: standingOf(one) },
  ...{ endedAt: one.endedAt, reason: one.reason, legalActions: one.legalActions },
});
