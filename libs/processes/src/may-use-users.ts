import { readFileSync } from 'node:fs';
import type { UserRange } from './server-users.ts';

/** What decides whether this process may start others as other users. */
export interface ProcessRights {
  readonly platform: string;
  /** Text of /proc/self/status; empty where there is none. */
  readonly status: string;
  /** Text of /proc/self/uid_map and gid_map: which ids this user namespace has. */
  readonly idMaps: readonly string[];
}

/** Bits of CapEff (capabilities(7)). */
const NEEDED = { CHOWN: 0, DAC_OVERRIDE: 1, FOWNER: 3, KILL: 5, SETGID: 6, SETUID: 7 };

/**
 * Why model servers cannot have users of their own, as a clause; `null`: they can.
 * @param range of users; `null`: the operator wants none
 */
export function whyNoUsers(range: UserRange | null, rights: ProcessRights): string | null {
  if (range === null) return 'DEPLOYER_USERS is off';
  if (rights.platform !== 'linux') return `users of their own need Linux, and this is ${rights.platform}`;
  const effective = /^Uid:\s+\d+\s+(\d+)/m.exec(rights.status)?.[1];
  if (effective !== '0') return 'the worker does not run as root';
  const capabilities = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)/m.exec(rights.status)?.[1] ?? '0'}`);
  const missing = Object.entries(NEEDED).filter(([, bit]) => ((capabilities >> BigInt(bit)) & 1n) === 0n);
  if (missing.length > 0) return `root lacks ${missing.map(([name]) => `CAP_${name}`).join(', ')} here`;
  if (!rights.idMaps.every((map) => holds(map, range)))
    return `this user namespace has no ids ${range.first}-${range.last} (DEPLOYER_USERS)`;
  return null;
}

function holds(map: string, { first, last }: UserRange): boolean {
  return map.split('\n').some((line) => {
    const [inside = NaN, , count = NaN] = line.trim().split(/\s+/).map(Number);
    return inside <= first && last < inside + count;
  });
}

/** The rights of this process. */
export function ownRights(): ProcessRights {
  const text = (file: string): string => {
    try {
      return readFileSync(`/proc/self/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  return {
    platform: process.platform,
    status: text('status'),
    idMaps: [text('uid_map'), text('gid_map')],
  };
}
