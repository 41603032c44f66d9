import { describe, expect, it } from '@jest/globals';
import { ageWords, dropWords, kindWords, mixedReleases } from './fleet-words.ts';

describe('the words of the fleet', () => {
  it.each([
    [null, null, 'does not say'],
    ['gateway', null, 'gateway'],
    ['kubernetes', null, 'Kubernetes router'],
    ['envoy', null, 'xDS server'],
    ['envoy', 1, 'xDS server of 1 Envoy'],
    ['envoy', 0, 'xDS server of 0 Envoys'],
  ] as const)('call %s with %s proxies', (kind, proxies, words) => {
    expect(kindWords({ kind, proxies })).toBe(words);
  });

  it.each([
    [null, null, null],
    [0, 0, 'nothing'],
    [0, null, 'nothing'],
    [3, 0, 'evidence of 3 requests'],
    [1_200, 7, 'evidence of 1,200 requests, 7 copies'],
  ])('say of %s lost and %s left out', (lostRequests, droppedCopies, words) => {
    expect(dropWords({ lostRequests, droppedCopies })).toBe(words);
  });

  it.each([
    [null, '–'],
    [440, 'under 1 s'],
    [1_440, '1 s'],
    [12_000, '12 s'],
    [240_000, '4 min'],
  ])('say an age of %s ms', (ms, words) => {
    expect(ageWords(ms)).toBe(words);
  });

  it('name releases where there are several that are heard of', () => {
    const plane = (release: string | null, state: 'serving' | 'silent' = 'serving') => ({ release, state });
    expect(mixedReleases([plane('1.1.0'), plane('1.0.0'), plane('1.1.0')])).toEqual(['1.0.0', '1.1.0']);
    expect(mixedReleases([plane('1.1.0'), plane('1.0.0', 'silent'), plane(null)])).toEqual([]);
  });
});
