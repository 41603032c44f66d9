import { CHANNEL } from '../../../../libs/db/src/connection/notify.ts';
import type { FaultyRelay } from '../../../support/databases/faulty-relay.ts';
import { withoutNotifications, withoutRoutes } from '../../../support/databases/lost-words.ts';
import type { End } from './places.ts';
import type { FaultKind, KINDS, PARTIAL_KINDS } from '../schedule.ts';

type ConnectionFault = (typeof KINDS)['connection'][number] | (typeof PARTIAL_KINDS)[number];

const RESET_EVERY_MS = 400;

/** @param place tells what is lost where words are: of the database notifications, of the api routes */
export function breakConnections(relay: FaultyRelay, place: string, kind: FaultKind, delayMs: number): End {
  const nothing = (): void => undefined;
  switch (kind as ConnectionFault) {
    case 'stall':
      relay.stall(true);
      return () => relay.stall(false);
    case 'silence':
      relay.mute();
      relay.greetBy('silence');
      return () => relay.greetBy('server');
    case 'forget':
      relay.mute();
      return nothing;
    case 'forget-pool':
      relay.mute('understudy');
      return nothing;
    case 'forget-listener':
      relay.mute('understudy-listener');
      return nothing;
    case 'lose-words':
      relay.loseBy(place.endsWith('→ database') ? withoutNotifications(CHANNEL) : withoutRoutes);
      return () => relay.loseBy(null);
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
    default:
      throw new Error(`a connection cannot "${kind}"`);
  }
}
