import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { versionHref } from './version-href.ts';

/** Leads to a version, wherever one is named. */
export function VersionLink({
  model,
  version,
  children,
}: {
  model: string;
  version: number;
  children?: ReactNode;
}) {
  return <Link href={versionHref(model, version)}>{children ?? `version ${version}`}</Link>;
}
