import type { Document } from './any-policy.fixture.ts';

export type Change = (document: Document, pick: number) => Document;

export const ofKind = (document: Document, ...kinds: string[]): Document[] =>
  (document['steps'] as Document[]).flatMap((step) =>
    kinds.flatMap((kind) => (step[kind] ? [step[kind]] : [])),
  );
export const one = <T>(list: readonly T[], pick: number): T | undefined =>
  list[pick % Math.max(1, list.length)];
export const insert = (document: Document, at: number, step: Document): void =>
  void (document['steps'] as Document[]).splice(at, 0, step);
export const halved = (text: string): string => `${Number.parseInt(text) * 30}s`;
