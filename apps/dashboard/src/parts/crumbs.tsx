import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** Where a page is: below the overview, and below a model where it names one. */
export function Crumbs({ model, children }: { model?: string; children: ReactNode }) {
  return (
    <p className="crumbs">
      <Link href="/">Overview</Link> /{' '}
      {model !== undefined && (
        <>
          <Link href={`/models/${encodeURIComponent(model)}`}>{model}</Link> /{' '}
        </>
      )}
      {children}
    </p>
  );
}
