import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RouteTarget } from '#libs/traffic';
import { assertFresh, following, onTrial, Probes, staying, type Sendable } from './probes.ts';
import type { Readiness } from '#libs/traffic';

const target = (version: number) => ({ version, url: `http://s${version}`, healthPath: null });
const STATES = ['ready', 'alive', 'not_ready', 'unreachable'] as const;
const servers = (states: Record<number, Readiness['state']>) => {
  const asked: string[] = [];
  const probe = async ({ url }: { url: string }): Promise<Readiness> => {
    asked.push(url);
    return { state: states[Number(url.slice('http://s'.length))] ?? 'unreachable', because: 'it says so' };
  };
  return { asked, probe };
};

describe('what callers may be sent to', () => {
  it('is made of a probe, of the present route, or by force', async () => {
    const takes = (_target: Sendable): void => undefined;
    const bare: RouteTarget = target(1);
    // @ts-expect-error: nobody has asked this server
    takes(bare);
    const probes = await Probes.ask(servers({ 1: 'ready' }), 0, [target(1)]);
    const ready = probes.target(bare);
    expect(ready).toEqual({ version: 1, url: 'http://s1' });
    if (ready) takes(onTrial(ready, { mode: 'canary', weight: 100 }));
    takes(staying({ primary: bare, candidate: null }).primary);
    expect(Probes.FORCED.target(bare)).not.toBeNull();
    expect(Probes.NONE.target(bare)).toBeNull();
  });

  it('is what said so at the very address, whatever all servers say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...STATES), { minLength: 4, maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
        fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
        async (states, needed, ways) => {
          const said = servers(Object.fromEntries(states.entries()));
          const probes = await Probes.ask(said, 0, needed.map(target), ways.map(target));
          const isGood = (version: number): boolean => ['ready', 'alive'].includes(states[version] ?? '');
          for (const version of needed) expect(probes.isReady(target(version))).toBe(isGood(version));
          const first = ways.find(isGood);
          if (first !== undefined) expect(probes.isReady(target(first))).toBe(true);
          for (const version of [0, 1, 2, 3]) {
            if (probes.isReady(target(version))) expect([...needed, ...ways]).toContain(version);
            expect(probes.isReady({ version, url: 'http://elsewhere' })).toBe(false);
          }
          expect(new Set(said.asked).size).toBe(said.asked.length);
        },
      ),
    );
  });

  it('is what was asked ten seconds ago at most, and not before a clock was set back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -60_000, max: 60_000 }), async (ago) => {
        const probes = await Probes.ask(servers({ 1: 'ready' }), 100_000 - ago, [target(1)]);
        const publish = () => assertFresh(probes.target(target(1))!, 100_000);
        if (ago < -1_000 || ago > 10_000) expect(publish).toThrow(/Nothing was done; ask again/);
        else expect(publish).not.toThrow();
      }),
    );
  });

  it('follows an address that its deployer has found ready, and no other', () => {
    const { primary } = staying({ primary: target(1), candidate: null });
    const moved = { version: 1, state: 'ready', url: 'http://new' };
    expect(following(primary, moved).url).toBe('http://new');
    for (const other of [{ version: 2 }, { state: 'starting' }, { url: null }])
      expect(following(primary, { ...moved, ...other }).url).toBe('http://s1');
  });
});
