import type { Operator } from '../site/operator.ts';
import type { Begun } from '../site/releases.ts';
import type { Told } from './story.ts';

/** What the record says of rollouts, events included. */
export async function tellRollouts(operator: Operator, begun: readonly Begun[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const one of begun) {
    const { body } = await operator.until('GET', `/rollouts/${one.id}`);
    const { status, body: answer } = await operator.until('GET', `/rollouts/${one.id}/events`);
    if (status !== 200) throw new Error(`the events of ${one.id} were refused: ${JSON.stringify(answer)}`);
    const events: Told['events'][number][] = [];
    for (const { type, at, data } of answer['items']) events.push({ type, at: Date.parse(at), data });
    told.push({ ...one, state: body['state'], events: events.sort((a, b) => a.at - b.at) });
  }
  return told;
}
