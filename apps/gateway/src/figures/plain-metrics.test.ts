import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Registry } from '#libs/observe';
import { LabelledCounts } from './plain-metrics.ts';

it('labelled counts: each combination of labels is counted by itself', async () => {
  const label = fc.constantFrom('', 'a', 'b', 'a\nb', '200');
  const labels = fc.array(fc.tuple(label, label), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(labels, async (all) => {
      const counts = new LabelledCounts(['x', 'y']);
      const registry = new Registry();
      counts.register(registry, 'n_total', 'n');
      for (const [x, y] of all) counts.add(x, y);
      const metric = (await registry.getMetricsAsJSON())[0];
      const seen = (metric?.values ?? []).map(({ labels: { x, y }, value }) => [
        JSON.stringify([x, y]),
        value,
      ]);
      const wanted = new Map<string, number>();
      for (const one of all) wanted.set(JSON.stringify(one), (wanted.get(JSON.stringify(one)) ?? 0) + 1);
      expect(new Map(seen as [string, number][])).toEqual(wanted);
      expect(seen).toHaveLength(wanted.size);
    }),
  );
});
