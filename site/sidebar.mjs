import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Pages of each chapter, in the order in which somebody reads them. Guides that no chapter names come last. */
const CHAPTERS = [
  ['Begin', ['guides/tour', 'guides/policies', 'guides/rollouts', 'guides/settings', 'where']],
  [
    'Release',
    [
      ...[
        'guides/registry',
        'guides/ci',
        'guides/environments',
        'guides/mlflow',
        'guides/python',
        'guides/llm',
      ],
      ...['guides/output-specs', 'guides/pairwise-judge', 'guides/embedding-distance', 'guides/readiness'],
    ],
  ],
  [
    'Operate',
    [
      ...[
        'guides/production',
        'guides/helm',
        'guides/envoy',
        'guides/kubernetes',
        'guides/monitoring',
        'guides/tracing',
        'guides/backup',
        'guides/retention',
      ],
      ...['guides/security', 'guides/access', 'guides/subscriptions', 'scale', 'gateway', 'dashboard'],
    ],
  ],
  ['Understand', ['judgement', 'architecture', 'dependencies', 'mutants']],
];

/**
 * The site's navigation, by the files that are there.
 * @param folder the folder of the documents
 * @throws Error when a chapter names a page that is gone
 */
export function sidebarOf(folder) {
  const named = CHAPTERS.flatMap(([, pages]) => pages);
  const more = pagesIn(folder, 'guides').filter((page) => !named.includes(page));
  return [
    ...CHAPTERS.map(([text, pages]) => ({ text, items: pages.map((page) => entryOf(folder, page)) })),
    ...(more.length === 0 ? [] : [{ text: 'More guides', items: more.map((page) => entryOf(folder, page)) }]),
    {
      text: 'Decisions',
      collapsed: true,
      items: pagesIn(folder, 'adr').map((page) => entryOf(folder, page)),
    },
  ];
}

function pagesIn(folder, room) {
  return readdirSync(path.join(folder, room))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${room}/${name.slice(0, -3)}`);
}

/** A page by its own title: its first heading, up to a colon. */
function entryOf(folder, page) {
  const title = /^# (.+)$/m.exec(readFileSync(path.join(folder, `${page}.md`), 'utf8'))?.[1];
  if (title === undefined) throw new Error(`docs/${page}.md has no heading of the first level`);
  return { text: title.split(': ')[0].replaceAll('`', ''), link: `/${page}` };
}
