import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { UnderstudyClient } from '#libs/client';
import { dataOf } from '../context.ts';
import { answering, modelName, READ_ONLY } from './answer.ts';

const version = z.int().min(1).describe('The number of a version');

/** What helps to decide: versions side by side, and what a policy would do. They change nothing. */
export function decidingTools(server: McpServer, client: UnderstudyClient): void {
  server.registerTool(
    'compare_versions',
    {
      title: 'Compare two versions',
      description:
        'Metrics, signature, artifact, data set and card of two versions of a model, side by side, and whether the signatures fit.',
      inputSchema: z.object({ model: modelName, a: version, b: version }),
      annotations: READ_ONLY,
    },
    ({ model: name, a, b }) =>
      answering(async () => {
        const of = async (number: number) =>
          dataOf(
            await client.GET('/api/v1/models/{model}/versions/{version}', {
              params: { path: { model: name, version: number } },
            }),
          );
        const [left, right] = [await of(a), await of(b)];
        const params = { path: { model: name, version: b }, query: { with: a } as never };
        const fits = await client
          .GET('/api/v1/models/{model}/versions/{version}/compatibility', { params })
          .then(dataOf)
          .catch(() => null);
        return { a: left, b: right, compatibility: fits };
      }),
  );

  server.registerTool(
    'propose_policy',
    {
      title: 'Propose a policy',
      description:
        "Check a policy for a model: what it would do step by step, what it would change of the model's, what is wrong with it. Nothing is changed; a person applies it.",
      inputSchema: z.object({ model: modelName, policy: z.record(z.string(), z.unknown()) }),
      annotations: READ_ONLY,
    },
    ({ model: name, policy }) =>
      answering(async () => {
        const { plan, warnings } = dataOf(
          await client.POST('/api/v1/policies/validate', { body: policy as never }),
        );
        const { models } = dataOf(
          await client.POST('/api/v1/model-settings/plan', {
            body: { models: { [name]: { policy } } } as never,
          }),
        );
        const file = { models: { [name]: { policy } } };
        return {
          plan: plan.text,
          warnings,
          changes: models,
          apply: { command: 'understudy apply -f FILE', file },
        };
      }),
  );
}
