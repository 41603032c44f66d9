import type { Schemas } from '#libs/client';

type Score = Schemas['MlTestScore'];
type Section = 'data' | 'model' | 'infra' | 'monitor';
export type ScoredTest = Score['sections'][Section]['tests'][number];

export const SECTIONS: readonly { readonly key: Section; readonly name: string }[] = [
  { key: 'data', name: 'Data' },
  { key: 'model', name: 'Model' },
  { key: 'infra', name: 'Infrastructure' },
  { key: 'monitor', name: 'Monitoring' },
];

/** The score is that of the weakest section, so only what is missing there raises it: these first. */
export function nextTests(score: Pick<Score, 'score' | 'sections'>, most: number): readonly ScoredTest[] {
  const weakest = SECTIONS.filter(({ key }) => score.sections[key].points === score.score);
  return weakest
    .flatMap(({ key }) => score.sections[key].tests.filter(({ points }) => points < 1))
    .slice(0, most);
}
