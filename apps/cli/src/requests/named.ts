import { type Context, dataOf } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';

/** A rollout by its id, or the newest of a model. */
export async function idOf({ client }: Context, given: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) return given;
  const { items } = dataOf(
    await client.GET('/api/v1/models/{model}/rollouts', {
      params: { path: { model: given }, query: { pageSize: 1 } as never },
    }),
  );
  const [newest] = items;
  if (newest) return newest.id;
  throw new Exit(
    EXIT.refused,
    `${given} has had no rollout yet. understudy rollout start ${given} <version> starts one.`,
  );
}

/** The number of a version. @throws Exit with the code of wrong usage */
export function numberOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Exit(EXIT.usage, `"${text}" is no version: it is a number, such as 3.`);
}
