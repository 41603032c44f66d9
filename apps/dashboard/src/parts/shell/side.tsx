import { BookOpen, LogOut } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { client, token } from '../../api.ts';
import { base } from '../../base.ts';
import { PAGES } from './pages.ts';

async function logOut(): Promise<void> {
  await client.POST('/api/v1/auth/logout').catch(() => undefined);
  token.clear();
  window.location.assign(`${base}/login`);
}

/** The pages, the documents, and who one is. Where there is little room, pictures stand for the words, which are still read aloud. */
export function Side({ name }: { name: string | undefined }) {
  const [at] = useLocation();
  // A model and its rollouts are below the overview.
  const here = PAGES.some(({ href }) => href === at) ? at : '/';
  return (
    <aside className="side" aria-label="Understudy">
      <Link href="/" className="brand" aria-label="Understudy">
        <img src={`${base}/icon.svg`} alt="" />
        <span>Understudy</span>
      </Link>
      <nav aria-label="Pages">
        {PAGES.map(({ href, name: page, Icon }) => (
          <Link
            key={href}
            href={href}
            title={page}
            aria-label={page}
            aria-current={at === href ? 'page' : here === href ? 'true' : undefined}
          >
            <Icon className="icon" size={18} aria-hidden="true" />
            <span>{page}</span>
          </Link>
        ))}
        <a href={`${base}/docs/`} title="Documents" aria-label="Documents">
          <BookOpen className="icon" size={18} aria-hidden="true" />
          <span>Documents</span>
        </a>
      </nav>
      <div className="who">
        <span>{name}</span>
        <button type="button" className="bare" onClick={() => void logOut()} title="Log out">
          <LogOut className="icon" size={18} aria-hidden="true" />
          <span className="hidden">Log out {name}</span>
        </button>
      </div>
    </aside>
  );
}
