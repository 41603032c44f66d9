import type { ReactNode } from 'react';
import { own } from '../../own.ts';
import { Badge, useNow } from '../../parts/basics.tsx';
import type { Version } from '../../queries.ts';
import { ago, stateWords } from '../../words.ts';
import { whenText } from '../../when.ts';

/** Where a commit can be looked at: of a repository on the web. */
function commitUrl(source: Version['source']): string | null {
  const [repository, commit] = [source['repository'], source['commit']];
  if (!repository || !commit || !/^https:\/\/[^\s]+$/.test(repository)) return null;
  return `${repository.replace(/(\.git)?\/?$/, '')}/commit/${encodeURIComponent(commit)}`;
}

/** What was registered, by whom, and where it answers. */
export function WhatItIs({ version }: { version: Version }) {
  const now = useNow();
  const { artifact, servingUrls, healthPath, deployment, source, dataset, tags, aliases } = version;
  const commit = commitUrl(source);
  return (
    <section className="card" aria-labelledby="what">
      <h2 id="what">What it is</h2>
      <dl className="pairs">
        <Pair name="Registered">
          {whenText(version.createdAt)}
          <br />
          <span className="quiet">by {version.createdBy}</span>
        </Pair>
        {aliases.length > 0 && <Pair name="Aliases">{aliases.join(', ')}</Pair>}
        {artifact && (
          <>
            {!artifact.uri.endsWith(artifact.digest) && (
              <Pair name="Artifact">
                <code>{artifact.uri}</code>
              </Pair>
            )}
            <Pair name={artifact.uri.endsWith(artifact.digest) ? 'Artifact, uploaded' : 'Digest'}>
              <code>{artifact.digest}</code>
            </Pair>
          </>
        )}
        <Pair name="Answers at">
          {servingUrls.length === 0
            ? 'a server that the deployer starts'
            : servingUrls.map((url) => (
                <div key={url}>
                  <code>{url}</code>
                </div>
              ))}
          {healthPath !== null && (
            <div className="quiet">
              ready at <code>{healthPath}</code>
            </div>
          )}
        </Pair>
        {deployment && (
          <Pair name="Server">
            <Badge state={deployment.state} />{' '}
            <span className="quiet">
              {deployment.state === 'ready' ? '' : deployment.because}
              {deployment.since !== null && ` since ${ago(deployment.since, now)}`}
            </span>
          </Pair>
        )}
        {version.outputSpec && (
          <Pair name="Prediction">
            <code>{JSON.stringify(version.outputSpec)}</code>
          </Pair>
        )}
        <Texts name="Source" of={source} link={commit === null ? {} : { commit }} />
        <Texts name="Data set" of={dataset} />
        <Texts name="Tags" of={tags} />
      </dl>
    </section>
  );
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Named texts, of which some lead somewhere. */
function Texts({
  name,
  of,
  link = {},
}: {
  name: string;
  of: Readonly<Record<string, string>>;
  link?: Readonly<Record<string, string>>;
}) {
  const all = Object.entries(of);
  if (all.length === 0) return null;
  return (
    <Pair name={name}>
      <ul className="plain-list">
        {all.map(([key, text]) => (
          <li key={key}>
            <span className="quiet">{stateWords(key)}</span>{' '}
            {own(link, key) === undefined ? text : <a href={own(link, key)}>{text}</a>}
          </li>
        ))}
      </ul>
    </Pair>
  );
}
