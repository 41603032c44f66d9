import type { Operator } from '../site/operator.ts';
import type { Begun } from '../site/releases.ts';
import type { Told } from './story.ts';

/** What the record says of rollouts, events included. */
export async function tellRollouts(operator: Operator, begun: readonly Begun[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const one of begun) {
    const { body } = await operator.until('GET', `/rollouts/${one.id}`);
    const events: Told['events'][number][] = [];
    for (let page = ''; ;) {
      const path = `/rollouts/${one.id}/events?pageSize=200${page === '' ? '' : `&pageToken=${encodeURIComponent(page)}`}`;
      const answer = (await operator.until('GET', path)).body;
      for (const { type, at, data } of answer['items']) events.push({ type, at: Date.parse(at), data });
      page = answer['nextPageToken'] ?? '';
      if (page === '') break;
    }
    told.push({ ...one, state: body['state'], events: events.sort((a, b) => a.at - b.at) });
  }
  return told;
}
