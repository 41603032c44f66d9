import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineageOf } from './lineage.ts';
import type { LineageStore, Stores, VersionKey } from '../ports/ports.ts';

/** Versions 1…n of one model; edge [a, b], a < b: a feeds b. */
function storesWith(size: number, edges: readonly (readonly [number, number])[]): Stores {
  const key = (version: number): VersionKey => ({ modelId: 'm', version });
  const lineage: LineageStore = {
    add: async () => undefined,
    renamed: async () => undefined,
    unacknowledged: async () => [],
    edges: async (of, way) =>
      edges
        .filter(([from, to]) => of.some(({ version }) => version === (way === 'upstream' ? to : from)))
        .map(([from, to]) => ({ from: key(from), to: key(to) })),
    describe: async (keys) =>
      keys.map((one) => ({ ...one, model: 'm', serves: false, deleted: false, source: {}, dataset: {} })),
  };
  return {
    lineage,
    models: { find: async () => ({ id: 'm', name: 'm' }) },
    versions: { find: async (_: string, version: number) => (version <= size ? { version } : null) },
  } as unknown as Stores;
}

/** Everything that can be reached from a version along the edges, with the shortest way's length. */
function reached(from: number, next: (version: number) => readonly number[]): Map<number, number> {
  const distances = new Map([[from, 0]]);
  const open = [from];
  for (let one = open.shift(); one !== undefined; one = open.shift())
    for (const found of next(one))
      if (!distances.has(found)) {
        distances.set(found, (distances.get(one) ?? 0) + 1);
        open.push(found);
      }
  distances.delete(from);
  return distances;
}

const graphs = fc.integer({ min: 2, max: 12 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    root: fc.integer({ min: 1, max: size }),
    edges: fc.uniqueArray(
      fc
        .integer({ min: 2, max: size })
        .chain((to) => fc.tuple(fc.integer({ min: 1, max: to - 1 }), fc.constant(to))),
      { selector: ([a, b]) => `${a} ${b}`, maxLength: 30 },
    ),
  }),
);

describe('lineage', () => {
  it('finds all that feeds a version and all that consumes it, and nothing else, by the shortest way', () =>
    fc.assert(
      fc.asyncProperty(graphs, async ({ size, root, edges }) => {
        const found = await lineageOf(storesWith(size, edges), 'm', root, {
          ...{ direction: 'both', depth: 20, mostNodes: 100, visible: null },
        } as const);
        const distances = (direction: string) =>
          new Map(
            found.nodes.filter((n) => n.direction === direction).map((n) => [n.version, n.distance] as const),
          );
        const up = reached(root, (v) => edges.filter(([, to]) => to === v).map(([from]) => from));
        const down = reached(root, (v) => edges.filter(([from]) => from === v).map(([, to]) => to));
        expect(distances('upstream')).toEqual(up);
        expect(distances('downstream')).toEqual(down);
        expect(found.truncated).toBe(false);
        // Edges among what is shown, none twice.
        const shown = found.edges.map(({ from, to }) => `${from.version} ${to.version}`);
        const wanted = edges.filter(
          ([from, to]) =>
            [up, new Map([[root, 0]])].some((m) => m.has(to)) ||
            [down, new Map([[root, 0]])].some((m) => m.has(from)),
        );
        expect(shown.sort()).toEqual(wanted.map(([a, b]) => `${a} ${b}`).sort());
      }),
      { numRuns: 300 },
    ));

  it('says when there is more than it shows: too deep, or too many', async () => {
    const chain = storesWith(
      10,
      Array.from({ length: 9 }, (_, i) => [i + 1, i + 2] as const),
    );
    const shallow = await lineageOf(chain, 'm', 1, {
      direction: 'downstream',
      depth: 3,
      mostNodes: 100,
      visible: null,
    });
    expect([shallow.nodes.length, shallow.truncated]).toEqual([4, true]);
    const few = await lineageOf(chain, 'm', 1, {
      direction: 'downstream',
      depth: 20,
      mostNodes: 5,
      visible: null,
    });
    expect([few.nodes.length, few.truncated]).toEqual([5, true]);
    const all = await lineageOf(chain, 'm', 1, {
      direction: 'downstream',
      depth: 9,
      mostNodes: 10,
      visible: null,
    });
    expect([all.nodes.length, all.truncated]).toEqual([10, false]);
  });
});
