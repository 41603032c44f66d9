import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyRelay } from '../../support/faulty-relay.ts';
import type { Fault } from './schedule.ts';
import type { RehearsalSite } from './site.ts';
import type { Happened } from './story.ts';

const RESET_EVERY_MS = 400;

/** Which version's server a place stands for at this moment ("m3 candidate"); `null`: for none. */
export type FindServer = (place: string) => {
  readonly model: string;
  readonly version: number;
  readonly relay: FaultyRelay;
} | null;

/** Does what a round's schedule says, and resolves when all of it is over. Faults of places that stand for nothing are left out. */
export async function perform(
  site: RehearsalSite,
  faults: readonly Fault[],
  findServer: FindServer,
): Promise<readonly Happened[]> {
  const all = await Promise.all(
    faults.map(async (fault): Promise<Happened | null> => {
      await sleep(fault.startMs);
      const server = findServer(fault.place);
      const from = Date.now();
      const end = await begin(site, fault, site.relays.get(fault.place) ?? server?.relay ?? null);
      if (!end) return null;
      await sleep(fault.lengthMs);
      await end();
      const version = server && { model: server.model, version: server.version };
      return { fault, from, until: Date.now(), version };
    }),
  );
  return all.filter((one) => one !== null);
}

/** @returns how it ends */
async function begin(
  site: RehearsalSite,
  { kind, place, delayMs }: Fault,
  relay: FaultyRelay | null,
): Promise<(() => Promise<void> | void) | null> {
  const member = site.members.get(place);
  const server = site.servers.get(place);
  switch (kind) {
    case 'kill':
      await member?.kill();
      return member ? () => member.start() : null;
    case 'stop':
      member?.signal('SIGSTOP');
      return member ? () => member.signal('SIGCONT') : null;
    case 'restart':
    case 'crash':
      await server?.goAway(kind);
      return server ? () => server.comeBack() : null;
    case 'stall':
    case 'silence':
    case 'cut':
    case 'delay':
    case 'reset':
    case 'half-close':
      return relay && beginAt(relay, kind, delayMs);
  }
}

function beginAt(
  relay: FaultyRelay,
  kind: 'stall' | 'silence' | 'cut' | 'delay' | 'reset' | 'half-close',
  delayMs: number,
): () => void {
  switch (kind) {
    case 'stall':
      relay.stall(true);
      return () => relay.stall(false);
    case 'silence':
      relay.mute();
      relay.greetBy('silence');
      return () => relay.greetBy('server');
    case 'cut':
      relay.greetBy('refusal');
      relay.cut();
      return () => relay.greetBy('server');
    case 'delay':
      relay.delayBy(delayMs);
      return () => relay.delayBy(0);
    case 'reset': {
      relay.reset();
      const timer = setInterval(() => relay.reset(), RESET_EVERY_MS);
      return () => clearInterval(timer);
    }
    case 'half-close':
      relay.halfClose();
      return () => relay.endOrphans();
  }
}
