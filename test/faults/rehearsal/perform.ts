import { setTimeout as sleep } from 'node:timers/promises';
import type { BreakablePlace } from './places/places.ts';
import { breakConnections } from './places/connections.ts';
import type { Fault } from './schedule.ts';
import type { Happened } from './invariants/story.ts';
import type { VersionServer } from './site/model-servers.ts';

/** Which version's server a place stands for at this moment ("m3 candidate"); `null`: for none. */
export type FindServer = (place: string) => {
  readonly model: string;
  readonly version: number;
  readonly relay: VersionServer['relay'];
} | null;

/** Does what a round's schedule says, and resolves when all of it is over. Faults of places that stand for nothing are left out. */
export async function perform(
  places: readonly BreakablePlace[],
  faults: readonly Fault[],
  findServer: FindServer,
): Promise<readonly Happened[]> {
  const all = await Promise.all(
    faults.map(async (fault): Promise<Happened | null> => {
      await sleep(fault.startMs);
      const server = findServer(fault.place);
      const place = places.find(({ name }) => name === fault.place);
      if (!place && !server) return null;
      const from = Date.now();
      const end = place
        ? await place.begin(fault.kind, fault.delayMs)
        : server && breakConnections(server.relay, fault.place, fault.kind, fault.delayMs);
      await sleep(fault.lengthMs);
      await end?.();
      const version = server && { model: server.model, version: server.version };
      return { fault, from, until: Date.now(), version };
    }),
  );
  return all.filter((one) => one !== null);
}
