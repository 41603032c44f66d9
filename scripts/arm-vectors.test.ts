import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { armVectors } from './arm-vectors.ts';

type Vectors = ReturnType<typeof armVectors>;
const published = JSON.parse(readFileSync('docs/arm-vectors.json', 'utf8')) as Vectors;

/*
 * A client as another team would write it, by docs/gateway.md alone ("Arms in any language"): nothing of this library. The vectors are good
 * when both agree.
 */
const M32 = 0xffffffffn;
const rotl = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (32n - r))) & M32;
const mixed = (k: bigint): bigint => (rotl((k * 0xcc9e2d51n) & M32, 15n) * 0x1b873593n) & M32;
function hashOf(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.length - (bytes.length % 4);
  let h = BigInt(seed);
  for (let i = 0; i < whole; i += 4)
    h = (rotl(h ^ mixed(BigInt(bytes.readUInt32LE(i))), 13n) * 5n + 0xe6546b64n) & M32;
  let tail = 0n;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8n) | BigInt(bytes[i] ?? 0);
  if (bytes.length > whole) h ^= mixed(tail);
  h ^= BigInt(bytes.length);
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & M32;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & M32;
  return Number(h ^ (h >> 16n));
}
const hex = (text: string, seeds: readonly number[]): string =>
  seeds.map((seed) => hashOf(text, seed).toString(16).padStart(8, '0')).join('');
const isBlank = (one: string | undefined): boolean => one !== undefined && '\t\n\v\f\r '.includes(one);
function nameOf(said: string): string {
  let unit = said;
  while (isBlank(unit[0])) unit = unit.slice(1);
  while (isBlank(unit.at(-1))) unit = unit.slice(0, -1);
  return unit.length <= 1_000 ? unit : `long:${hex(unit, [0, 1, 2, 3])}:${unit.length}`;
}

function armOf({ place, candidate, segments }: Vectors['arms'][number]): [arm: string, counts: boolean] {
  const { mode, weight, heldBack = false, rings } = candidate;
  if (mode === 'shadow') return ['primary', true];
  const mine = (rings ?? []).filter(({ segment }) => segments.includes(segment));
  const had = Math.max(0, ...mine.map(({ share }) => share));
  const isCandidate = heldBack ? place >= 10_000 - weight && place >= had : place < weight || place < had;
  const onTrial = rings?.find(({ judged }) => judged);
  const counts = onTrial ? mine.some(({ judged }) => judged) && had <= onTrial.share : mine.length === 0;
  return [isCandidate ? 'candidate' : 'primary', counts];
}

describe('the published vectors (docs/arm-vectors.json; `node dist/scripts/write-arm-vectors.js` writes them)', () => {
  it('are what gateways, resolve and feedback go by', () => expect(published).toEqual(armVectors()));

  it('are what a client finds that is written by the guide', () => {
    for (const { text, seed, hash } of published.murmur3)
      expect([text, hashOf(text, seed)]).toEqual([text, hash]);
    for (const { unit, name } of published.units) expect(nameOf(unit)).toBe(name);
    for (const { segment, frozen, requests } of published.segments) {
      if (segment.from !== 'units' || frozen.from !== 'units') continue;
      const digests = segment.units.map((unit) => hex(nameOf(unit), [101, 102]));
      expect(digests.sort().join('')).toBe(frozen.digests);
      for (const { unit, isIn } of requests) expect(digests.includes(hex(unit, [101, 102]))).toBe(isIn);
    }
    for (const row of published.arms) {
      expect([row.unit, hashOf(`${row.salt}:${row.unit}`, 0)]).toEqual([row.unit, row.hash]);
      expect(row.place).toBe(row.hash % 10_000);
      expect([row, ...armOf(row)]).toEqual([row, row.arm, row.counts]);
    }
  });

  it('have both arms, in and out of the evidence, of each kind of route with rings', () => {
    const kinds = new Set(published.arms.map(({ candidate }) => JSON.stringify(candidate)));
    expect(kinds.size).toBe(9);
    for (const kind of [...kinds].filter((one) => one.includes('rings'))) {
      const rows = published.arms.filter(({ candidate }) => JSON.stringify(candidate) === kind);
      expect(new Set(rows.map(({ arm }) => arm)).size).toBe(2);
      expect(new Set(rows.map(({ counts }) => counts)).size).toBe(2);
    }
  });
});
